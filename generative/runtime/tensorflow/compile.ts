import * as tf from "@tensorflow/tfjs";
import type { CompileOptions } from "../compile.ts";
import { flatten, mapTree, structure, type Tree } from "../tree.ts";
import { dataTypeName } from "./attributes.ts";
import { buildFunction, type GraphFunction, removeFunction } from "./function.ts";
import { Recording } from "./recording.ts";
import type { TensorFlowRuntime } from "./start.ts";

/** A step compiled for one signature: its function and how to arrange what it returns. */
interface Variant extends GraphFunction {
  /** The step's result with the position of each tensor among the outputs. */
  template: Template;
}
type Template = number | undefined | readonly Template[] | { [key: string]: Template };

let serial = 0;

/** A pure step as TensorFlow functions, one for each signature of its inputs. */
export class NativeStep {
  readonly #variants = new Map<string, Variant>();

  constructor(
    readonly runtime: TensorFlowRuntime,
    readonly step: (...inputs: Tree[]) => Tree,
    readonly options: CompileOptions,
  ) {}

  /** Runs the step now. Inside another step that is being recorded it becomes a part of that one. */
  call(inputs: Tree[]): Tree {
    if (this.runtime.binding.recorder !== undefined) return this.step(...inputs);
    const tensors = flatten(inputs);
    const variant = this.#variant(inputs, tensors);
    const ids = this.#handles(variant, tensors);
    return this.#arrange(variant, this.runtime.binding.call(variant.name, ids, variant.outputs.length));
  }

  /** Runs the step on another thread; only the first call of a signature keeps this one busy. */
  async run(inputs: Tree[]): Promise<Tree> {
    const tensors = flatten(inputs);
    const variant = this.#variant(inputs, tensors);
    const ids = this.#handles(variant, tensors);
    return this.#arrange(
      variant,
      await this.runtime.binding.callOffThread(variant.name, ids, variant.outputs.length),
    );
  }

  /** Frees the functions. */
  dispose(): void {
    for (const variant of this.#variants.values()) removeFunction(this.runtime.binding, variant);
    this.#variants.clear();
  }

  #variant(inputs: Tree[], tensors: tf.Tensor[]): Variant {
    const signature = structure(inputs);
    let variant = this.#variants.get(signature);
    if (variant === undefined) {
      variant = this.#compile(inputs, tensors);
      this.#variants.set(signature, variant);
    }
    return variant;
  }

  #handles(variant: Variant, tensors: tf.Tensor[]): number[] {
    const ids = this.runtime.backend.getInputTensorIds(tensors);
    for (const id of variant.captured) ids.push(id);
    return ids;
  }

  /** Wraps the handles that a call returned into tensors, in the step's own arrangement. */
  #arrange({ template, outputs }: Variant, ids: number[]): Tree {
    const build = (node: Template): Tree => {
      if (typeof node === "number") {
        const { shape, dtype } = outputs[node];
        return this.runtime.backend.createOutputTensor({ id: ids[node], shape, dtype });
      }
      if (Array.isArray(node)) return node.map(build);
      if (node === undefined) return undefined;
      return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, build(child)]));
    };
    return build(template);
  }

  #compile(inputs: Tree[], tensors: tf.Tensor[]): Variant {
    const { recording, result } = this.#record(inputs, tensors);
    try {
      if (this.options.verify) this.#verify(recording, inputs, tensors);
      const results = flatten(result);
      let position = 0;
      // flatten visits keys in sorted order, and so must the numbering
      const template = number(result, () => position++);
      const built = buildFunction(recording, {
        name: `${this.#name.replaceAll(/\W/g, "_")}_${serial++}`,
        inputs: this.runtime.backend.getInputTensorIds(tensors),
        outputs: this.runtime.backend.getInputTensorIds(results),
        xla: this.options.xla ?? false,
      });
      return { ...built, template };
    } finally {
      recording.dispose();
      mapTree(result, (tensor) => {
        if (!tensors.includes(tensor)) tensor.dispose();
        return tensor;
      });
    }
  }

  /** Runs the step eagerly and notes what it does. */
  #record(inputs: Tree[], tensors: tf.Tensor[]): { recording: Recording; result: Tree } {
    const { binding, backend } = this.runtime;
    const recording = new Recording(binding, backend.getInputTensorIds(tensors));
    binding.recorder = recording;
    try {
      const result = tf.tidy(() => {
        const result = this.step(...inputs);
        // tensors made of JavaScript values reach the binding only when they are used
        for (const id of backend.getInputTensorIds(flatten(result))) recording.use(id);
        return result as tf.TensorContainer;
      }) as Tree;
      return { recording, result };
    } catch (error) {
      recording.dispose();
      throw this.#explain(error, recording, tensors);
    } finally {
      binding.recorder = undefined;
    }
  }

  /** Says where in which step an error arose. */
  #explain(error: unknown, recording: Recording, tensors: tf.Tensor[]): unknown {
    if (!(error instanceof Error)) return error;
    const ops = recording.entries.filter((entry) => entry.kind === "op");
    const last = ops.at(-1);
    const shapes = tensors.slice(0, 8).map(({ dtype, shape }) => `${dtype} [${shape}]`);
    if (tensors.length > shapes.length) shapes.push(`${tensors.length - shapes.length} more`);
    const where = last === undefined
      ? "before its first op"
      : `after ${last.name} gave ${
        last.outputs.map(({ dtype, shape }) => `${dataTypeName(dtype)} [${shape}]`).join(", ")
      }`;
    error.message = `Cannot compile step "${this.#name}": ${error.message} (${where}; the step's inputs are ${
      shapes.join(", ") || "none"
    })`;
    return error;
  }

  /** Records again and compares. */
  #verify(recording: Recording, inputs: Tree[], tensors: tf.Tensor[]): void {
    const second = this.#record(inputs, tensors);
    const [a, b] = [recording.lines(), second.recording.lines()];
    mapTree(second.result, (tensor) => {
      if (!tensors.includes(tensor)) tensor.dispose();
      return tensor;
    });
    second.recording.dispose();
    const differing = a.length === b.length
      ? a.findIndex((line, i) => line !== b[i])
      : Math.min(a.length, b.length);
    if (differing >= 0) {
      throw new Error(
        `Cannot compile step "${this.#name}": expected the same ops in two recordings, got "${
          a[differing]
        }" and ` +
          `"${b[differing]}": randomness or a counter of JavaScript would be frozen into the function`,
      );
    }
  }

  get #name(): string {
    return this.options.name ?? (this.step.name || "step");
  }
}

/** Replaces each tensor by its position in {@link flatten}'s order. */
function number(tree: Tree, next: () => number): Template {
  if (tree === undefined) return undefined;
  if (tree instanceof tf.Tensor) return next();
  if (Array.isArray(tree)) return tree.map((child) => number(child, next));
  const record = tree as { [key: string]: Tree };
  const numbered: { [key: string]: Template } = {};
  for (const key of Object.keys(record)) numbered[key] = undefined; // the step's own order of keys
  for (const key of Object.keys(record).sort()) numbered[key] = number(record[key], next);
  return numbered;
}
