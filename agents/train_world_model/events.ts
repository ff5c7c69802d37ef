import type { TrainEvent } from "../../generative/train/events.ts";
import type { Stage } from "./plan.ts";

/** What a round came to. */
export interface RoundReport {
  round: number;
  /** Mean return of whole dreamed episodes. */
  dream: number;
  dreamDeviation: number;
  /** Mean return of real episodes, from seeds that are neither trained nor tested on. */
  reality: number;
  realityDeviation: number;
  /** Share of the real decisions at full cost (`EnvSpec.cost`), such as off the road; absent where there is none. */
  failures?: number;
  /** Decisions of the longest episode in the replay: no further does the world model know episodes. */
  span: number;
  /** Mean dreamed return over these decisions, and the mean real one beside it. */
  dreamOverSpan: number;
  realityOverSpan: number;
  /** How many real decisions were older than any in the replay. */
  older: number;
  /**
   * Share of the real decisions that lie outside of what the world model was trained on in any measure: their age, their
   * latents' distance from the mean, their reward, their action.
   */
  unseen: number;
}

/** What one driver came to in the test episodes. */
export interface TestReport {
  /** Name of the driver. */
  driver: string;
  /** The round that it was chosen from, where there was a choice. */
  round?: number;
  /** Episodes driven. */
  episodes: number;
  mean: number;
  /** Standard deviation over all episodes. */
  deviation: number;
  /** As {@link RoundReport.failures}. */
  failures?: number;
  /** Mean return of whole dreamed episodes of the same driver, where it drives in a dream at all. */
  dream?: number;
  dreamDeviation?: number;
}

/** Something inside a stage that does not train: collecting, encoding, driving. */
export interface WorkEvent {
  type: "work";
  /** What is done, such as "collect". */
  name: string;
  done: number;
  of: number;
}

/** What `trainWorldModel` reports while it works. */
export type WorldModelEvent =
  | TrainEvent
  | WorkEvent
  /** The plan, and how many of its stages were done before. */
  | { type: "plan"; stages: Stage[]; done: number }
  /** A stage begins. */
  | { type: "stage"; stage: Stage; index: number; of: number }
  /** A round is assessed. */
  | { type: "round"; report: RoundReport }
  /** A driver has gone through all test episodes. */
  | { type: "test"; report: TestReport };
