import * as tf from "@tensorflow/tfjs";
import { hostNumbers, integerTensor } from "./host_numbers.ts";
import { nativeRuntime } from "./native.ts";
import { checkAlive, disposeTree, flatten, mapTree, structure, type Tree, type TreeLike } from "./tree.ts";

/** The index is an int32, which would wrap around after it. */
const MOST_TURNS = 2 ** 31 - 1;

/**
 * Turns a state over `count` times: the result of each turn goes into the next. In a compiled step on native
 * TensorFlow it is one loop of the graph, recorded once however many turns it has; elsewhere a loop of JavaScript, and
 * so it is under `tf.grad` and its like: there every turn is recorded, so that the gradient passes through. What the
 * body takes from outside is the same in every turn. To pick a row by the index, use `tf.oneHot`: tfjs's `gather`
 * reads its indices.
 *
 * @param count Turns, `0 .. 2^31 - 1`; or an int32 scalar that holds their number, so that one compiled step serves any.
 * Such a loop has no gradient in a compiled step.
 * @param body Pure, as a compiled step is. Its index is an int32 scalar, 0 for the first turn: fold seeds with it
 * (see {@link foldSeed}). It returns a state of the same keys, shapes and types.
 * @param initial The state before the first turn; it stays the caller's.
 * @returns The state after the last turn, in tensors of its own.
 * @throws RangeError for a count that is not a whole number in `0 .. 2^31 - 1`; TypeError for a tensor that is no int32
 * scalar, or when the body returns a state of another form.
 *
 * @example A random walk of 1000 steps
 * ```ts
 * const walk = compile((start: tf.Tensor, seed: tf.Tensor) =>
 *   repeat(1000, (x, turn) => x.add(normal(start.shape, foldSeed(seed, turn))), start)
 * );
 * ```
 */
export function repeat<State extends TreeLike>(
  count: number | tf.Tensor,
  body: (state: State, index: tf.Scalar) => State,
  initial: State,
): State {
  checkCount(count);
  checkAlive(flatten(initial as Tree), "repeat");
  const form = structure(initial as Tree);
  const turn = (state: Tree, index: tf.Tensor): Tree => {
    const next = body(state as State, index as tf.Scalar) as Tree;
    const got = structure(next);
    if (got === form) return next;
    throw new TypeError(
      `Cannot repeat: expected the body to return a state ${form} as it was given, got ${got}`,
    );
  };
  const inGraph = !(typeof count === "number" && count <= 1) && !tf.engine().isTapeOn();
  const recorded = inGraph ? nativeRuntime()?.repeat(count, turn, initial as Tree) : undefined;
  if (recorded) return recorded as State;
  return runTurns(typeof count === "number" ? count : hostNumbers(count)[0], turn, initial as Tree) as State;
}

function checkCount(count: number | tf.Tensor): void {
  if (typeof count !== "number") {
    if (count.dtype === "int32" && count.rank === 0) return;
    throw new TypeError(
      `Cannot repeat: expected a number of turns int32 [], got ${count.dtype} [${count.shape}]`,
    );
  }
  if (Number.isInteger(count) && count >= 0 && count <= MOST_TURNS) return;
  throw new RangeError(`Cannot repeat: expected a whole number of turns in 0 .. ${MOST_TURNS}, got ${count}`);
}

/** Turn by turn. The clones are those of a state that may hold tensors of others, or one tensor twice. */
function runTurns(count: number, turn: (state: Tree, index: tf.Tensor) => Tree, initial: Tree): Tree {
  const owned = (tree: Tree) => mapTree(tree, (tensor) => tensor.clone());
  let state = owned(initial);
  try {
    for (let i = 0; i < count; i++) {
      const next = tf.tidy(() => owned(turn(state, integerTensor([i], []))) as tf.TensorContainer) as Tree;
      disposeTree(state);
      state = next;
    }
    return state;
  } catch (error) {
    disposeTree(state);
    throw error;
  }
}
