import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { type ConfigOf, field, fields } from "../../core/fields/field.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { checkShapes } from "../../generative/train/tensor_arrays.ts";
import { OBSERVATIONS_GROUP, POLICY_GROUP } from "../checkpoint_groups.ts";
import type { AgentSpaces, OfflineKind, RecordedEpisode } from "../learner_kind.ts";
import { predictionOf } from "../offline/action_prediction.ts";
import { loadPolicy } from "../offline/load_policy.ts";
import { OFFLINE_ENVIRONMENTS } from "../offline/presets.ts";
import { RecordedDecisions } from "../offline/recorded_decisions.ts";
import { returnOf, returnsToGo } from "../offline/returns_to_go.ts";
import { SupervisedLearner } from "../offline/supervised_learner.ts";
import { Perception } from "../perception/perception.ts";
import { DecisionTransformer, type TrajectoryBatch } from "./decision_transformer.ts";
import { DecisionTransformerAgent } from "./decision_transformer_agent.ts";
import { DECISION_TRANSFORMER_FIELDS, type DecisionTransformerConfig } from "./fields.ts";

/** The group of a checkpoint that tells of the recordings' returns. */
const RETURNS_GROUP = "returns";

/** What it may be asked for. */
type Acting = ConfigOf<ReturnType<typeof actingFields>["entries"]>;

/** A Decision Transformer. */
export const DECISION_TRANSFORMER_KIND: OfflineKind<DecisionTransformerConfig> = {
  family: "agents",
  name: "decision-transformer",
  title: "Decision Transformer",
  paper: "Chen et al. 2021, Decision Transformer: Reinforcement Learning via Sequence Modeling",
  notes:
    "Learns from recordings what was done on the way to which return, and is then asked for a return. It tells good from " +
    "bad recordings without values or rewards that are passed back in time.",
  fields: DECISION_TRANSFORMER_FIELDS,
  smoke: { updates: 20, batchSize: 16, context: 5, layers: 1, width: 16, testEpisodes: 2 },
  environments: OFFLINE_ENVIRONMENTS,
  learnsFrom: "recordings",
  create(config, spaces, episodes) {
    const returns = summarise(episodes);
    const timesteps = Math.max(...episodes.map(({ rewards }) => rewards.length));
    const transformer = transformerOf(config, spaces, timesteps);
    const decisions = new RecordedDecisions(transformer.perception, episodes);
    return new SupervisedLearner<TrajectoryBatch>(config, {
      name: "decision transformer",
      model: transformer.network,
      perception: transformer.perception,
      episodes,
      groups: {
        [RETURNS_GROUP]: {
          best: scalar(returns.best),
          worst: scalar(returns.worst),
          scale: scalar(returns.scale),
        },
      },
      draw: (random) => drawBatch(transformer, decisions, { ...config, ...returns, random }),
      agent: (parameters) =>
        new DecisionTransformerAgent(
          { ...transformer, ...returns, context: config.context, askedReturn: returns.best },
          parameters,
        ),
    });
  },
  acting: (arrays) => actingFields(readReturns(arrays)),
  load(config, spaces, arrays, acting) {
    const returns = readReturns(arrays);
    const { askedReturn } = { ...actingFields(returns).defaults, ...acting } as Acting;
    const timesteps = arrays[POLICY_GROUP]?.["timesteps/table"]?.shape[0] ?? 1;
    const transformer = transformerOf(config, spaces, timesteps);
    transformer.perception.restore(arrays[OBSERVATIONS_GROUP]);
    return loadPolicy(
      transformer.network,
      arrays,
      (parameters) =>
        new DecisionTransformerAgent(
          { ...transformer, scale: returns.scale, context: config.context, askedReturn },
          parameters,
        ),
    );
  },
};

/** A network, and how it sees. */
interface Transformer {
  network: DecisionTransformer;
  perception: Perception;
}

function transformerOf(
  config: DecisionTransformerConfig,
  { observations, actions }: AgentSpaces,
  timesteps: number,
): Transformer {
  const perception = new Perception(observations, { normalise: config.normaliseObservations });
  const network = new DecisionTransformer({
    ...config,
    shape: perception.shape,
    prediction: predictionOf(actions),
    timesteps,
  });
  return { perception, network };
}

/** The returns of the episodes that are learned from. */
interface Returns {
  /** The highest. */
  best: number;
  /** The lowest. */
  worst: number;
  /** The largest return-to-go, by which all are divided: they then lie in -1 .. 1. */
  scale: number;
}

function actingFields({ best, worst }: Pick<Returns, "best" | "worst">) {
  const [least, most] = [Math.floor(worst), Math.ceil(best)];
  return fields({
    askedReturn: field(
      v.number(),
      "Return of an episode that it is asked for, by default the highest in the recordings.",
      best,
      least < most ? { usual: [least, most] } : {},
    ),
  });
}

function summarise(episodes: readonly RecordedEpisode[]): Returns {
  let scale = 0;
  for (const { rewards } of episodes) {
    for (const value of returnsToGo(rewards)) scale = Math.max(scale, Math.abs(value));
  }
  const returns = episodes.map(returnOf);
  return { best: Math.max(...returns), worst: Math.min(...returns), scale: scale || 1 };
}

/** @throws TypeError where the checkpoint does not tell; older ones do not know the lowest, for which a bound stands. */
function readReturns(arrays: Record<string, Record<string, NamedArray>>): Returns {
  const { worst, ...saved } = arrays[RETURNS_GROUP] ?? {};
  checkShapes(saved, { best: { shape: [1] }, scale: { shape: [1] } }, { what: RETURNS_GROUP });
  const [best, scale] = [saved.best.data[0], saved.scale.data[0]];
  return { best, scale, worst: worst?.data[0] ?? (best > 0 ? 0 : -scale) };
}

function scalar(value: number): NamedArray {
  return { shape: [1], data: Float64Array.of(value) };
}

function drawBatch(
  { perception, network: { options: { prediction: { actionSize } } } }: Transformer,
  decisions: RecordedDecisions,
  { batchSize: count, context: length, scale, random }:
    & Pick<DecisionTransformerConfig, "batchSize" | "context">
    & { scale: number; random: RandomStream },
): TrajectoryBatch {
  const windows = decisions.draw(random, { count, length });
  return {
    observations: perception.tensor(windows.observations, count * length),
    returnsToGo: tf.tensor2d(windows.returnsToGo.map((value) => value / scale), [count, length]),
    actions: tf.tensor3d(windows.actions, [count, length, actionSize]),
    timesteps: tf.tensor2d(windows.timesteps, [count, length], "int32"),
    present: tf.tensor2d(windows.present, [count, length]),
  };
}
