import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
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
import { standAt } from "./follow_episode.ts";
import { dreamRate, type Perception, perception } from "./session.ts";

/** How long settings must rest before dreams start anew, milliseconds. */
const REST = 150;
/** Decisions between two places where the dreams' states are kept, at least. */
const BETWEEN_STANDS = 8;
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
  /** Steps of the episode that a decision lasts. */
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
  /** What a policy sees of them, `[S, N, F]`. */
  features: Float32Array;
  /** `[S, N]`. */
  rewards: Float32Array;
  /** Probability that the episode ends with the decision, `[S, N]`. */
  done: Float32Array;
  /** The environment's actions, `[S, N, A]`. */
  actions: Float32Array;
  /** Where the dreams stood, `[S, ...]`, after none of their decisions and after some more. */
  stands: { decisions: number; state: LabState }[];
}

/** The present dreams. Those of older settings stay until the first part of the new ones is there. */
export const dreams = signal<AsyncState<Dreams>>({ status: "empty" });
/** Whether dreams are being computed. */
export const dreaming = signal(false);

/** Keeps {@link dreams} in step with the perception and the settings. @returns What stops it. */
export function startDreaming(): () => void {
  const seeds = () => Array.from({ length: samples.value }, (_, i) => dreamSeed.value + i);
  const stops = [
    dreamInto(dreams, { perception, seeds, dreaming }),
    effect(() => void (shownSample.value = Math.min(shownSample.value, samples.value - 1))),
  ];
  return () => stops.forEach((stop) => stop());
}

/** What {@link dreamInto} dreams of. */
export interface DreamSource {
  /** The episode, as the world model sees it. */
  perception: ReadonlySignal<AsyncState<Perception>>;
  /** A seed for each dream; reads signals. */
  seeds(): number[];
  /** Told whether dreams are being computed. */
  dreaming: Signal<boolean>;
}

/** Keeps dreams in step with a world model's perception and the settings. @returns What stops it. */
export function dreamInto(
  dreams: Signal<AsyncState<Dreams>>,
  { perception, seeds, dreaming }: DreamSource,
): () => void {
  let turn = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const mine = ++turn;
    clearTimeout(rest);
    const wish = wishOf(perception.value, seeds);
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
      rest = setTimeout(async () => {
        try {
          for await (const value of dream(wish)) {
            if (mine !== turn) return;
            dreams.value = { status: "ready", value };
          }
        } catch (error) {
          if (mine !== turn) return;
          dreams.value = { status: "error", message: messageOf(error) };
        }
        dreaming.value = false;
      }, REST);
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
function wishOf(state: AsyncState<Perception>, seeds: () => number[]): DreamWish | string {
  if (!dreamShown.value) return "Dreams are off: press D to turn them on.";
  if (state.status === "loading") return `Dreams are waiting for ${state.what}.`;
  if (state.status === "error") return state.message;
  if (state.status !== "ready") {
    return state.why ?? "Dreams need a world model of this episode's environment.";
  }
  const { followed, model: { card }, frameSkip } = state.value;
  const decisions = followed.rewards.length;
  const start = Math.min(Math.floor(dreamStart.value / frameSkip), decisions);
  const length = Math.min(horizon.value, decisions - start);
  const { context } = card.world!;
  if (start < context) {
    return `${card.name} dreams from ${context} real decisions on: start at frame ${
      context * frameSkip
    } or later.`;
  }
  if (length < 1) return "No decisions are left to dream: start at an earlier frame.";
  return {
    perception: state.value,
    start,
    length,
    temperature: temperature.value,
    seeds: seeds(),
    driver: dreamDriver.value,
    frameSkip,
  };
}

function sameWish(a: DreamWish, b: DreamWish): boolean {
  return a.perception === b.perception && a.start === b.start && a.length === b.length &&
    a.temperature === b.temperature && a.driver === b.driver && a.seeds.length === b.seeds.length &&
    a.seeds[0] === b.seeds[0];
}

/** Dreams in parts: the dreams as far as they are known, again and again. */
async function* dream(wish: DreamWish): AsyncGenerator<Dreams> {
  const { perception: { model, episode }, start, length, seeds, driver, frameSkip } = wish;
  const count = seeds.length;
  const whole = emptyDreams(wish);
  // Every dream stands where the world model stood in reality.
  let from = repeatRows(await standAt(wish.perception, start), count);
  whole.stands.push({ decisions: 0, state: from });
  const most = Math.max(1, Math.min(PART, Math.floor(PART_FRAMES / count)));
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
    insert(whole, { dreamt, at, part });
    at += part;
    from = dreamt.to;
    if (at - whole.stands.at(-1)!.decisions >= BETWEEN_STANDS) {
      whole.stands.push({ decisions: at, state: from });
    }
    dreamRate.value = part * count / Math.max(dreamt.milliseconds, 0.1) * 1000;
    yield { ...whole, known: at };
  }
}

/** A state of one row as one of many. */
function repeatRows(state: LabState, count: number): LabState {
  const repeat = (row: Float32Array) => {
    const rows = new Float32Array(count * row.length);
    for (let s = 0; s < count; s++) rows.set(row, s * row.length);
    return rows;
  };
  return Object.fromEntries(Object.entries(state).map(([name, row]) => [name, repeat(row)]));
}

function emptyDreams(wish: DreamWish): Dreams {
  const { model: { card }, followed } = wish.perception;
  const [height, width] = card.picture!;
  const count = wish.seeds.length * wish.length;
  const moments = followed.rewards.length + 1;
  return {
    ...wish,
    known: 0,
    frames: new Uint8Array(count * height * width * 3),
    features: new Float32Array(count * followed.features.length / moments),
    rewards: new Float32Array(count),
    done: new Float32Array(count),
    actions: new Float32Array(count * card.world!.actionSize),
    stands: [],
  };
}

/** Writes a part into the whole, from decision `at` on. */
function insert(whole: Dreams, { dreamt, at, part }: { dreamt: Dreamt; at: number; part: number }): void {
  for (const name of ["frames", "features", "rewards", "done", "actions"] as const) {
    const [into, rows] = [whole[name], dreamt[name]];
    const size = into.length / (whole.seeds.length * whole.length);
    for (let s = 0; s < whole.seeds.length; s++) {
      into.set(rows.subarray(s * part * size, (s + 1) * part * size), (s * whole.length + at) * size);
    }
  }
}
