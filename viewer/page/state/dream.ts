import { effect, signal, untracked } from "@preact/signals";
import type { Dreamt, LabState } from "../../lab/lab.ts";
import { type AsyncState, messageOf } from "./async_state.ts";
import { decisionActions } from "./decision_actions.ts";
import {
  dreamDriver,
  dreamSeed,
  dreamShown,
  dreamStart,
  horizon,
  samples,
  shownSample,
  temperature,
} from "./dream_settings.ts";
import { decisionAt, dreamRate, frameSkip, type Perception, perception } from "./session.ts";

/** How long settings must rest before dreams start anew, milliseconds. */
const REST = 150;
/** Decisions that are asked for at once, at most. */
const PART = 8;
/** Frames that are asked for at once, about: as many as the lab draws without holding up what else it is asked. */
const PART_FRAMES = 16;

/** What was asked for. */
export interface DreamWish {
  /** The episode and the model. */
  perception: Perception;
  /** The decision that dreams start at. */
  start: number;
  /** N, decisions to dream. */
  length: number;
  /** See {@link temperature}. */
  temperature: number;
  /** `[S]`. */
  seeds: readonly number[];
  /** See {@link dreamDriver}. */
  driver: "recorded" | "agent";
  /** Simulator steps that a decision is held for. */
  frameSkip: number;
}

/**
 * S dreams of N decisions as far as they are known; row-major. Frame n is what the dream shows after decision
 * `start + n`: it stands beside the real frame of decision `start + n + 1`. Later parts are written into the same
 * arrays.
 */
export interface Dreams extends DreamWish {
  /** Decisions that are known, 0 .. N. */
  known: number;
  /** `[S, N, H, W, 3]`, of the model's size. */
  frames: Uint8Array;
  /** `[S, N, Z]`. */
  latents: Float32Array;
  /** `[S, N]`. */
  rewards: Float32Array;
  /** Probability that the episode ends with the decision, `[S, N]`. */
  done: Float32Array;
  /** The environment's actions, `[S, N, A]`. */
  actions: Float32Array;
}

/** The present dreams. Those of older settings stay until the first part of the new ones is there. */
export const dreams = signal<AsyncState<Dreams>>({ status: "empty" });
/** Whether dreams are being computed. */
export const dreaming = signal(false);

/** Keeps {@link dreams} in step with the perception and the settings. @returns What stops it. */
export function startDreaming(): () => void {
  let turn = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const mine = ++turn;
    clearTimeout(rest);
    const wish = wishOf(perception.value);
    untracked(() => {
      const before = dreams.value;
      if (typeof wish === "string") {
        dreaming.value = false;
        dreams.value = { status: "empty", why: wish };
        return;
      }
      if (before.status === "ready" && sameWish(before.value, wish) && before.value.known === wish.length) {
        dreaming.value = false;
        return;
      }
      if (before.status !== "ready" || before.value.perception !== wish.perception) {
        dreams.value = { status: "loading", what: "the dream" };
      }
      dreaming.value = true;
      rest = setTimeout(() => dream(wish, () => mine === turn), REST);
    });
  });
  return () => {
    turn++;
    clearTimeout(rest);
    dreaming.value = false;
    stop();
  };
}

/** What the settings ask for, or one sentence that says why nothing can be dreamt. */
function wishOf(state: AsyncState<Perception>): DreamWish | string {
  if (!dreamShown.value) return "Dreams are off: press D to turn them on.";
  if (state.status === "loading") return `Dreams are waiting for ${state.what}.`;
  if (state.status !== "ready") return "Dreams need a model that can encode this episode.";
  const { followed, model } = state.value;
  if (!model.card.world || !followed) {
    return "This model does not dream: it has no memory for this episode's actions.";
  }
  const decisions = followed.rewards.length;
  const start = Math.min(decisionAt(dreamStart.value), decisions);
  const length = Math.min(horizon.value, decisions - start);
  if (length < 1) return "No decisions are left to dream: start at an earlier frame.";
  return {
    perception: state.value,
    start,
    length,
    temperature: temperature.value,
    seeds: Array.from({ length: samples.value }, (_, i) => dreamSeed.value + i),
    driver: dreamDriver.value,
    frameSkip: frameSkip.value,
  };
}

function sameWish(a: DreamWish, b: DreamWish): boolean {
  return a.perception === b.perception && a.start === b.start && a.length === b.length &&
    a.temperature === b.temperature && a.driver === b.driver && a.seeds.length === b.seeds.length &&
    a.seeds[0] === b.seeds[0];
}

/** Dreams in parts, as long as they are wanted. */
async function dream(wish: DreamWish, wanted: () => boolean): Promise<void> {
  const { perception: { model, episode }, start, length, seeds, driver, frameSkip } = wish;
  const count = seeds.length;
  const whole = emptyDreams(wish);
  let from = positionAt(wish);
  const most = Math.max(1, Math.min(PART, Math.floor(PART_FRAMES / count)));
  try {
    for (let at = 0; at < length;) {
      const part = Math.min(most, length - at);
      const dreamt = await model.lab.dream(model.card.id, {
        from,
        decision: at,
        count: part,
        temperature: wish.temperature,
        seeds: [...seeds],
        actions: driver === "recorded"
          ? decisionActions(episode, { from: start + at, count: part, frameSkip })
          : undefined,
      });
      if (!wanted()) return;
      insert(whole, { dreamt, at, part });
      at += part;
      from = dreamt.to;
      dreamRate.value = part * count / Math.max(dreamt.milliseconds, 0.1) * 1000;
      shownSample.value = Math.min(shownSample.value, count - 1);
      dreams.value = { status: "ready", value: { ...whole, known: at } };
    }
  } catch (error) {
    if (wanted()) dreams.value = { status: "error", message: messageOf(error) };
  }
  if (wanted()) dreaming.value = false;
}

/** Every dream stands where the world model stood in reality. */
function positionAt({ perception: { followed }, start, seeds }: DreamWish): LabState {
  const repeated = Object.entries(followed!.states).map(([name, rows]) => {
    const size = rows.length / (followed!.rewards.length + 1);
    const row = rows.subarray(start * size, (start + 1) * size);
    const all = new Float32Array(seeds.length * size);
    for (let s = 0; s < seeds.length; s++) all.set(row, s * size);
    return [name, all];
  });
  return Object.fromEntries(repeated);
}

function emptyDreams(wish: DreamWish): Dreams {
  const { card } = wish.perception.model;
  const [height, width] = card.picture!;
  const count = wish.seeds.length * wish.length;
  return {
    ...wish,
    known: 0,
    frames: new Uint8Array(count * height * width * 3),
    latents: new Float32Array(count * card.latentSize),
    rewards: new Float32Array(count),
    done: new Float32Array(count),
    actions: new Float32Array(count * card.world!.actionSize),
  };
}

/** Writes a part into the whole, from decision `at` on. */
function insert(whole: Dreams, { dreamt, at, part }: { dreamt: Dreamt; at: number; part: number }): void {
  for (const name of ["frames", "latents", "rewards", "done", "actions"] as const) {
    const [into, rows] = [whole[name], name === "latents" ? dreamt.states.latents : dreamt[name]];
    const size = into.length / (whole.seeds.length * whole.length);
    for (let s = 0; s < whole.seeds.length; s++) {
      into.set(rows.subarray(s * part * size, (s + 1) * part * size), (s * whole.length + at) * size);
    }
  }
}
