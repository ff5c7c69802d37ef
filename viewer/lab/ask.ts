import { type Channel, joinAll } from "./channels.ts";
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

function valuesOf(channel: Channel): Float32Array {
  if (channel.kind === "matrix") return channel.values;
  throw new TypeError(`Cannot encode: expected a matrix, got ${channel.kind}`);
}
