import * as tf from "@tensorflow/tfjs";
import { createRequire } from "node:module";
import {
  type CompileOptions,
  type NativeAttributes,
  type NativeRuntime,
  setNativeRuntime,
} from "../native.ts";
import { cudaLibraries } from "../install/locate.ts";
import type { Tree } from "../tree.ts";
import { type Attribute, AttributeType, TFJS_TYPES } from "./attributes.ts";
import {
  type ContextOptions,
  type KernelBackend,
  TensorFlowBinding,
  type TensorFlowParts,
} from "./binding.ts";
import { NativeStep } from "./compile.ts";
import { TensorFlowLibrary, withoutNoise } from "./library.ts";
import { recordLoop } from "./loop.ts";
import { registerMatrixProduct } from "./matrix_product.ts";
import { Recording } from "./recording.ts";

/** TensorFlow in this process: the binding, and tfjs's backend on top of it. */
export class TensorFlowRuntime implements NativeRuntime, TensorFlowParts {
  constructor(readonly binding: TensorFlowBinding, readonly backend: KernelBackend) {}

  /** Whether ops on TensorFlow's variables can run: everywhere but where XLA is to compile them. */
  get hasVariables(): boolean {
    const { recorder } = this.binding;
    return !(recorder instanceof Recording && recorder.xla);
  }

  /** Runs one op by TensorFlow's name. */
  execute(op: string, attributes: NativeAttributes, inputs: tf.Tensor[], outputCount: number): tf.Tensor[] {
    return this.backend.executeMultipleOutputs(op, toAttributes(attributes), inputs, outputCount);
  }

  /** Makes a step of TensorFlow functions. */
  compile(step: (...inputs: Tree[]) => Tree, options: CompileOptions): NativeStep {
    return new NativeStep(this, step, options);
  }

  /** Makes a loop of a step that is being recorded; undefined while none is. */
  repeat(
    count: number | tf.Tensor,
    turn: (state: Tree, index: tf.Tensor) => Tree,
    initial: Tree,
  ): Tree | undefined {
    const { recorder } = this.binding;
    return recorder instanceof Recording ? recordLoop(this, recorder, { count, turn, initial }) : undefined;
  }
}

/**
 * Loads libtensorflow and makes it tfjs's backend `tensorflow`.
 *
 * @param path The library file, its framework library beside it.
 */
export async function startTensorFlow(path: string, options: ContextOptions): Promise<TensorFlowRuntime> {
  restoreNodeUtilities();
  const { NodeJSKernelBackend } = await import("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js");
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const binding = withoutNoise(() => {
    loadCuda(path);
    return new TensorFlowBinding(new TensorFlowLibrary(path), options);
  });
  // deno-lint-ignore no-explicit-any -- tfjs-node's own interface, whose declaration asks for the addon's classes
  const backend = new NodeJSKernelBackend(binding as any, "@tensorflow/tfjs-node-gpu");
  registerMatrixProduct("tensorflow");
  tf.registerBackend("tensorflow", () => backend, 3);
  await tf.setBackend("tensorflow");
  const runtime = new TensorFlowRuntime(binding, backend as unknown as KernelBackend);
  setNativeRuntime(runtime);
  return runtime;
}

/** TensorFlow asks for CUDA's libraries by name only; the system finds those that are loaded already. */
function loadCuda(path: string): void {
  for (const library of cudaLibraries(path)) {
    try {
      Deno.dlopen(library, {});
    } catch {
      // A machine without NVIDIA's driver: TensorFlow goes on with the CPU.
    }
  }
}

/** tfjs-node calls two functions of Node's `util` that current versions no longer have. */
function restoreNodeUtilities(): void {
  const util = createRequire(import.meta.url)("node:util");
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function toAttributes(attributes: NativeAttributes): Attribute[] {
  return Object.entries(attributes).map(([name, attribute]) => {
    const [[kind, value]] = Object.entries(attribute);
    if (kind === "type") return { name, type: AttributeType.type, value: TFJS_TYPES[value as string] };
    return { name, type: AttributeType[kind as keyof typeof AttributeType], value };
  });
}
