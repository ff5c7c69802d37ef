import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as v from "valibot";
import { field, fields } from "../../../core/mod.ts";
import GAUSSIAN_MIXTURE from "../../../generative/examples/gaussian_mixture.ts";
import { checkModel } from "../../../generative/models/check_model.ts";
import { FAMILIES, type GenerativeModel, type ModelKind } from "../../../generative/models/model.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { GROUPS } from "./kinds/accept_kinds.ts";

await startBackend();

const mixture = GAUSSIAN_MIXTURE as unknown as ModelKind;

Deno.test("every family of kinds is checked by one of the files in kinds/", () => {
  assertEquals(Object.values(GROUPS).flat().toSorted(), [...FAMILIES].toSorted());
  const files = [...Deno.readDirSync(new URL("kinds/", import.meta.url))].map(({ name }) => name);
  const groups = files.flatMap((name) => /^(\w+)_test\.ts$/.exec(name)?.[1] ?? []);
  assertEquals(groups.toSorted(), Object.keys(GROUPS).toSorted());
});

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
