import type { Config } from "../../core/fields/field.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import type { OpenedAbility } from "./abilities.ts";
import type {
  Decision,
  DreamRequest,
  Dreamt,
  DriverCard,
  Explained,
  Followed,
  FollowRequest,
  ModelCard,
  Shown,
  WorldCard,
} from "./lab.ts";

/** A run that is as it should be, but has nothing that the page shows, such as one of a module of the user's. */
export class NothingToShow extends Error {
  /** The error's class; it survives the way to the page. */
  override readonly name = "NothingToShow";
}

/** A run, read: what a {@link ModelKind} opens. */
export interface RunContent {
  /** The run's name, for messages. */
  name: string;
  /** Its configuration, not checked yet. */
  config: Record<string, unknown>;
  /** The arrays of its checkpoint by group and name. */
  arrays: Record<string, Record<string, NamedArray>>;
  /** What the files of those groups say of themselves. */
  metadata: Record<string, Record<string, string>>;
  /** Some of its held-out examples: `pictures` or `points`. */
  examples: Record<string, NamedArray>;
}

/** Lets other calls be answered in the midst of long work. @throws Error when the model was closed meanwhile. */
export type Pause = () => Promise<void>;

/** A model with its parameters. */
export interface OpenedModel {
  /** Its pictures' shape and latents, see {@link ModelCard}. */
  card: Pick<ModelCard, "picture" | "latentSize">;
  /** What it can be asked for. */
  abilities: readonly OpenedAbility[];
  /** What acts in reality by it. */
  driver?: Driver;
  /** Dreams, where it is a world model. */
  world?: OpenedWorld;
  /** Frees its tensors; called once, when nothing works with it any more. */
  dispose(): void;
}

/** What acts in real episodes. */
export interface Driver {
  /** Its part of the {@link ModelCard}. */
  card: DriverCard;
  /** Drives an episode; returns the recording. */
  drive(options: { seed: number; acting?: Config }): Promise<Uint8Array>;
  /** Wakes it for one drive that others may take part in. */
  wake(acting?: Config): RunningAgent;
}

/** What a world model can do, see {@link Lab}. */
export interface OpenedWorld {
  /** Its part of the {@link ModelCard}. */
  card: WorldCard;
  /** Runs the world model along steps of an episode. */
  follow(request: FollowRequest): Promise<Followed>;
  /** Dreams on. */
  dream(request: DreamRequest): Promise<Dreamt>;
  /** Dreams on, and tells how the last decision came about. */
  explain(request: DreamRequest): Promise<Explained>;
}

/** An agent at work. Calls are answered one after the other. */
export interface RunningAgent {
  /** See {@link Lab.decide}. */
  decide(shown: Shown): Promise<Decision>;
  /** Frees its state. */
  dispose(): void;
}

/** A kind of model that the lab can open. */
export interface ModelKind {
  /** What `runKind` says of its runs. */
  kind: string;
  /**
   * Makes the model.
   *
   * @param pause To be called between blocks of long work.
   * @throws Error of one sentence when configuration or arrays do not fit.
   */
  open(run: RunContent, pause: Pause): OpenedModel | Promise<OpenedModel>;
}

const kinds = new Map<string, ModelKind>();

/** Makes a kind of model known to every lab: its panels then show themselves by what it can do. */
export function registerModelKind(kind: ModelKind): void {
  if (kinds.has(kind.kind)) {
    throw new TypeError(
      `Cannot register models of kind "${kind.kind}": expected a new kind, got one that exists`,
    );
  }
  kinds.set(kind.kind, kind);
}

/**
 * The kind of that name.
 *
 * @throws NothingToShow for one that is not known, such as that of a module of the user's; RangeError for `unknown`,
 * see `runKind`.
 */
export function modelKind(kind: string, name: string): ModelKind {
  const known = kinds.get(kind);
  if (known) return known;
  if (kind === "unknown") {
    throw new RangeError(
      `Cannot open the model of "${name}": expected the name of a model in its config.json`,
    );
  }
  throw new NothingToShow(
    `The model of ${name}, "${kind}", does not come with Somnium: Runs shows its curves and samples, and ` +
      `deno task watch ${name} --module FILE opens it.`,
  );
}
