import * as tf from "@tensorflow/tfjs";
import type { CompileOptions } from "../native.ts";
import { checkAlive, flatten, mapTree, structure, type Tree } from "../tree.ts";
import { dataTypeName } from "./attributes.ts";
import { buildFunction, type GraphFunction, removeFunction } from "./function.ts";
import { VariablePool } from "./input_variables.ts";
import { Recording } from "./recording.ts";
import type { TensorFlowParts } from "./binding.ts";

/** A step compiled for one signature. */
interface Variant extends GraphFunction {
  /** Where its inputs that are variables live. */
  pool: VariablePool;
  /** Arranges the tensors that a call returns as the step does. */
  arrange(tensors: tf.Tensor[]): Tree;
}

let serial = 0;

/** A pure step as TensorFlow functions, one for each signature of its inputs. */
export class NativeStep {
  readonly #variants = new Map<string, Variant>();
  readonly #name: string;
  /** Calls of {@link NativeStep.run} that are on their way, and functions that go once these are done. */
  #running = 0;
  readonly #retired: Variant[] = [];

  constructor(
    readonly runtime: TensorFlowParts,
    readonly step: (...inputs: Tree[]) => Tree,
    readonly options: CompileOptions,
  ) {
    this.#name = options.name ?? "step";
  }

  /** Runs the step now. Inside another step that is being recorded it becomes a part of that one. */
  call(inputs: Tree[]): Tree {
    const { binding } = this.runtime;
    if (binding.recorder !== undefined) return this.step(...inputs);
    const { variant, ids } = this.#prepare(inputs, false);
    return this.#arrange(variant, binding.call(variant.name, ids, variant.outputs.length));
  }

  /**
   * Runs the step on another thread; only the first call of a signature keeps this one busy.
   *
   * @param inPlace Whether the first input is given up: what changes in place is freed here.
   */
  async run(inputs: Tree[], inPlace: boolean): Promise<Tree> {
    this.#running++;
    try {
      const { variant, ids } = this.#prepare(inputs, inPlace);
      const { name, variables, pool } = variant;
      const tensors = flatten(inputs);
      const set = pool.take(ids);
      variables.forEach(({ input }, i) => {
        ids[input] = set.handles[i];
        tensors[input].dispose(); // the variable alone has its memory now
      });
      let outputs: number[];
      try {
        outputs = await this.runtime.binding.callOffThread(name, ids, variant.outputs.length);
      } catch (error) {
        pool.discard(set);
        throw error;
      }
      pool.giveBack(set, outputs);
      return this.#arrange(variant, outputs);
    } finally {
      this.#running--;
      this.#removeRetired();
    }
  }

  /** Frees the functions, those that run as soon as they are done. */
  dispose(): void {
    this.#retired.push(...this.#variants.values());
    this.#variants.clear();
    this.#removeRetired();
  }

  #removeRetired(): void {
    if (this.#running > 0) return;
    for (const variant of this.#retired.splice(0)) {
      variant.pool.dispose();
      removeFunction(this.runtime.binding, variant);
    }
  }

  #prepare(inputs: Tree[], inPlace: boolean): { variant: Variant; ids: number[] } {
    const tensors = flatten(inputs);
    checkAlive(tensors, this.#name);
    const signature = structure(inputs) + (inPlace ? " in place" : "");
    let variant = this.#variants.get(signature);
    if (variant === undefined) {
      variant = this.#compile(inputs, inPlace ? flatten(inputs[0]).length : 0);
      this.#variants.set(signature, variant);
    }
    return { variant, ids: [...this.runtime.backend.getInputTensorIds(tensors), ...variant.captured] };
  }

  #arrange({ arrange, outputs }: Variant, ids: number[]): Tree {
    const { backend, binding } = this.runtime;
    return arrange(outputs.map(({ shape, dtype }, i) => {
      const id = ids[i];
      return backend.createOutputTensor({ id, shape: shape ?? binding.metadata(id).shape, dtype });
    }));
  }

  /**
   * Records with copies of the inputs (the same memory under new numbers): two inputs may share storage, as a
   * tensor and its clone do, and a tensor that the step closes over may be passed in as well.
   */
  #compile(given: Tree[], inPlace: number): Variant {
    const { backend, binding } = this.runtime;
    const describe = (tensors: tf.Tensor[]) =>
      backend.getInputTensorIds(tensors).map((id) => binding.metadata(id));
    const tensors: tf.Tensor[] = [];
    const inputs = mapTree(given, (tensor) => {
      tensors.push(...backend.executeMultipleOutputs("Identity", [], [tensor], 1));
      return tensors.at(-1)!;
    }) as Tree[];
    try {
      return this.#record(inputs, tensors, (recording, result) => {
        if (this.options.verify) this.#verify(recording, inputs, tensors);
        const built = buildFunction(recording, {
          name: `${this.#name.replaceAll(/\W/g, "_")}_${serial++}`,
          inputs: describe(tensors),
          outputs: describe(flatten(result)),
          inPlace,
          xla: this.options.xla ?? false,
        });
        const form = mapTree(result, (tensor) => tensor); // the arrays and records are the step's own to change
        const arrange = (tensors: tf.Tensor[]) => {
          let next = 0;
          return mapTree(form, () => tensors[next++]);
        };
        return { ...built, pool: new VariablePool(binding, built.variables), arrange };
      });
    } finally {
      tf.dispose(tensors);
    }
  }

  /** Runs the step eagerly, notes what it does, and uses the notes before everything that it made is freed. */
  #record<R>(inputs: Tree[], tensors: tf.Tensor[], use: (recording: Recording, result: Tree) => R): R {
    const { binding, backend } = this.runtime;
    const variables = Object.values(tf.engine().state.registeredVariables);
    const variableIds = backend.getInputTensorIds(variables);
    const recording = new Recording(
      binding,
      backend.getInputTensorIds(tensors),
      { xla: this.options.xla },
    );
    let used: R;
    try {
      tf.tidy(() => {
        binding.recorder = recording;
        let result: Tree;
        try {
          result = this.step(...inputs);
          // Tensors made of JavaScript values reach the binding only when they are used.
          for (const id of backend.getInputTensorIds(flatten(result))) recording.use(id);
        } catch (error) {
          throw this.#explain(error, recording, tensors);
        } finally {
          binding.recorder = undefined;
        }
        variables.forEach((variable, i) => {
          if (recording.captured.has(variableIds[i])) this.#refuseVariable("reads", variable);
          if (backend.getInputTensorIds([variable])[0] !== variableIds[i]) {
            this.#refuseVariable("assigns", variable);
          }
        });
        used = use(recording, result);
      });
    } finally {
      recording.dispose();
    }
    return used!;
  }

  /** Records again and compares. */
  #verify(first: Recording, inputs: Tree[], tensors: tf.Tensor[]): void {
    const a = first.lines();
    const b = this.#record(inputs, tensors, (recording) => recording.lines());
    for (let line = 0; line < Math.max(a.length, b.length); line++) {
      if (a[line] === b[line]) continue;
      throw new Error(
        `Cannot compile step "${this.#name}": expected the same ops in two recordings, got ${
          a[line] ?? "none"
        } ` +
          `and ${b[line] ?? "none"}: JavaScript's randomness or a counter would be frozen into the function`,
      );
    }
  }

  #refuseVariable(action: string, variable: tf.Variable): never {
    throw new TypeError(
      `Cannot compile step "${this.#name}": expected a pure function of its inputs, got one that ${action} the ` +
        `variable "${variable.name}"`,
    );
  }

  /** Says in which step, and where in it, an error arose. */
  #explain(error: unknown, recording: Recording, tensors: tf.Tensor[]): unknown {
    if (!(error instanceof Error)) return error;
    const describe = (dtype: string, shape: number[]) => `${dtype} [${shape}]`;
    const inputs = tensors.slice(0, 8).map(({ dtype, shape }) => describe(dtype, shape));
    if (tensors.length > inputs.length) inputs.push(`${tensors.length - inputs.length} more`);
    const recent = recording.entries.filter((entry) => entry.kind !== "constant").slice(-3).map((
      { name, outputs },
    ) => `${name} -> ${outputs.map(({ dtype, shape }) => describe(dataTypeName(dtype), shape)).join(", ")}`);
    error.message =
      `Cannot compile step "${this.#name}": ${error.message} (inputs: ${inputs.join(", ") || "none"}; ` +
      `last ops: ${recent.join("; ") || "none"})`;
    return error;
  }
}
