import { computed, effect, signal, untracked } from "@preact/signals";
import { WORLD_MODEL_RUN } from "../../../generative/train/run_kind.ts";
import { type AsyncState, valueOf } from "./async_state.ts";
import { dreamInto, type Dreams } from "./dream.ts";
import { dreamSeed, MOST_OTHERS, shownSample } from "./dream_settings.ts";
import { checkpointOf, closeModel, openState } from "./open_model.ts";
import { perceiveInto } from "./perceive.ts";
import {
  episode,
  model,
  type OpenModel,
  type Perception,
  perception,
  presentPlace,
  type Run,
  runName,
  runs,
} from "./session.ts";

/** Names of further runs whose dreams of the episode stand beside that of the chosen run. */
export const otherRuns = signal<readonly string[]>([]);
/** Those of them that are open, by name. */
export const otherWorlds = signal<ReadonlyMap<string, OtherWorld>>(new Map());

/** The colour of a run's dream, beside that of the chosen run: a series of charts. */
export function otherColor(name: string): number {
  return COLORS[Math.max(otherRuns.value.indexOf(name), 0) % COLORS.length];
}

/** Apart from what reality and the chosen run's dream are drawn in. */
const COLORS = [2, 4, 6, 3, 7];

/** Runs that may be added: world models of the environment that the chosen run's knows. */
export const candidates = computed(() => {
  const environment = valueOf(model.value)?.card.world?.environment;
  if (environment === undefined || otherRuns.value.length >= MOST_OTHERS) return [];
  return runs.value.filter((run) =>
    run.kind === WORLD_MODEL_RUN && run.environment === environment && run.name !== runName.value &&
    !otherRuns.value.includes(run.name) && checkpointOf(run) !== undefined
  );
});

/** Puts a run's world beside the chosen run's. */
export function addOtherRun(name: string): void {
  if (!otherRuns.value.includes(name)) otherRuns.value = [...otherRuns.value, name].slice(0, MOST_OTHERS);
}

/** Takes it away. */
export function removeOtherRun(name: string): void {
  otherRuns.value = otherRuns.value.filter((other) => other !== name);
}

/** Another run's world model beside the present episode: it dreams as the settings of the chosen run's dreams say. */
export class OtherWorld {
  /** Its model. */
  readonly model = signal<AsyncState<OpenModel>>({ status: "empty" });
  /** The episode as it sees it. */
  readonly perception = signal<AsyncState<Perception>>({ status: "empty" });
  /** One dream, of the seed of the chosen run's that stands beside reality. */
  readonly dreams = signal<AsyncState<Dreams>>({ status: "empty" });
  readonly #stops: (() => void)[];
  #closed = false;

  /** Opens a run. @param key Tells whether it is still the same checkpoint in the same lab. */
  constructor(run: Run, readonly key: string) {
    this.model.value = { status: "loading", what: `the model of ${run.name}` };
    openState(run).then((state) => {
      if (this.#closed) closeModel(valueOf(state));
      else this.model.value = state;
    });
    this.#stops = [
      perceiveInto(this.perception, this.model),
      dreamInto(this.dreams, {
        perception: this.perception,
        seeds: () => [dreamSeed.value + shownSample.value],
        dreaming: signal(false),
      }),
    ];
  }

  /** The dream, where it is of the present episode. */
  get dream(): Dreams | undefined {
    const shown = valueOf(this.dreams.value);
    return shown?.perception.episode === valueOf(episode.value) ? shown : undefined;
  }

  /** Why it has no dream to show, or not yet. */
  get why(): AsyncState<unknown> {
    return [this.model.value, this.perception.value].find(({ status }) => status !== "ready") ??
      this.dreams.value;
  }

  /** Frees it. */
  close(): void {
    this.#closed = true;
    this.#stops.forEach((stop) => stop());
    closeModel(valueOf(this.model.value));
  }
}

/** Keeps {@link otherWorlds} in step with {@link otherRuns}. @returns What stops it, and frees them. */
export function startOtherWorlds(): () => void {
  const stop = effect(() => {
    const before = otherWorlds.peek();
    // The chosen run's world comes first: the lab computes one thing at a time.
    const waits = [episode, model, perception].some(({ value }) => value.status === "loading");
    const now = new Map<string, OtherWorld>();
    for (const name of otherRuns.value) {
      const run = runs.value.find((known) => known.name === name);
      const checkpoint = run && checkpointOf(run);
      if (!run || !checkpoint || name === runName.value) continue;
      const key = `${presentPlace.value} ${checkpoint.modified}`;
      const known = before.get(name);
      const world = known?.key === key || waits ? known : untracked(() => new OtherWorld(run, key));
      if (world) now.set(name, world);
    }
    for (const world of before.values()) {
      if (![...now.values()].includes(world)) untracked(() => world.close());
    }
    const same = now.size === before.size && [...now].every(([name, world]) => before.get(name) === world);
    if (!same) otherWorlds.value = now;
  });
  return () => {
    stop();
    for (const world of otherWorlds.peek().values()) world.close();
    otherWorlds.value = new Map();
  };
}
