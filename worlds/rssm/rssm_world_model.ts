import * as tf from "@tensorflow/tfjs";
import { type Space, spaceSize } from "../../envs/spaces.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors, ParameterSpecs } from "../../generative/nn/parameters.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { encodeInChunks } from "../encode_in_chunks.ts";
import type { NamedArrays, Place, Rollout } from "../experience.ts";
import { type NoiseSpec, streamNoise } from "../noise.ts";
import { SIGHT_SHAPE } from "../parts/sight.ts";
import { type Block, readBlock, writeBlock } from "../rollout_blocks.ts";
import { rowsAt } from "../rows_at.ts";
import type { TrainableWorldModel } from "../trainable_world_model.ts";
import type { Imagined, ImagineOptions, Observed, WorldModel, WorldState } from "../world_model.ts";
import type { Rssm, RssmState } from "./rssm.ts";

/** How a world model comes by the embeddings of frames. */
export interface Eyes {
  /** The parameters that they see and draw with beside those of the RSSM. */
  parameters: ParameterSpecs;
  /** What an RSSM embeds of frames `[B, 64, 64, 3]`, int32 in 0 .. 255. */
  look(parameters: NamedTensors, frames: tf.Tensor): tf.Tensor;
}

/** Decisions that are run over in one call of the compiled function. */
const STRETCH = 25;

type Stretch = { embeddings: tf.Tensor; actions: tf.Tensor; resets: tf.Tensor };
type Unrolled = { hiddens: tf.Tensor; posteriors: tf.Tensor; hidden: tf.Tensor };

/** A recurrent state-space model as a model of the world: Dreamer's. */
export class RssmWorldModel implements TrainableWorldModel {
  /** See {@link WorldModel.frames}. */
  readonly frames: WorldModel["frames"] = SIGHT_SHAPE;
  /** See {@link WorldModel.actions}. */
  readonly actions: Space;
  /** `[z, h]`, Z + U. */
  readonly featureSize: number;
  /** An episode begins with h of zeros. */
  readonly context = 0;
  /** The RSSM's and the eyes'. */
  readonly parameters: ParameterSpecs;
  /** What z is drawn from, seen or foreseen. */
  readonly noise: { observe: Record<"latents", NoiseSpec>; imagine: Record<"latents", NoiseSpec> };
  #encoder: Compiled<[NamedTensors, tf.Tensor], NamedTensors> | undefined;
  #unroller: Compiled<[NamedTensors, Stretch, tf.Tensor], Unrolled> | undefined;

  /**
   * Joins them.
   *
   * @param actions What the RSSM was made for.
   * @throws RangeError when the actions differ in size.
   */
  constructor(readonly rssm: Rssm, readonly eyes: Eyes, actions: Space) {
    const { actionSize } = rssm.config;
    if (spaceSize(actions) !== actionSize) {
      throw new RangeError(
        `Cannot make a world model: expected actions of ${actionSize} numbers, got ${spaceSize(actions)}`,
      );
    }
    this.actions = actions;
    this.featureSize = rssm.featureSize;
    this.parameters = { ...eyes.parameters, ...rssm.parameters };
    const noise = { latents: rssm.latents.noise };
    this.noise = { observe: noise, imagine: noise };
  }

  /** Zeros. */
  initial(batch: number): RssmState {
    const { config, latents } = this.rssm;
    return { hidden: tf.zeros([batch, config.units]), latents: tf.zeros([batch, latents.size]) };
  }

  /** h goes on with the action, and z is the posterior's: the most likely, or a draw. */
  observe(
    parameters: NamedTensors,
    state: WorldState,
    { frames, action, first }: Observed,
    noise?: NamedTensors,
  ): RssmState {
    const goesOn = first.mul(-1).add(1).expandDims(1);
    const hidden = this.rssm.advance(parameters, state as RssmState, action).mul(goesOn);
    const posterior = this.rssm.posterior(parameters, hidden, this.#embed(parameters, frames));
    return { hidden, latents: this.#choose(posterior, noise?.latents) };
  }

  /** h goes on with the action, and z is a draw of the prior. */
  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    { temperature = 1 }: ImagineOptions = {},
  ): Imagined {
    const { rssm } = this;
    const hidden = rssm.advance(parameters, state as RssmState, action);
    return {
      state: {
        hidden,
        latents: rssm.latents.sample(rssm.prior(parameters, hidden), noise.latents, temperature),
      },
      ...rssm.outcomes.imagined(rssm.outcomes.apply(parameters, hidden)),
    };
  }

  /** `[z, h]`. */
  features(_: NamedTensors, state: WorldState): tf.Tensor {
    return this.rssm.features(state as RssmState);
  }

  /** What the decoder draws of `[z, h]`. */
  picture(parameters: NamedTensors, state: WorldState): tf.Tensor4D {
    return this.rssm.sight.picture(parameters, this.rssm.features(state as RssmState));
  }

  /** `embeddings`, `[N, E]`. */
  encode(parameters: NamedTensors, frames: Uint8Array): Promise<NamedArrays> {
    this.#encoder ??= compile(
      (parameters: NamedTensors, frames: tf.Tensor): NamedTensors => ({
        embeddings: this.#embed(parameters, frames),
      }),
      { name: "encode" },
    );
    return encodeInChunks(this.#encoder, { parameters, frames, shape: SIGHT_SHAPE });
  }

  /** `hidden`, `[T, N, U]`, and what the posterior puts out there, `posterior` `[T, N, P]`; z is the most likely. */
  async unroll(
    parameters: NamedTensors,
    { encodings, actions, resets, streams, decisions, actionSize }: Rollout,
  ): Promise<NamedArrays> {
    const { config: { units }, latents, sight } = this.rssm;
    this.#unroller ??= compile(this.#unrollStretch.bind(this), { name: "unroll" });
    const states = {
      hidden: new Float32Array(decisions * streams * units),
      posterior: new Float32Array(decisions * streams * latents.outputs),
    };
    let hidden: tf.Tensor = tf.zeros([streams, units]);
    for (let from = 0; from < decisions; from += STRETCH) {
      const block: Block = { from, steps: STRETCH, time: decisions, row: 0, rows: streams, streams };
      const stretch = {
        embeddings: readBlock(encodings!.embeddings, sight.size, block),
        actions: readBlock(actions, actionSize, block),
        resets: readBlock(resets, 1, block),
      };
      const next = await this.#unroller.run(parameters, stretch, hidden);
      writeBlock(states.hidden, await next.hiddens.data() as Float32Array, block);
      writeBlock(states.posterior, await next.posteriors.data() as Float32Array, block);
      tf.dispose([stretch, hidden, next.hiddens, next.posteriors]);
      hidden = next.hidden;
    }
    hidden.dispose();
    return states;
  }

  /** h as it was, and a z that is drawn from the posterior. */
  startsAt(_: NamedTensors, places: readonly Place[], random: RandomStream): RssmState {
    return tf.tidy(() => {
      const posterior = rowsAt(places, ({ states }) => states!.posterior);
      return {
        hidden: rowsAt(places, ({ states }) => states!.hidden),
        latents: this.#choose(posterior, this.#draw(places.length, random)),
      };
    });
  }

  /** h of zeros, and a z that is drawn from the posterior. */
  firstStarts(parameters: NamedTensors, places: readonly Place[], random: RandomStream): RssmState {
    return tf.tidy(() => {
      const { hidden } = this.initial(places.length);
      const embeddings = rowsAt(places, ({ encodings }) => encodings!.embeddings);
      const posterior = this.rssm.posterior(parameters, hidden, embeddings);
      return { hidden, latents: this.#choose(posterior, this.#draw(places.length, random)) };
    });
  }

  #embed(parameters: NamedTensors, frames: tf.Tensor): tf.Tensor {
    return this.rssm.sight.embed(parameters, this.eyes.look(parameters, frames));
  }

  /** z of what the posterior puts out. */
  #choose(outputs: tf.Tensor, noise?: tf.Tensor): tf.Tensor {
    const { latents } = this.rssm;
    const distribution = latents.read(outputs);
    return noise ? latents.sample(distribution, noise) : latents.mode(distribution);
  }

  #draw(rows: number, random: RandomStream): tf.Tensor {
    return streamNoise(this.noise.observe, new Array(rows).fill(random)).latents;
  }

  #unrollStretch(parameters: NamedTensors, stretch: Stretch, hidden: tf.Tensor): Unrolled {
    const [embeddings, actions] = [stretch.embeddings.unstack(), stretch.actions.unstack()];
    const keeps = tf.sub(1, stretch.resets).unstack();
    const hiddens: tf.Tensor[] = [], posteriors: tf.Tensor[] = [];
    for (let t = 0; t < actions.length; t++) {
      hidden = hidden.mul(keeps[t]);
      const posterior = this.rssm.posterior(parameters, hidden, embeddings[t]);
      hiddens.push(hidden);
      posteriors.push(posterior);
      hidden = this.rssm.advance(parameters, { hidden, latents: this.#choose(posterior) }, actions[t]);
    }
    return { hiddens: tf.stack(hiddens), posteriors: tf.stack(posteriors), hidden };
  }
}
