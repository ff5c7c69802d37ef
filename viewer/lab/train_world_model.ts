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
import { decodeAbility, encodeAbility, sampleAbility } from "./abilities.ts";
import { AgentWaker } from "./agent_waker.ts";
import { Dreamer } from "./dreamer.ts";
import { driveEpisode } from "./drive_episode.ts";
import { EpisodeFollower } from "./follow_episode.ts";
import { type GaussianLatents, gaussianLatents } from "./gaussian_latents.ts";
import { LatentCoder } from "./latent_coder.ts";
import { type OpenedModel, type OpenedWorld, registerModelKind } from "./model_kinds.ts";
import type { WorldParts } from "./world_parts.ts";

/** What pictures of random latents can be asked for. */
const SAMPLING = fields({ temperature: samplingFields.temperature("Multiplies the latent vectors.") });

registerModelKind({
  kind: "train-world-model",
  open({ name, config: unchecked, arrays }, pause): OpenedModel {
    const config = checkWorldModelConfig(unchecked);
    const actionSize = actionSizeOf(config);
    const restored = restoreNetworks(config, arrays, name);
    const { networks: { worldModel }, weights } = restored;
    const gaussian = gaussianLatents(worldModel);
    const world = { ...restored.world, ...gaussian?.arrange(restored.world) };
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
    const dreamer = new Dreamer(parts);
    const follower = new EpisodeFollower(parts);
    const waker = new AgentWaker(parts);
    const latents = gaussian && openLatents(parts, gaussian);
    return {
      card: { picture: [...worldModel.frames], latentSize: gaussian?.size ?? 0 },
      abilities: latents?.abilities ?? [],
      driver: {
        card: { environment: config.environment, frameSkip: config.frameSkip },
        drive: (options) => driveEpisode(parts, options),
        wake: () => waker.wake(),
      },
      world: openWorld(parts, { dreamer, follower }),
      dispose() {
        for (const part of [dreamer, follower, waker, latents]) part?.dispose();
        disposeTensors(world);
        disposeTensors(weights);
      },
    };
  },
});

function openWorld(
  parts: WorldParts,
  { dreamer, follower }: { dreamer: Dreamer; follower: EpisodeFollower },
): OpenedWorld {
  const { config, networks: { worldModel, policy } } = parts;
  return {
    card: {
      environment: config.environment,
      frameSkip: config.frameSkip,
      actionSize: parts.actionSize,
      context: worldModel.context,
      expects: worldModel.expectations !== undefined,
      moments: worldModel.pictureMoments !== undefined,
      ...worldModel.attention && { attention: worldModel.attention.parts },
      controller: config.controller,
      hasValue: policy instanceof ActorCritic,
      decisions: config.dreamDecisions,
      temperature: config.temperature,
    },
    follow: (request) => follower.follow(request),
    dream: (request) => dreamer.dream(request),
    explain: (request) => dreamer.explain(request),
  };
}

/** What Gaussian latents allow beside dreams: to look at them, and at the pictures of others. */
function openLatents({ world, networks, pause }: WorldParts, latents: GaussianLatents) {
  const { frames } = networks.worldModel;
  const coder = new LatentCoder(latents, { parameters: world, pixels: frames, pause });
  const size = [frames[0], frames[1]] as const;
  return {
    abilities: [
      encodeAbility({ size, encode: (frames) => coder.encode(frames) }),
      decodeAbility({ latents: latents.size, size, decode: (latents) => coder.decode(latents) }),
      sampleAbility({
        sampling: SAMPLING,
        count: { standard: 16, most: 64 },
        outputs: ["pictures"],
        async *draw({ count, seed, options: { temperature } }) {
          const random = new RandomStream(seed).fork("sample");
          const drawn = Float32Array.from(
            { length: count * latents.size },
            () => temperature * random.normal(),
          );
          yield { kind: "pictures", name: "Samples", size, data: await coder.decode(drawn) };
        },
      }),
    ],
    dispose: () => coder.dispose(),
  };
}

/** @throws RangeError for an environment that is unknown here. */
function actionSizeOf({ environment }: PipelineConfig): number {
  const env = make(environment);
  env.close();
  return spaceSize(env.actionSpace);
}
