import { computed, signal } from "@preact/signals";
import type { EpisodeSummary, Library, RunEntry } from "../../library.ts";
import type { Encoded } from "../../lab/ability.ts";
import type { Followed, Lab, LabBackend, LabState, ModelCard } from "../../lab/lab.ts";
import type { Episode } from "../episodes/episode.ts";
import { type AsyncState, valueOf } from "./async_state.ts";
import type { FileSource } from "./sources.ts";

/** The page's views, in the order of its tabs. */
export const VIEWS = ["watch", "drive", "model", "runs"] as const;
/** One of {@link VIEWS}. */
export type View = typeof VIEWS[number];

/** An episode that can be chosen. */
export interface EpisodeEntry {
  /** Names it within the page and in links: the recording's path, or `scripted:7`, `agent:<run>:7`, `drive:1`. */
  id: string;
  /** What to call it. */
  title: string;
  /** What is known of it before it is loaded. */
  summary: EpisodeSummary;
  /** The run it belongs to, or whose model it is looked at with. */
  run?: string;
  /** Reads or makes the recording's bytes. */
  load(): Promise<Uint8Array>;
}

/** A run that can be chosen. */
export interface Run extends RunEntry {
  /** Its files. */
  source: FileSource;
}

/** A run's model, in the lab. */
export interface OpenModel {
  /** What it can do. */
  card: ModelCard;
  /** The lab that holds it. */
  lab: Lab;
}

/** The present episode through the present model's eyes; see `paceOf` for how decisions and steps go together. */
export interface Perception {
  /** The episode that it belongs to. */
  episode: Episode;
  /** The model that it was made by. */
  model: OpenModel;
  /** Steps of the episode that a decision lasts: rows belong to steps 0, k, 2k, .. */
  frameSkip: number;
  /** What the model makes of it. */
  followed: FollowedEpisode;
}

/** A world model beside an episode of D decisions: {@link Followed} of all frames, and what was expected of decisions. */
export interface FollowedEpisode extends Omit<Followed, "to"> {
  /** Rewards that it expected of each decision, `[D]`. */
  rewards: Float32Array;
  /** Probability that the episode ends with the decision, `[D]`. */
  done: Float32Array;
  /** Where it stood after some of the frames; see `standAt`. */
  stands: readonly LabState[];
}

/** An episode, and its latents. */
export interface Encoding extends Perception {
  /** Latents of the frames at each decision, `[D + 1, Z]`. */
  encoded: Encoded;
}

/** The view that is shown. */
export const view = signal<View>("watch");
/** What there is to look at. */
export const library = signal<AsyncState<Library>>({ status: "loading", what: "the library" });
/** Runs of the library, and those that were dropped onto the page. */
export const runs = signal<Run[]>([]);
/** The chosen run's name. */
export const runName = signal<string | undefined>(undefined);
/** The chosen run. */
export const run = computed(() => runs.value.find(({ name }) => name === runName.value));
/** All episodes that can be chosen, whatever run they belong to. */
export const episodes = signal<EpisodeEntry[]>([]);
/** The chosen episode's id. */
export const episodeId = signal<string | undefined>(undefined);
/** The chosen episode. */
export const episodeEntry = computed(() => episodes.value.find(({ id }) => id === episodeId.value));
/** The chosen episode, loaded. */
export const episode = signal<AsyncState<Episode>>({ status: "empty" });
/** Where dreams are to be computed, where there is a choice. */
export const place = signal<"browser" | "server">("browser");
/** Whether the server alone computes the chosen run's model: it comes from a module of the reader's own. */
export const onlyOnServer = computed(() =>
  run.value !== undefined && (valueOf(library.value)?.serverKinds?.includes(run.value.kind) ?? false)
);
/** Where the chosen run's model is computed. */
export const presentPlace = computed(() => onlyOnServer.value ? "server" : place.value);
/** What computes them. */
export const backend = signal<AsyncState<LabBackend>>({ status: "empty" });
/** The chosen run's model. */
export const model = signal<AsyncState<OpenModel>>({ status: "empty" });
/** The episode as the model sees it. */
export const perception = signal<AsyncState<Perception>>({ status: "empty" });
/** Its latents, where the model has such and they are looked at. */
export const encoding = signal<AsyncState<Encoding>>({ status: "empty" });
/** Why the present model does not see the present episode; undefined where it does, or may yet. */
export const unseen = computed(() =>
  model.value.status === "ready" && perception.value.status === "empty" ? perception.value.why : undefined
);
/** Dream steps a second, as measured last; 0 before. */
export const dreamRate = signal(0);

/** Steps of an episode that a decision of a model lasts; 1 without a world model. */
export function frameSkipOf(
  { world }: Pick<ModelCard, "world">,
  { stepLength }: Pick<Episode, "stepLength">,
): number {
  return Math.max(1, (world?.frameSkip ?? 1) / stepLength);
}

/** The same of the present episode and the present model. */
export const frameSkip = computed(() => {
  const card = model.value.status === "ready" ? model.value.value.card : {};
  const shown = episode.value.status === "ready" ? episode.value.value : { stepLength: 1 };
  return frameSkipOf(card, shown);
});

/** The decision in force at a step: 0 for the first `frameSkip` pictures. */
export function decisionAt(step: number): number {
  return Math.floor(step / frameSkip.value);
}

/** Whole decisions in an episode of some steps, D; frames at decisions are those of steps 0, k, 2k, .. D k. */
export function decisionsIn(steps: number): number {
  return Math.floor(steps / frameSkip.value);
}
