import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createMemory, MEMORY_FIELDS, type MemoryOptions } from "../../../agents/memory/create_memory.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { countParameters, initialiseParameters, type NamedTensors } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { checkGradients } from "../../generative/support/finite_differences.ts";

await startBackend();

const SMALL: MemoryOptions = {
  memory: "lstm",
  memoryUnits: 6,
  memoryLayers: 2,
  memoryHeads: 2,
  memoryWindow: 3,
};
const KINDS = ["lstm", "transformer"] as const;
const TIME = 9, ROWS = 2, INPUTS = 3;

function create(memory: "lstm" | "transformer", changes: Partial<MemoryOptions> = {}) {
  const made = createMemory({ ...SMALL, memory, ...changes }, INPUTS)!;
  return { memory: made, parameters: initialiseParameters(made.parameters, new RandomStream(4)) };
}

/** Sequences `[T, B, F]` in which the first row begins anew at decision 4, the second at 7. */
function sequences(change: (t: number, row: number) => number = () => 0) {
  const random = new RandomStream(8);
  const seen = Array.from(
    { length: TIME },
    (_, t) =>
      Array.from(
        { length: ROWS },
        (_, row) => Array.from({ length: INPUTS }, () => random.normal() + change(t, row)),
      ),
  );
  const firsts = Array.from(
    { length: TIME },
    (_, t) => [t === 0 || t === 4 ? 1 : 0, t === 0 || t === 7 ? 1 : 0],
  );
  return { seen: tf.tensor3d(seen), firsts: tf.tensor2d(firsts) };
}

for (const kind of KINDS) {
  Deno.test(`${kind}: a whole sequence comes to the same as step by step`, () => {
    const { memory, parameters } = create(kind);
    const { seen, firsts } = sequences();
    const whole = memory.sequence(parameters, seen, firsts).arraySync() as number[][][];
    let kept: NamedTensors = memory.empty(ROWS);
    for (let t = 0; t < TIME; t++) {
      const stepped = memory.step(parameters, seen.gather(t), kept, firsts.gather(t));
      kept = stepped.memory;
      const output = stepped.output.arraySync() as number[][];
      output.flat().forEach((value, i) => assertAlmostEquals(value, whole[t].flat()[i], 1e-5));
    }
  });

  Deno.test(`${kind}: what was seen matters later in the same episode, never in the next one or in another row`, () => {
    const { memory, parameters } = create(kind);
    const outputs = (change: (t: number, row: number) => number) => {
      const { seen, firsts } = sequences(change);
      return memory.sequence(parameters, seen, firsts).arraySync() as number[][][];
    };
    const [plain, changed] = [outputs(() => 0), outputs((t, row) => t === 2 && row === 0 ? 1 : 0)];
    const moved = plain.map((rows, t) =>
      rows.map((row, b) => row.some((value, i) => Math.abs(value - changed[t][b][i]) > 1e-6))
    );
    assertEquals(moved.map(([first]) => first), [
      false,
      false,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    assertEquals(moved.some(([, second]) => second), false);
  });

  Deno.test(`${kind}: gradients are those of finite differences`, () => {
    const { memory, parameters } = create(kind, { memoryUnits: 4, memoryLayers: 1 });
    const { seen, firsts } = sequences();
    const weights = tf.randomNormal([TIME, ROWS, 4], 0, 1, "float32", 3);
    checkGradients((tensors) => memory.sequence(tensors, seen, firsts).mul(weights).mean(), parameters);
  });
}

Deno.test("the transformer reaches back over L (S - 1) + 1 decisions, and no further", () => {
  const { memory, parameters } = create("transformer");
  const outputs = (at: number) => {
    const { seen } = sequences((t) => t === at ? 1 : 0);
    const firsts = tf.tensor2d(Array.from({ length: TIME }, (_, t) => [t === 0 ? 1 : 0, t === 0 ? 1 : 0]));
    return (memory.sequence(parameters, seen, firsts).arraySync() as number[][][])[TIME - 1].flat();
  };
  const last = outputs(-1);
  const far = (at: number) => Math.max(...outputs(at).map((value, i) => Math.abs(value - last[i])));
  assertEquals([far(TIME - 1) > 1e-3, far(TIME - 5) > 1e-7, far(TIME - 6) < 1e-9], [true, true, true]);
});

Deno.test("a memory is declared by its options, or not at all", () => {
  const defaults = Object.fromEntries(
    Object.entries(MEMORY_FIELDS).map(([name, field]) => [name, field.default]),
  ) as MemoryOptions;
  assertEquals(createMemory(defaults, 4), undefined);
  const lstm = createMemory({ ...defaults, memory: "lstm" }, 4)!;
  assertEquals(countParameters(lstm.parameters), 4 * 64 * (4 + 64 + 1));
  assertThrows(
    () => createMemory({ ...defaults, memory: "transformer", memoryHeads: 5 }, 4),
    RangeError,
    "divisor of --memory-units, 64, got 5",
  );
});
