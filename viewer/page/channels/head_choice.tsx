import type { Signal } from "@preact/signals";
import type { TextAttention } from "../../../generative/models/model.ts";
import { Choice } from "../ui/controls.tsx";
import { headsOf, type ShownHeads } from "./attention.ts";

/** Chooses whose attention is shown: a head of a layer, or the mean of some. */
export function HeadChoice({ attention, heads }: { attention: TextAttention; heads: Signal<ShownHeads> }) {
  const choose = (name: "layer" | "head", all: string, count: number) => {
    const numbers = Array.from({ length: count }, (_, i) => [String(i), `${i + 1} of ${count}`] as const);
    return (
      <Choice
        label={name === "layer" ? "Layer" : "Head"}
        value={String(heads.value[name] ?? "all")}
        options={[["all", all], ...numbers]}
        onChange={(value) =>
          heads.value = { ...heads.value, [name]: value === "all" ? undefined : Number(value) }}
      />
    );
  };
  return (
    <div class="channel-heads">
      <span class="small">
        <span class="looked-at" style={{ "--attention": 1 }}>Looked at</span> before the framed word, by
      </span>
      {choose("layer", "all layers", attention.layers.length)}
      {choose("head", "all heads", headsOf(attention))}
    </div>
  );
}
