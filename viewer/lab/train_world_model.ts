import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import { checkWorldModelConfig, type PipelineConfig } from "../../agents/train_world_model/config.ts";
import { controllerActions, controllerOutputs } from "../../agents/train_world_model/controller_actions.ts";
import { restoreNetworks } from "../../agents/train_world_model/restore_networks.ts";
import { fields } from "../../core/fields/field.ts";
import { RandomStream } from "../../core/random_stream.ts";
import "../../envs/register_all.ts";
import { make } from "../../envs/registry.ts";
import { spaceSize } from "../../envs/spaces.ts";
import { samplingFields } from "../../generative/models/sampler.ts";
import { disposeTensors } from "../../generative/nn/mod.ts";
import { RecurrentWorldModel } from "../../worlds/mdn_rnn/recurrent_world_model.ts";
import { disposeUnroller } from "../../worlds/mdn_rnn/unroll_states.ts";
import { decodeAbility, encodeAbility, sampleAbility } from "./abilities.ts";
import { AgentWaker } from "./agent_waker.ts";
import { Dreamer } from "./dreamer.ts";
import { driveEpisode } from "./drive_episode.ts";
import { EpisodeFollower } from "./follow_episode.ts";
import type { FollowRequest } from "./lab.ts";
import { type OpenedModel, type OpenedWorld, registerModelKind } from "./model_kinds.ts";
import { VisionCoder } from "./vision_coder.ts";
import type { WorldParts } from "./world_parts.ts";

/** What samples of its vision can be asked for. */
const SAMPLING = fields({ temperature: samplingFields.temperature("Multiplies the latent vectors.") });

registerModelKind({
  kind: "train-world-model",
  open({ name, config: unchecked, arrays }, pause): OpenedModel {
    const config = checkWorldModelConfig(unchecked);
    const actionSize = actionSizeOf(config);
    const restored = restoreNetworks(config, arrays, name);
    const { networks: { worldModel }, weights } = restored;
    const recurrent = worldModel instanceof RecurrentWorldModel ? worldModel : undefined;
    // The decoder's kernels in the form that is fastest there are parameters beside the others.
    const arranged = tf.getBackend() === "wasm" ? recurrent?.vision.arrangeDecoder(restored.world) : {};
    const world = { ...restored.world, ...arranged };
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
    const [dreamer, waker] = [new Dreamer(parts), new AgentWaker(parts)];
    const latents = recurrent && openLatents(parts, recurrent);
    return {
      card: { picture: [...worldModel.frames], latentSize: latents?.size ?? 0 },
      abilities: latents?.abilities ?? [],
      driver: {
        card: { environment: config.environment, frameSkip: config.frameSkip },
        drive: (options) => driveEpisode(parts, options),
        wake: () => waker.wake(),
      },
      world: { ...openWorld(parts, dreamer), ...latents?.world },
      dispose() {
        for (const part of [dreamer, waker, ...latents ? [latents] : []]) part.dispose();
        disposeTensors(world);
        disposeTensors(weights);
      },
    };
  },
});

function openWorld(parts: WorldParts, dreamer: Dreamer): OpenedWorld {
  const { config, networks: { worldModel, policy } } = parts;
  return {
    card: {
      environment: config.environment,
      frameSkip: config.frameSkip,
      actionSize: parts.actionSize,
      components: worldModel instanceof RecurrentWorldModel ? worldModel.memory.config.components : 0,
      controller: config.controller,
      hasValue: policy instanceof ActorCritic,
      decisions: config.dreamDecisions,
      temperature: config.temperature,
    },
    dream: (request) => dreamer.dream(request),
  };
}

/** What an MDN-RNN's Gaussian latents allow beside dreams: to look at them, and at what is expected of them. */
function openLatents(parts: WorldParts, model: RecurrentWorldModel) {
  const { vision, memory } = model;
  const coder = new VisionCoder(vision, parts.world, parts.pause);
  const follower = new EpisodeFollower(parts, model);
  const [height, width] = model.frames;
  const size = [height, width] as const;
  return {
    size: vision.latentSize,
    abilities: [
      encodeAbility({ size, encode: (frames) => coder.encode(frames) }),
      decodeAbility({ latents: vision.latentSize, size, decode: (latents) => coder.decode(latents) }),
      sampleAbility({
        sampling: SAMPLING,
        count: { standard: 16, most: 64 },
        outputs: ["pictures"],
        async *draw({ count, seed, options: { temperature } }) {
          const random = new RandomStream(seed).fork("sample");
          const latents = Float32Array.from(
            { length: count * vision.latentSize },
            () => temperature * random.normal(),
          );
          yield { kind: "pictures", name: "Samples", size, data: await coder.decode(latents) };
        },
      }),
    ],
    world: { follow: (request: FollowRequest) => follower.follow(request) },
    dispose() {
      coder.dispose();
      follower.dispose();
      disposeUnroller(memory);
    },
  };
}

/** @throws RangeError for an environment that is unknown here. */
function actionSizeOf({ environment }: PipelineConfig): number {
  const env = make(environment);
  env.close();
  return spaceSize(env.actionSpace);
}
