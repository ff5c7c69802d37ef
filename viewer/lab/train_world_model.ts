import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import {
  TRAIN_WORLD_MODEL_FIELDS,
  type TrainWorldModelConfig,
} from "../../agents/train_world_model/config.ts";
import { controllerActions, controllerOutputs } from "../../agents/train_world_model/controller_actions.ts";
import { restoreNetworks } from "../../agents/train_world_model/restore_networks.ts";
import { describeFields } from "../../core/fields/describe_fields.ts";
import { fields } from "../../core/fields/field.ts";
import { RandomStream } from "../../core/random_stream.ts";
import "../../envs/register_all.ts";
import { make } from "../../envs/registry.ts";
import { spaceSize } from "../../envs/spaces.ts";
import { sampleOptions, samplingFields } from "../../generative/models/sampler.ts";
import { disposeTensors } from "../../generative/nn/mod.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import { disposeUnroller } from "../../worlds/mdn_rnn/unroll_states.ts";
import { AgentWaker } from "./agent_waker.ts";
import { checkFrameCount } from "./blocks.ts";
import { driveEpisode } from "./drive_episode.ts";
import { Dreamer } from "./dreamer.ts";
import { EpisodeFollower } from "./follow_episode.ts";
import type { SampleRequest } from "./lab.ts";
import { type OpenedModel, type OpenedWorld, registerModelKind } from "./model_kinds.ts";
import { VisionCoder } from "./vision_coder.ts";
import type { WorldParts } from "./world_parts.ts";

/** What samples of its vision can be asked for. */
const SAMPLING = fields({ temperature: samplingFields.temperature("Multiplies the latent vectors.") });

registerModelKind({
  kind: "train-world-model",
  open({ name, config: unchecked, arrays }, pause): OpenedModel {
    const config = checkConfig(TRAIN_WORLD_MODEL_FIELDS, unchecked);
    const actionSize = actionSizeOf(config);
    const restored = restoreNetworks(config, arrays, name);
    const { networks: { worldModel }, weights } = restored;
    const { vision, memory } = worldModel;
    // The decoder's kernels in the form that is fastest there are parameters beside the others.
    const arranged = tf.getBackend() === "wasm" ? vision.arrangeDecoder(restored.world) : {};
    const world = { ...restored.world, ...arranged };
    const coder = new VisionCoder(vision, world, pause);
    const parts: WorldParts = {
      ...restored,
      world,
      name,
      config,
      actionSize,
      toActions: controllerActions(config),
      toOutputs: controllerOutputs(config),
      pause,
    };
    const users = [new EpisodeFollower(parts), new Dreamer(parts), new AgentWaker(parts)] as const;
    return {
      card: {
        picture: [...worldModel.frames],
        latentSize: vision.latentSize,
        sampling: describeFields(SAMPLING),
      },
      encode: (frames) => coder.encode(frames),
      decode: (latents) => coder.decode(latents),
      sample: (request) => coder.decode(drawLatents(request, vision.latentSize)),
      world: openWorld(parts, users),
      dispose() {
        for (const part of [coder, ...users]) part.dispose();
        disposeUnroller(memory);
        disposeTensors(world);
        disposeTensors(weights);
      },
    };
  },
});

function openWorld(
  parts: WorldParts,
  [follower, dreamer, waker]: readonly [EpisodeFollower, Dreamer, AgentWaker],
): OpenedWorld {
  const { config, networks: { worldModel: { memory }, policy } } = parts;
  return {
    card: {
      environment: config.environment,
      frameSkip: config.frameSkip,
      actionSize: parts.actionSize,
      components: memory.config.components,
      controller: config.controller,
      hasValue: policy instanceof ActorCritic,
      decisions: config.dreamDecisions,
      temperature: config.temperature,
    },
    follow: (request) => follower.follow(request),
    dream: (request) => dreamer.dream(request),
    drive: (options) => driveEpisode(parts, options),
    startAgent: () => waker.wake(),
  };
}

/** Latents as vision's prior has them, `[count, Z]`. @throws RangeError for a count or an option that makes no sense. */
function drawLatents({ count, seed, options }: SampleRequest, size: number): Float32Array {
  checkFrameCount(count, "sample");
  const { temperature } = sampleOptions(SAMPLING, options);
  const random = new RandomStream(seed).fork("sample");
  return Float32Array.from({ length: count * size }, () => temperature * random.normal());
}

/** @throws RangeError for an environment that is unknown here. */
function actionSizeOf({ environment }: TrainWorldModelConfig): number {
  const env = make(environment);
  env.close();
  return spaceSize(env.actionSpace);
}
