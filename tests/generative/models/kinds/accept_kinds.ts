import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { RandomStream } from "../../../../core/random_stream.ts";
import { MODEL_KINDS } from "../../../../generative/kinds.ts";
import { checkModel } from "../../../../generative/models/check_model.ts";
import type { FAMILIES, ModelKind } from "../../../../generative/models/model.ts";
import { startBackend } from "../../../../generative/runtime/mod.ts";
import { longTest } from "../../../support/long_tests.ts";
import { writeChoraleFolder } from "../../data/music/support.ts";
import { writeTinyPictures } from "../support.ts";

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
  "music-transformer": { data: music, length: 16, examples: 32 },
  "chorale-transformer": { data: music, length: 32, examples: 16, batchSize: 8 },
  "musegan": { data: music, examples: 16, batchSize: 8, criticSteps: 1 },
};

/** Checks a kind at its small sizes, in a cache of its own; no tensor may be left. */
export async function checkSmall(kind: ModelKind, changes: Record<string, unknown> = {}): Promise<void> {
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

/** Families whose kinds are checked together; each file of tests here takes one of these, to run beside the others. */
export const GROUPS = {
  classifiers: ["first steps", "classifiers"],
  autoencoders: ["autoencoders"],
  gans: ["adversarial networks"],
  sequences: ["autoregressive models"],
  densities: ["normalising flows", "energy-based models"],
  diffusion: ["diffusion models"],
  transformers: ["transformers"],
  music: ["music"],
} as const satisfies Record<string, readonly (typeof FAMILIES)[number][]>;

/** Declares the tests that every kind of a group keeps the contract. */
export function acceptKinds(group: keyof typeof GROUPS): void {
  const families: readonly string[] = GROUPS[group];
  for (const kind of MODEL_KINDS.filter(({ family }) => families.includes(family))) {
    Deno.test(`checkModel accepts a small ${kind.name}`, () => checkSmall(kind));
    longTest(`checkModel accepts ${kind.name}`, () => checkModel(kind));
  }
}
