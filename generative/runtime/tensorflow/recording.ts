import { type Attribute, DataType } from "./attributes.ts";
import type { Recorder, TensorFlowBinding, TensorMetadata } from "./binding.ts";
import type { TensorValues } from "./tensor_values.ts";

/** An op that ran. */
export interface RecordedOp {
  kind: "op";
  name: string;
  attributes: Attribute[];
  inputs: number[];
  outputs: TensorMetadata[];
  /** Ops on the same variables before it, which the graph would not know to come first. */
  after: RecordedOp[];
}

/** Values that came from JavaScript. */
export interface RecordedConstant extends TensorMetadata {
  kind: "constant";
  values: TensorValues;
  /** A handle of our own to a large constant: it becomes an input of the function instead of a part of it. */
  held?: number;
}

/** A loop: its tensors are the index, then the state, and for what goes in the tensors from outside as well. */
export interface RecordedLoop {
  kind: "loop";
  name: "StatelessWhile";
  /** Ids of the tensors that it starts from. */
  inputs: number[];
  /** What is left after the last turn. */
  outputs: TensorMetadata[];
  /** What happens in one turn. */
  turn: Recording;
  /** What a turn is given. */
  parameters: TensorMetadata[];
  /** Whether there is such a turn: a bool. */
  condition: TensorMetadata;
  /** What it leaves to the next. */
  next: TensorMetadata[];
}

/** Anything that a step did. */
export type RecordedEntry = RecordedOp | RecordedConstant | RecordedLoop;

/** Larger constants become inputs: the graph stays small, and the values are not copied. */
const LARGEST_CONSTANT = 4096;

/** What a recording is made for. */
export interface RecordingOptions {
  /** The recording of which it is a loop's part. @default none */
  around?: Recording;
  /** Whether XLA is to compile it. @default as the one around, else false */
  xla?: boolean;
}

/** What a step did: the ops it ran, the constants it made, the tensors it took from outside. */
export class Recording implements Recorder {
  /** In the order of execution. */
  readonly entries: RecordedEntry[] = [];
  /** Which entry made a tensor. */
  readonly madeBy = new Map<number, RecordedEntry>();
  /** Tensors that are neither inputs nor made by the step, by number, with a handle of our own. */
  readonly captured = new Map<number, number>();
  /** Whether XLA is to compile it. */
  readonly xla: boolean;
  readonly #inputs: Set<number>;
  readonly #around: Recording | undefined;
  /** The last op on each variable that the step makes. */
  readonly #variables = new Map<number, RecordedOp>();

  constructor(
    readonly binding: TensorFlowBinding,
    inputs: Iterable<number>,
    { around, xla = around?.xla ?? false }: RecordingOptions = {},
  ) {
    this.#inputs = new Set(inputs);
    this.#around = around;
    this.xla = xla;
  }

  /** Notes an op. */
  op(name: string, attributes: Attribute[], inputs: number[], outputs: TensorMetadata[]): void {
    for (const id of inputs) this.use(id);
    const entry: RecordedOp = { kind: "op", name, attributes, inputs: [...inputs], outputs, after: [] };
    this.entries.push(entry);
    for (const id of inputs) {
      const last = this.#variables.get(id);
      if (last === undefined) continue;
      entry.after.push(last);
      this.#variables.set(id, entry);
    }
    for (const { id, dtype } of outputs) if (dtype === DataType.resource) this.#variables.set(id, entry);
    for (const output of outputs) this.madeBy.set(output.id, entry);
  }

  /** Notes values from JavaScript. */
  create(id: number, shape: number[], dtype: number, values: TensorValues): void {
    const large = !Array.isArray(values) && values.byteLength > LARGEST_CONSTANT;
    this.#around?.create(id, shape, dtype, values); // it may be used after the loop as well
    if (large && this.#around) return; // a large one comes from there
    const entry: RecordedConstant = {
      kind: "constant",
      id,
      shape: [...shape],
      dtype,
      values: values.slice(),
      held: large ? this.binding.share(id) : undefined,
    };
    this.entries.push(entry);
    this.madeBy.set(id, entry);
  }

  /** Notes a loop, which is freed with this recording. */
  loop(entry: RecordedLoop): void {
    for (const id of entry.inputs) this.use(id);
    this.entries.push(entry);
    for (const output of entry.outputs) this.madeBy.set(output.id, entry);
  }

  /** The last op on a variable that the step makes. */
  lastUse(variable: number): RecordedOp | undefined {
    return this.#variables.get(variable);
  }

  /** Refuses: a value that is read would be frozen into the function. */
  read(_id: number): void {
    throw new Error(
      "Cannot read a tensor's values inside a compiled step: expected tensors in and tensors out, " +
        "got dataSync, arraySync, data or print",
    );
  }

  /** Takes a tensor from outside along, if it is one. */
  use(id: number): void {
    if (this.#inputs.has(id) || this.madeBy.has(id) || this.captured.has(id)) return;
    this.captured.set(id, this.binding.share(id));
  }

  /** Frees the handles of the recording. */
  dispose(): void {
    for (const id of this.captured.values()) this.binding.deleteTensor(id);
    for (const entry of this.entries) {
      if (entry.kind === "constant" && entry.held !== undefined) this.binding.deleteTensor(entry.held);
      if (entry.kind === "loop") entry.turn.dispose();
    }
  }

  /**
   * One line for each entry, the same for two recordings of a pure step: inputs by position instead of number,
   * constants by value.
   *
   * @param outside What tensors are called in the recording around this one.
   */
  lines(outside?: Map<number, string>): string[] {
    const positions = new Map(outside);
    let count = 0;
    for (const id of this.#inputs) positions.set(id, `input ${count++}`);
    return this.entries.flatMap((entry, line) => {
      if (entry.kind === "constant") {
        positions.set(entry.id, `${line}`);
        return `constant [${entry.shape}] = ${preview(entry.values)}`;
      }
      const inputs = entry.inputs.map((id) => positions.get(id) ?? `captured ${id}`);
      const turn = entry.kind === "loop" ? entry.turn.lines(positions) : [];
      entry.outputs.forEach((output, i) => positions.set(output.id, `${line}:${i}`));
      const attributes = entry.kind === "op" ? entry.attributes.map(({ value }) => value) : [];
      return [`${entry.name}(${inputs.join(", ")}) ${JSON.stringify(attributes)}`, ...turn];
    });
  }
}

/** The first values, and a hash over all. */
function preview(values: TensorValues): string {
  const bytes = Array.isArray(values)
    ? Uint8Array.from(values.flatMap((text) => [...text, 0]))
    : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return `${[...values.slice(0, 4)].join(", ")} (hash ${hash >>> 0})`;
}
