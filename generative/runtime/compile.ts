import * as tf from "@tensorflow/tfjs";
import { type CompileOptions, nativeRuntime, type NativeStep } from "./native.ts";
import { checkAlive, disposeTree, flatten, mapTree, type Tree, type TreeLike } from "./tree.ts";

/** A compiled step. */
export interface Compiled<A extends readonly TreeLike[], R extends TreeLike> {
  /** Runs the step now. The result is the caller's to dispose, the inputs stay the caller's. */
  (...inputs: A): R;
  /** Runs the step on another thread: the event loop stays free. The inputs may be disposed at once. */
  run(...inputs: A): Promise<R>;
  /**
   * {@link Compiled.run} that takes the first input over: its tensors are freed, also when the step fails, and native
   * TensorFlow's ops on variables (see {@link variable}) work in their memory. The step must be disposed of to free the
   * last of it.
   */
  runInPlace(...inputs: A): Promise<R>;
  /** Frees the compiled functions, those that run once they are done; a later call compiles again. */
  dispose(): void;
}

/**
 * Compiles a pure step: on native TensorFlow its first call with inputs of certain shapes records what it does, and
 * from then on it runs as one TensorFlow function, at the cost of Python's `tf.function`. On other backends the step runs
 * eagerly inside `tf.tidy`.
 *
 * Pure means as under `jax.jit`: tensors in, tensors out; no `tf.Variable`, no reading of values, randomness only from a
 * seed tensor (see {@link normal}), gradients by `tf.grads` inside. Other tensors that the step uses are taken along as
 * they are at the first call. Where a shape depends on values (`tf.unique`), results have their own each time, but what
 * the step itself computes from such a shape is frozen as it was at the first call. A compiled step inside another one becomes a part of it; there are no gradients
 * through a compiled step.
 *
 * @param step Takes and returns trees of tensors.
 * @throws TypeError (at the first call) naming op and shapes when the step does not compute.
 */
export function compile<A extends readonly TreeLike[], R extends TreeLike>(
  step: (...inputs: A) => R,
  options: CompileOptions = {},
): Compiled<A, R> {
  const name = options.name ?? (step.name || "step");
  let made: NativeStep | undefined;
  const nativeStep = () => {
    const runtime = nativeRuntime();
    if (runtime === undefined) return undefined;
    return made ??= runtime.compile(step as unknown as (...inputs: Tree[]) => Tree, { ...options, name });
  };
  const compiled = (...inputs: A): R => {
    const native = nativeStep();
    return (native ? native.call([...inputs] as Tree[]) : runEagerly(step, inputs, name)) as R;
  };
  return Object.assign(compiled, {
    run: async (...inputs: A): Promise<R> => {
      const native = nativeStep();
      return (native ? await native.run([...inputs] as Tree[], false) : runEagerly(step, inputs, name)) as R;
    },
    runInPlace: async (...inputs: A): Promise<R> => {
      const native = nativeStep();
      try {
        return (native ? await native.run([...inputs] as Tree[], true) : runEagerly(step, inputs, name)) as R;
      } finally {
        disposeTree(inputs[0] as Tree);
      }
    },
    dispose: () => made?.dispose(),
  });
}

/** Runs a step as it is, with results that share nothing with the inputs or each other. */
function runEagerly<A extends readonly TreeLike[], R extends TreeLike>(
  step: (...inputs: A) => R,
  inputs: A,
  name: string,
): R {
  const tensors = flatten(inputs as readonly Tree[]);
  checkAlive(tensors, name);
  return tf.tidy(() => {
    const seen = new Set(tensors);
    return mapTree(computed(step, inputs, name) as Tree, (tensor) => {
      if (seen.has(tensor)) return tensor.clone();
      seen.add(tensor);
      return tensor;
    }) as tf.TensorContainer;
  }) as unknown as R;
}

/** What a step returns. @throws TypeError that names the kernel, where the backend lacks one. */
function computed<A extends readonly TreeLike[], R extends TreeLike>(
  step: (...inputs: A) => R,
  inputs: A,
  name: string,
): R {
  try {
    return step(...inputs);
  } catch (error) {
    const lacking = /^Kernel '(\w+)' not registered for backend '(\w+)'/.exec((error as Error).message);
    if (!lacking) throw error;
    const [, kernel, backend] = lacking;
    throw new TypeError(
      `Cannot run ${name}: expected a backend with the kernel ${kernel}, got ${backend}, which lacks it; ` +
        "choose another: SOMNIUM_BACKEND=tensorflow, webgpu or cpu",
      { cause: error },
    );
  }
}
