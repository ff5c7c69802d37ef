import { batch, computed, signal } from "@preact/signals";
import { RandomStream } from "../../../core/random_stream.ts";
import { can } from "../../lab/ask.ts";
import { valueOf } from "../state/async_state.ts";
import { step } from "../state/playhead.ts";
import { decisionAt, type Encoding, encoding, frameSkip, model } from "../state/session.ts";
import { divergences, mostTellingFirst } from "./divergence.ts";
import type { Path } from "./interpolate.ts";

/** How dimensions are ordered. */
export const ordering = signal<"telling" | "index">("telling");
/** What traversals move about: the present latent, or the prior's zero; undefined until the reader chooses. */
export const pickedAbout = signal<"frame" | "prior" | undefined>(undefined);
/** Whether traversals move one dimension, or two. */
export const traversalShape = signal<"strip" | "grid">("strip");
/** How to get from A to B. */
export const path = signal<Path>("linear");
/** Values that sliders were set to, by dimension; the others are the frame's. */
export const held = signal<ReadonlyMap<number, number>>(new Map());
/** The dimension that was chosen. */
export const picked = signal<number | undefined>(undefined);
/** The other one of the grid. */
export const pickedSecond = signal<number | undefined>(undefined);
/** The rows that interpolation goes between. */
export const pickedEnds = signal<{ A?: number; B?: number }>({});
/** Seed of the latent, for models that cannot look at frames; 0 is the middle of all latents. */
export const seed = signal(0);

/** Z of the present model, 0 without one that draws from latents. */
export const latentSize = computed(() => {
  const card = valueOf(model.value)?.card;
  return card && can(card, "decode") ? card.latentSize : 0;
});

/** The episode through the model's eyes, where it has any. */
export const seen = computed<Encoding | undefined>(() => valueOf(encoding.value));

/** What traversals move about; until the reader chooses, what is surely within the model's reach. */
export const about = computed(() => pickedAbout.value ?? (seen.value ? "frame" : "prior"));

/** How many rows of latents there are: one for each frame at a decision; 0 without frames. */
export const rows = computed(() => seen.value ? seen.value.encoded.mu.length / latentSize.value : 0);

/** The row of latents that is shown: the decision in force, or the random latent's seed. */
export const row = computed(() => seen.value ? Math.min(decisionAt(step.value), rows.value - 1) : seed.value);

/** What each dimension says, mean nats over the episode, `[Z]`; missing without frames. */
export const nats = computed(() => seen.value && divergences(seen.value.encoded, latentSize.value));

/** Dimensions as they are shown, `[Z]`. */
export const order = computed(() =>
  nats.value && ordering.value === "telling"
    ? mostTellingFirst(nats.value)
    : Array.from({ length: latentSize.value }, (_, dimension) => dimension)
);

/** The chosen dimension; until the reader chooses, the one that says most. */
export const chosen = computed(() => within(picked.value) ?? order.value[0] ?? 0);
/** The other dimension of the grid; until the reader chooses, the next. */
export const second = computed(() =>
  within(pickedSecond.value) ?? order.value.find((dimension) => dimension !== chosen.value) ?? 0
);

/** The rows that interpolation goes between; until the reader chooses, a quarter and three. */
export const ends = computed<[A: number, B: number]>(() => {
  const known = (end: number | undefined) =>
    end !== undefined && (!seen.value || end < rows.value) ? end : undefined;
  const { A, B } = pickedEnds.value;
  const part = (quarters: number) => Math.floor(rows.value * quarters / 4);
  return [known(A) ?? part(1), known(B) ?? (seen.value ? part(3) : 1)];
});

/** The latent of a row: the posterior's mean; without frames zero for seed 0, else drawn from the prior; `[Z]`. */
export function latentOf(row: number): Float32Array {
  const size = latentSize.value;
  if (seen.value) return seen.value.encoded.mu.subarray(row * size, (row + 1) * size);
  if (row === 0) return new Float32Array(size);
  const random = new RandomStream(row, "latent");
  return Float32Array.from({ length: size }, () => random.normal());
}

/** The shown row's latent as it is, `[Z]`; undefined without a model that has latents. */
export const base = computed(() => latentSize.value > 0 ? latentOf(row.value) : undefined);

/** It with what sliders hold, `[Z]`. */
export const edited = computed(() => {
  if (!base.value) return undefined;
  const latent = base.value.slice();
  for (const [dimension, value] of held.value) if (dimension < latent.length) latent[dimension] = value;
  return latent;
});

/** Chooses a dimension. */
export function choose(dimension: number): void {
  picked.value = dimension;
}

/** Chooses the next (1) or previous (-1) dimension in their order. */
export function moveChosen(by: 1 | -1): void {
  const dimensions = order.value;
  const at = dimensions.indexOf(chosen.value) + by;
  choose(dimensions[(at + dimensions.length) % dimensions.length]);
}

/** Chooses the other dimension of the grid. */
export function chooseSecond(dimension: number): void {
  pickedSecond.value = dimension;
}

/** Sets an end of the interpolation to the shown row. */
export function setEnd(end: "A" | "B"): void {
  pickedEnds.value = { ...pickedEnds.value, [end]: row.value };
}

/** Holds a dimension at a value, whatever the frame says. */
export function hold(dimension: number, value: number): void {
  held.value = new Map(held.value).set(dimension, value);
}

/** Holds all dimensions at a latent's values. @param latent `[Z]`. */
export function holdAll(latent: ArrayLike<number>): void {
  held.value = new Map(Array.from(latent, (value, dimension) => [dimension, value]));
}

/** Lets a dimension follow the frame again. */
export function release(dimension: number): void {
  const rest = new Map(held.value);
  rest.delete(dimension);
  held.value = rest;
}

/** Lets all dimensions follow the frame again. */
export function releaseAll(): void {
  if (held.value.size > 0) held.value = new Map();
}

let owner: string | undefined;
/** Forgets what was set for another model: its dimensions mean something else. @param name The present model's run. */
export function belongTo(name: string | undefined): void {
  if (owner === name) return;
  owner = name;
  batch(() => {
    releaseAll();
    picked.value = pickedSecond.value = undefined;
    pickedEnds.value = {};
  });
}

/** What a row is called: its frame's number, or its seed. */
export function nameOf(row: number): string {
  const skip = frameSkip.value;
  return seen.value ? `frame ${row * skip}` : row === 0 ? "zero" : `seed ${row}`;
}

function within(dimension: number | undefined): number | undefined {
  return dimension !== undefined && dimension < latentSize.value ? dimension : undefined;
}

/** How far sliders and bars reach to both sides of zero: all of the episode and of the prior. */
export const reach = computed(() => {
  let farthest = 4;
  for (const value of seen.value?.encoded.mu ?? []) farthest = Math.max(farthest, Math.abs(value));
  return Math.ceil(farthest);
});
