import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Choice } from "../ui/controls.tsx";
import { type AttentionOfHeads, headsOf, type ShownHeads } from "./attention.ts";

/** Chooses whose attention is shown: a head of a layer, or the mean of some. @param children Words before it. */
export function HeadChoice({ attention, heads, children }: {
  attention: AttentionOfHeads;
  heads: Signal<ShownHeads>;
  children: ComponentChildren;
}) {
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
      <span class="small">{children}</span>
      {choose("layer", "all layers", attention.layers.length)}
      {choose("head", "all heads", headsOf(attention))}
    </div>
  );
}
