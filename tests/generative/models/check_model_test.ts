import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { field, fields } from "../../../core/mod.ts";
import GAUSSIAN_MIXTURE from "../../../generative/examples/gaussian_mixture.ts";
import { CONDITIONAL_WGAN_GP } from "../../../generative/gans/conditional_wgan_gp_kind.ts";
import { checkModel } from "../../../generative/models/check_model.ts";
import { MODEL_KINDS } from "../../../generative/kinds.ts";
import type { GenerativeModel, ModelKind } from "../../../generative/models/model.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { longTest } from "../../support/long_tests.ts";
import { writeChoraleFolder } from "../data/music/support.ts";
import { writeTinyPictures } from "./support.ts";

await startBackend();

const root = Deno.makeTempDirSync({ prefix: "somnium-check-model-" });
const cache = Deno.env.get("XDG_CACHE_HOME");
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);
const text = `${root}/text.txt`;
const words = ["sea", "ship", "whale", "captain", "deck", "mast"];
const random = new RandomStream(1);
const sentence = () => Array.from({ length: 12 }, () => words[random.integer(0, words.length)]).join(" ");
Deno.writeTextFileSync(text, Array.from({ length: 40 }, () => `${sentence()}.`).join("\n\n"));

const music = `${root}/music`;
writeChoraleFolder(music);

/** How each kind is checked in seconds; `--all` checks it on its own data as well. */
const SMALL: Record<string, Record<string, unknown>> = {
  "box-model": {},
  "convolutions": { data: pictures, size: 8 },
  "mlp-classifier": { data: pictures, size: 8 },
  "cnn-classifier": { data: pictures, size: 8 },
  "autoencoder": { data: pictures, size: 8 },
  "latent-mixture": { data: pictures, size: 8 },
  "vae-fashion": { data: pictures, size: 8 },
  "vae-faces": { data: pictures, size: 16, filters: 4, latentSize: 4 },
  "dcgan": { data: pictures, size: 8, filters: [16], latentSize: 8 },
  "wgan-gp": { data: pictures, size: 8, filters: [16], latentSize: 8 },
  "conditional-wgan-gp": { data: pictures, size: 8, filters: [16], latentSize: 8, attribute: "class" },
  "word-lstm": { data: text, length: 16 },
  "pixelcnn": { data: pictures, size: 8, filters: 4 },
  "pixelcnn-pp": { data: pictures, size: 8, filters: 2 },
  "realnvp": {},
  "ffjord": {},
  "glow": { data: pictures, size: 8, width: 4 },
  "ebm": { data: pictures, size: 8, filters: [4], hidden: 4 },
  "rbm": { data: pictures, size: 8, hidden: 4 },
  "score-matching": {},
  "diffusion-moons": {},
  "ddm": { data: pictures, size: 8, widths: [4], middle: 4, blocks: 1 },
  "diffusion": { data: pictures, size: 8, channels: 4, multipliers: [1], attention: [] },
  "gpt": { data: text, length: 16 },
  "masked-words": { data: text, length: 16 },
  "text-to-text": { data: text, length: 16 },
  "music-transformer": { data: music, length: 16 },
  "chorale-transformer": { data: music, length: 32 },
  "musegan": { data: music, criticSteps: 1 },
};

/** Checks a kind in a cache of its own; no tensor may be left. */
async function check(kind: ModelKind, changes: Record<string, unknown> = {}): Promise<void> {
  Deno.env.set("XDG_CACHE_HOME", `${root}/cache`);
  try {
    const before = tf.memory().numTensors;
    await checkModel(kind, { config: { ...SMALL[kind.name], ...changes } });
    assertEquals(tf.memory().numTensors, before);
  } finally {
    if (cache === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", cache);
  }
}

for (const kind of MODEL_KINDS) {
  Deno.test(`checkModel accepts a small ${kind.name}`, () => check(kind));
  longTest(`checkModel accepts ${kind.name}`, () => checkModel(kind));
}

longTest(
  "checkModel accepts models that measure how far samples are from data, after a kill as well",
  async () => {
    await check(CONDITIONAL_WGAN_GP as unknown as ModelKind, { epochSteps: 4, distanceSamples: 20 });
  },
);

const mixture = GAUSSIAN_MIXTURE as unknown as ModelKind;

Deno.test("checkModel accepts a model of one's own, at other sizes and seeds as well", async () => {
  const before = tf.memory().numTensors;
  await checkModel(GAUSSIAN_MIXTURE, { config: { components: 2, examples: 40 }, seed: 7 });
  assertEquals(tf.memory().numTensors, before);
});

/** The mixture with something else in the models that it makes. */
function making(change: (model: GenerativeModel) => Partial<GenerativeModel>): ModelKind {
  return {
    ...mixture,
    create: (config, data) => {
      const model = mixture.create(config, data);
      return { ...model, ...change(model) };
    },
  };
}

/** The mixture with another option. */
function taking(name: string, option: ReturnType<typeof field<number>>): ModelKind {
  const table = fields({ ...mixture.fields.entries as object, [name]: option });
  const presets = Object.fromEntries(
    Object.entries(mixture.presets).map(([key, preset]) => [key, { ...preset, [name]: option.default }]),
  );
  return { ...mixture, fields: table, presets } as unknown as ModelKind;
}

/** One broken promise each: what the checker says of it, and a kind that breaks it. */
const broken: [string, ModelKind][] = [
  // What a kind is.
  ['a text as "title" of the model kind, got ""', { ...mixture, title: "" }],
  ['a function as "create" of the model kind, got undefined', { ...mixture, create: undefined! }],
  ['"name" of the model kind', { ...mixture, name: "My Model" }],
  // Options and presets.
  [
    'a preset smoke that its own fields accept, got "Cannot set --epochs: expected a whole number of 1 or more',
    { ...mixture, presets: { ...mixture.presets, smoke: { ...mixture.presets.smoke, epochs: 0 } } },
  ],
  [
    "limits for --shift, got an option that takes any number",
    taking("shift", field(v.number(), "Moves.", 0)),
  ],
  [
    "--shift 3 to be refused by a RangeError or TypeError that names",
    (() => {
      const kind = taking("shift", field(v.pipe(v.number(), v.maxValue(2)), "Moves.", 0));
      return { ...kind, fields: { ...kind.fields, schema: mixture.fields.schema } };
    })(),
  ],
  // Size.
  [
    "47 trainable parameters in the preset book (a paper), got 64",
    {
      ...mixture,
      published: {
        parameters: 47,
        data: { kind: "points", name: "moons", count: 1, dimensions: 2 },
        source: "a paper",
      },
    },
  ],
  // Seeds.
  [
    "the same state from begin() with the same seed, got others (parameters means)",
    making((model) => ({
      async begin(data, random) {
        const state = await model.begin(data, random);
        const { means } = state.parameters;
        state.parameters.means = tf.tidy(() => means.add(Math.random()));
        means.dispose();
        return state;
      },
    })),
  ],
  [
    "other parameters from begin() with another seed, got the same (it ignores the seed)",
    making((model) => ({ begin: (data) => model.begin(data, new RandomStream(1)) })),
  ],
  [
    "the same losses from the same seed",
    making((model) => ({
      batch: (data, request) =>
        tf.tidy(() => ({ points: model.batch(data, request).points.add(Math.random()) })),
    })),
  ],
  [
    "the same samples from the same seed",
    making((model) => ({
      sample: (parameters, request) =>
        model.sample!(parameters, { ...request, random: new RandomStream(Math.floor(1e9 * Math.random())) }),
    })),
  ],
  [
    "other samples from another seed, got the same (it ignores the seed)",
    making((model) => ({
      sample: (parameters, request) => model.sample!(parameters, { ...request, random: new RandomStream(1) }),
    })),
  ],
  // Views.
  [
    "moments from step 0 on, rising, got 1, 0",
    making((model) => ({
      async *sampleSteps(parameters, request) {
        const samples = await model.sample!(parameters, request);
        yield* [{ step: 1, samples }, { step: 0, samples }];
      },
    })),
  ],
  [
    "sampleSteps() that is left early to leave no tensor behind, got 1",
    making((model) => ({
      async *sampleSteps(parameters, request) {
        const samples = await model.sample!(parameters, request);
        const held = tf.scalar(1);
        yield { step: 0, samples };
        held.dispose();
        yield { step: 1, samples };
      },
    })),
  ],
  [
    "[2] from logDensity(), got []",
    making((model) => ({
      plane: { logDensity: (parameters, points) => model.measure(parameters, { points }, points).loss },
    })),
  ],
  // Runs.
  [
    "the same metrics from a run that was killed and resumed",
    (() => {
      let batches = 0; // of this process, which a killed run forgets
      return making((model) => ({
        begin(data, random) {
          batches = 0;
          return model.begin(data, random);
        },
        batch(data, request) {
          if (!request.training) return model.batch(data, request);
          const last = request.training.step === 0 ? batches = 0 : ++batches;
          return tf.tidy(() => ({ points: model.batch(data, request).points.mul(1 + last) }));
        },
      }));
    })(),
  ],
  // Tensors.
  ["create() to leave no tensor behind, got 1", making(() => (tf.scalar(1), {}))],
  ["begin() to leave no tensor behind, got 1", making((model) => ({ begin: leaking(model.begin) }))],
  ["batch() to leave no tensor behind, got 1", making((model) => ({ batch: leaking(model.batch) }))],
  ["sample() to leave no tensor behind, got 1", making((model) => ({ sample: leaking(model.sample!) }))],
  [
    "explore() to leave no tensor behind, got 1",
    making(() => ({
      async *explore() {
        yield await Promise.resolve({
          name: "one",
          caption: "One.",
          content: { text: `${tf.scalar(1).size}` },
        });
      },
    })),
  ],
  [
    '"means" of shape [16,2] from begin(), got [3,2]',
    making((model) => ({
      begin: (_, random) => ({
        parameters: initialiseParameters({
          ...model.parameters,
          means: { ...model.parameters.means, shape: [3, 2] },
        }, random),
        optimiser: {},
      }),
    })),
  ],
  // Results.
  ['the loss "elbo" that its page shows, got loss', { ...mixture, page: { losses: ["elbo"] } }],
  ['the picture "beads" that its page shows, got none', { ...mixture, page: { pictures: ["beads"] } }],
  [
    'a finite number as the measure "loss", got NaN',
    making(() => ({ measure: () => ({ loss: tf.scalar(NaN) }) })),
  ],
  [
    "2 samples, as many as asked for, got 1",
    making((model) => ({
      sample: (parameters, request) => model.sample!(parameters, { ...request, count: 1 }),
    })),
  ],
  [
    "--no-such-option 1 to be refused",
    making((model) => ({
      sample: (parameters, { options: _, ...request }) => model.sample!(parameters, request),
    })),
  ],
  // The browser.
  [
    "the same pictures from the backends tensorflow and cpu",
    making(() => ({
      latents: { size: 2, decode: (_, latents) => latents.mul(0).add(tf.getBackend() === "cpu" ? 0 : 1) },
    })),
  ],
  [
    "encode() and decode() to run in the browser (backend cpu), got Error: native only",
    making(() => ({
      latents: {
        size: 2,
        decode(_, latents) {
          if (tf.getBackend() === "cpu") throw new Error("native only");
          return latents;
        },
      },
    })),
  ],
];

/** A method that keeps a tensor each time. */
// deno-lint-ignore no-explicit-any -- of any method
function leaking<F extends (...inputs: any[]) => any>(method: F): F {
  return ((...inputs) => {
    tf.scalar(1);
    return method(...inputs);
  }) as F;
}

for (const [sentence, kind] of broken) {
  Deno.test(`checkModel expects ${sentence.split(", got")[0]}`, async () => {
    const error = await assertRejects(() => checkModel(kind, { config: { examples: 40 } }), Error);
    assertStringIncludes(error.message, sentence);
    assertStringIncludes(error.message, kind.name);
  });
}
