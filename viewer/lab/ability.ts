import type { FieldDescription } from "../../core/fields/describe_fields.ts";
import type { ConfigValue } from "../../core/fields/field.ts";
import type { ChannelKind } from "./channels.ts";

/** Something that a model can be asked for, as plain data: forms are made of its inputs, panels of its outputs. */
export interface Ability {
  /** What to call it by in `Lab.ask`. */
  id: string;
  /** What the page calls it. */
  title: string;
  /** What it takes; what has a default may be left out. */
  inputs: Readonly<Record<string, FieldDescription | ArrayInput>>;
  /** The kinds of channels that it answers with. */
  outputs: readonly ChannelKind[];
}

/** An input that is no number, text or choice. */
export interface ArrayInput {
  /** What it means. */
  help: string;
  /** What it may be. */
  shape:
    /** RGB bytes, `[N, height, width, 3]`; `examples` are some to choose from. */
    | { type: "pictures"; size: readonly [height: number, width: number]; examples?: Uint8Array }
    /** Numbers, `[N, size]`. */
    | { type: "vectors"; size: number };
}

/** What an ability is given, by the names of its inputs. */
export type InputValues = Readonly<Record<string, ConfigValue | Uint8Array | Float32Array>>;

/** Latents' distributions, `[N, Z]` row-major each. */
export interface Encoded {
  /** Means. */
  mu: Float32Array;
  /** Logarithms of the variances. */
  logVar: Float32Array;
}
