import type { InputValues } from "../../../viewer/lab/ability.ts";
import { joinAll } from "../../../viewer/lab/channels.ts";
import type { Lab } from "../../../viewer/lab/lab.ts";

/** The pictures that a model draws, RGB bytes, all of them. */
export async function samplePictures(lab: Lab, model: number, inputs: InputValues): Promise<Uint8Array> {
  const channel = (await joinAll(lab.ask(model, "sample", inputs))).at(-1);
  if (channel?.kind !== "pictures") throw new Error(`Expected pictures, got ${channel?.kind}`);
  return channel.data;
}
