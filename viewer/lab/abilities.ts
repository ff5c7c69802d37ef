import * as v from "valibot";
import { describeFields } from "../../core/fields/describe_fields.ts";
import { type Config, field, fields, type FieldTable } from "../../core/fields/field.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import type { Ability, Encoded, InputValues } from "./ability.ts";
import type { Channel, ChannelKind } from "./channels.ts";

/** An ability of a model that is open. */
export interface OpenedAbility extends Ability {
  /** Does it, piece by piece as the reader asks for more. Arrays of what it gives are not used again. */
  ask(inputs: InputValues): AsyncIterable<Channel>;
}

/** The ability to draw samples: how many and a seed are asked for beside the model's own options. */
export function sampleAbility<O>(
  { sampling, count, outputs, draw }: {
    /** The model's own options. */
    sampling: FieldTable<O>;
    /** How many samples, and at most. */
    count: { standard: number; most: number };
    outputs: readonly ChannelKind[];
    /** Every option has a value that its field takes. */
    draw(request: { count: number; seed: number; options: O }): AsyncIterable<Channel>;
  },
): OpenedAbility {
  const whole = (least: number, most: number) =>
    v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
  const table = fields({
    count: field(whole(1, count.most), "How many samples.", count.standard),
    seed: field(whole(0, 2 ** 31 - 1), "The same seed gives the same samples.", 0),
    ...sampling.entries as FieldTable["entries"],
  }) as unknown as FieldTable;
  return {
    id: "sample",
    title: "Samples",
    inputs: describeFields(table),
    outputs,
    async *ask(inputs) {
      const { count, seed, ...options } = checkConfig(table, { ...table.defaults, ...inputs }) as Config;
      yield* draw({ count: count as number, seed: seed as number, options: options as O });
    },
  };
}

/** The ability to turn latents `[N, Z]` into pictures. */
export function decodeAbility(
  { latents, size, decode }: {
    latents: number;
    size: readonly [height: number, width: number];
    decode(latents: Float32Array): Promise<Uint8Array>;
  },
): OpenedAbility {
  return {
    id: "decode",
    title: "Decode",
    inputs: { latents: { help: "Latents.", shape: { type: "vectors", size: latents } } },
    outputs: ["pictures"],
    async *ask({ latents }) {
      yield { kind: "pictures", name: "pictures", size, data: await decode(latents as Float32Array) };
    },
  };
}

/** The ability to turn pictures into latents' distributions: the matrices `mu` and `logVar`, `[N, Z]`. */
export function encodeAbility(
  { size, examples, encode }: {
    size: readonly [height: number, width: number];
    examples?: Uint8Array;
    encode(frames: Uint8Array): Promise<Encoded>;
  },
): OpenedAbility {
  const [height, width] = size;
  return {
    id: "encode",
    title: "Encode",
    inputs: { frames: { help: "Pictures.", shape: { type: "pictures", size, examples } } },
    outputs: ["matrix"],
    async *ask({ frames }) {
      const rows = (frames as Uint8Array).length / (height * width * 3);
      for (const [name, values] of Object.entries(await encode(frames as Uint8Array))) {
        yield { kind: "matrix", name, rows, values };
      }
    },
  };
}
