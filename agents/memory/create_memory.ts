import * as v from "valibot";
import { type ConfigOf, field } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { LSTMMemory } from "./lstm_memory.ts";
import type { Memory } from "./memory.ts";
import { TransformerMemory } from "./transformer_memory.ts";

/** The options of a policy's memory. */
export const MEMORY_FIELDS = {
  memory: field(
    v.picklist(["none", "lstm", "transformer"]),
    "What the policy remembers of an episode: nothing, the state of an LSTM, or what a transformer with gated residuals " +
      "makes of the last decisions. Minibatches are then made of whole environments.",
    "none",
    { absent: "none" },
  ),
  memoryUnits: field(count(), "Units of the LSTM, or the transformer's width.", 64, { absent: 64 }),
  memoryLayers: field(count(), "Blocks of the transformer.", 1, { absent: 1 }),
  memoryHeads: field(count(), "Heads of the transformer's attention.", 4, { absent: 4 }),
  memoryWindow: field(
    count(),
    "Decisions that each block of the transformer looks back over, the present one among them.",
    32,
    { absent: 32 },
  ),
};

/** What a policy's memory is to be. */
export type MemoryOptions = ConfigOf<typeof MEMORY_FIELDS>;

/**
 * Declares a policy's memory; none where it is to have none.
 *
 * @param inputs Numbers that are seen.
 * @throws RangeError for heads that do not divide the width.
 */
export function createMemory(options: MemoryOptions, inputs: number): Memory | undefined {
  const { memory, memoryUnits: units, memoryLayers: layers, memoryHeads: heads, memoryWindow: window } =
    options;
  switch (memory) {
    case "none":
      return undefined;
    case "lstm":
      return new LSTMMemory({ inputs, units });
    case "transformer":
      if (units % heads !== 0) {
        throw new RangeError(
          `Cannot set --memory-heads: expected a divisor of --memory-units, ${units}, got ${heads}`,
        );
      }
      return new TransformerMemory({ inputs, units, layers, heads, window });
  }
}
