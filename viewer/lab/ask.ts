import type { TextAttention } from "../../generative/models/model.ts";
import { type Channel, END, joinAll } from "./channels.ts";
import type { Encoded } from "./ability.ts";
import type { Lab, ModelCard } from "./lab.ts";

/** Whether a model has an ability. */
export function can({ abilities }: Pick<ModelCard, "abilities">, id: string): boolean {
  return abilities.some((ability) => ability.id === id);
}

/** Frames `[N, H, W, 3]` to latents' distributions, by a model that can. */
export async function encode(lab: Lab, model: number, frames: Uint8Array): Promise<Encoded> {
  const [mu, logVar] = await joinAll(lab.ask(model, "encode", { frames }));
  return { mu: valuesOf(mu), logVar: valuesOf(logVar) };
}

/** Latents `[N, Z]` to frames `[N, H, W, 3]`, by a model that can. */
export async function decode(lab: Lab, model: number, latents: Float32Array): Promise<Uint8Array> {
  const [pictures] = await joinAll(lab.ask(model, "decode", { latents }));
  if (pictures.kind === "pictures") return pictures.data;
  throw new TypeError(`Cannot decode: expected pictures, got ${pictures.kind}`);
}

/** What a model looks at before it chooses the token behind a text, by a model that can tell. */
export async function attend(lab: Lab, model: number, text: string): Promise<TextAttention> {
  const channels = await joinAll(lab.ask(model, "attention", { text }));
  const read = channels.find((channel) => channel.kind === "tokens");
  const next = channels.find((channel) => channel.kind === "distribution");
  if (!read || !next) throw new TypeError("Cannot attend: expected tokens and a distribution, got none");
  return {
    tokens: read.texts[0].map(({ text }) => text),
    layers: channels.filter((channel) => channel.kind === "matrix").map(({ values }) => values),
    next: next.labels.map((label, i) => ({
      text: label === END ? undefined : label,
      probability: next.shares[i],
    })),
  };
}

function valuesOf(channel: Channel): Float32Array {
  if (channel.kind === "matrix") return channel.values;
  throw new TypeError(`Cannot encode: expected a matrix, got ${channel.kind}`);
}
