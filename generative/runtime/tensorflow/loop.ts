import * as tf from "@tensorflow/tfjs";
import { flatten, mapTree, type Tree } from "../tree.ts";
import { type RecordedLoop, Recording } from "./recording.ts";
import type { TensorFlowParts } from "./binding.ts";

/** A loop to be recorded. */
export interface Loop {
  /** Number of turns, or an int32 scalar that holds it. */
  count: number | tf.Tensor;
  /** The state of the next turn. */
  turn: (state: Tree, index: tf.Tensor) => Tree;
  /** The state of the first. */
  initial: Tree;
}

/**
 * Notes a loop in a recording, with what one turn does. The turn is run once, as all that is recorded; what it leaves
 * stands for the state after the last one, of which only shapes and types matter here.
 */
export function recordLoop(runtime: TensorFlowParts, around: Recording, loop: Loop): Tree {
  const { binding, backend } = runtime;
  const numbersOf = (tree: Tree) => backend.getInputTensorIds(flatten(tree));
  const describe = (tree: Tree) => numbersOf(tree).map((id) => binding.metadata(id));
  /** The same memory under numbers of its own, which no recording has seen. */
  const renumber = (tree: Tree) => {
    binding.recorder = undefined;
    return mapTree(
      tree,
      (tensor) => backend.executeMultipleOutputs("Identity", [], [tensor], 1)[0],
    ) as Tree[];
  };
  const first = [tf.scalar(0, "int32"), loop.initial];
  const inputs = numbersOf(first);
  let turn: Recording | undefined;
  try {
    return tf.tidy(() => {
      const [index, state] = renumber(first);
      const given = [index, state];
      const recording = turn = new Recording(binding, numbersOf(given), { around });
      binding.recorder = recording;
      const count = typeof loop.count === "number" ? tf.scalar(loop.count, "int32") : loop.count;
      const more = (index as tf.Tensor).less(count);
      const next = [(index as tf.Tensor).add(tf.scalar(1, "int32")), loop.turn(state, index as tf.Tensor)];
      for (const id of numbersOf(next)) recording.use(id);
      const results = renumber(next);
      const outside = Array.from(recording.captured, ([id, own]) => ({ ...binding.metadata(own), id }));
      const entry: RecordedLoop = {
        kind: "loop",
        name: "StatelessWhile",
        inputs: [...inputs, ...recording.captured.keys()],
        outputs: describe(results),
        turn: recording,
        parameters: [...describe(given), ...outside],
        condition: describe(more)[0],
        next: [...describe(next), ...outside],
      };
      around.loop(entry);
      return results[1] as tf.TensorContainer;
    }) as Tree;
  } catch (error) {
    turn?.dispose();
    throw error;
  } finally {
    binding.recorder = around;
  }
}
