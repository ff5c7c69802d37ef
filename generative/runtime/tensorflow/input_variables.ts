import { AttributeType, DataType } from "./attributes.ts";
import type { TensorFlowBinding, TensorMetadata } from "./binding.ts";
import type { RecordedEntry, RecordedOp, Recording } from "./recording.ts";

/** An input that a function takes as a variable, to change it in place. */
export interface InputVariable extends TensorMetadata {
  /** The place of the input. */
  input: number;
  /** Which output is the variable's last value; -1 for none. */
  output: number;
  /** Whether anything but the variable needs the input's value. */
  read: boolean;
  /** The op that makes the variable in the recording, and the one that gives it the input's value. */
  made: RecordedOp;
  /** See `made`. */
  assigned: RecordedOp;
}

/** What {@link findInputVariables} looks at. */
interface Search {
  /** The entries that the function is made of. */
  needed: Set<RecordedEntry>;
  inputs: TensorMetadata[];
  outputs: TensorMetadata[];
  /** How many of the first inputs may be variables. */
  inPlace: number;
}

/** The variables of a recording that start as an input. */
export function findInputVariables(
  recording: Recording,
  { needed, inputs, outputs, inPlace }: Search,
): InputVariable[] {
  const places = new Map(inputs.slice(0, inPlace).map(({ id }, input) => [id, input]));
  const found: InputVariable[] = [];
  const used = new Map<number, number>(); // how often
  const use = (id: number) => used.set(id, (used.get(id) ?? 0) + 1);
  for (const { id } of outputs) use(id);
  for (const entry of needed) if (entry.kind !== "constant") entry.inputs.forEach(use);
  for (const assigned of recording.entries) {
    if (!needed.has(assigned) || assigned.kind !== "op" || assigned.name !== "AssignVariableOp") continue;
    const [id, value] = assigned.inputs;
    const [made] = assigned.after;
    const input = places.get(value);
    if (input === undefined || made?.name !== "VarHandleOp") continue;
    places.delete(value); // another variable of the same value needs memory of its own
    const last = recording.lastUse(id);
    const output = last?.name === "ReadVariableOp"
      ? outputs.findIndex(({ id }) => recording.madeBy.get(id) === last)
      : -1;
    found.push({ ...inputs[input], id, input, output, read: used.get(value)! > 1, made, assigned });
  }
  return found;
}

/** Variables for one call, and the tensors that they share their memory with. */
interface VariableSet {
  handles: number[];
  sharedWith: number[];
}

/** The variables that a function's inputs are put into; calls that overlap have a set each. */
export class VariablePool {
  readonly #idle: VariableSet[] = [];

  constructor(readonly binding: TensorFlowBinding, readonly variables: readonly InputVariable[]) {}

  /**
   * Puts a call's inputs into variables. Those that the last call returned are there already; the others are shared,
   * not copied: whoever writes while a tensor still has the same memory makes a copy first.
   */
  take(inputs: number[]): VariableSet {
    const holds = ({ sharedWith }: VariableSet) =>
      this.variables.some(({ input }, i) => sharedWith[i] === inputs[input]);
    const [set] = this.#idle.splice(Math.max(0, this.#idle.findIndex(holds)), 1);
    const { handles, sharedWith } = set ?? this.#make();
    this.variables.forEach(({ input, dtype }, i) => {
      if (sharedWith[i] === inputs[input]) return;
      const attributes = [{ name: "dtype", type: AttributeType.type, value: dtype }];
      this.binding.executeOp("AssignVariableOp", attributes, [handles[i], inputs[input]], 0);
    });
    return { handles, sharedWith };
  }

  /** The set is free for the next call. */
  giveBack({ handles }: VariableSet, outputs: number[]): void {
    this.#idle.push({ handles, sharedWith: this.variables.map(({ output }) => outputs[output]) });
  }

  /** Frees a set. */
  discard({ handles }: VariableSet): void {
    for (const handle of handles) this.binding.deleteTensor(handle);
  }

  /** Frees all sets that no call has. */
  dispose(): void {
    for (const set of this.#idle.splice(0)) this.discard(set);
  }

  #make(): VariableSet {
    const handles = this.variables.map(({ made }) =>
      this.binding.executeOp("VarHandleOp", made.attributes, [], 1)[0].id
    );
    return { handles, sharedWith: [] };
  }
}

/** What stands for the input among the function's parameters. */
export function resourceOf({ id }: InputVariable): TensorMetadata {
  return { id, shape: [], dtype: DataType.resource };
}
