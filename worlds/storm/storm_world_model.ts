import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { type Space, spaceSize } from "../../envs/spaces.ts";
import { cachesOf, cacheTensors, seenInOrder } from "../../generative/nn/attention_cache.ts";
import type { NamedTensors, ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { SteppedStack } from "../../generative/nn/transformer_stack.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { encodeInChunks } from "../encode_in_chunks.ts";
import type { NamedArrays, Place } from "../experience.ts";
import { type NoiseSpec, streamNoise } from "../noise.ts";
import { precedingDecisions } from "../parts/preceding_decisions.ts";
import { SIGHT_SHAPE } from "../parts/sight.ts";
import { rowsAt } from "../rows_at.ts";
import type { TrainableWorldModel } from "../trainable_world_model.ts";
import type {
  AttentionToPast,
  Imagined,
  ImagineOptions,
  Observed,
  WorldModel,
  WorldState,
} from "../world_model.ts";
import type { Storm } from "./storm.ts";

/**
 * Where an episode or a dream stands as a decision is taken: `latents` `[B, Z]`, z of the frame; `hidden` `[B, U]`, h after
 * the decision before, zeros at an episode's beginning; `position` `[B]`, decisions of the episode so far; and for each
 * block of the transformer, from 1, `keys1` and `values1` `[B, H, S, U / H]`, what attention has seen of the last S.
 */
export type StormState = WorldState;

/**
 * What {@link StormWorldModel.startsAt} reads of each place: the decisions before it in its episode, C at most, and its own.
 * `outputs` of the encoder, `[C + 1, B, P]`, and `actions`, `[C + 1, B, A]`, begin with the first of them; `lengths` `[B]` says
 * how many lie before the place; what comes after it is not used.
 */
type Context = { outputs: tf.Tensor; actions: tf.Tensor; lengths: tf.Tensor; noise: tf.Tensor };

/** STORM as a model of the world. One compiled step serves episodes and dreams of any length. */
export class StormWorldModel implements TrainableWorldModel {
  /** See {@link WorldModel.frames}. */
  readonly frames: WorldModel["frames"] = SIGHT_SHAPE;
  /** See {@link WorldModel.actions}. */
  readonly actions: Space;
  /** `[z, h]`, Z + U. */
  readonly featureSize: number;
  /** An episode begins with nothing to attend to. */
  readonly context = 0;
  /** Those of all networks. */
  readonly parameters: ParameterSpecs;
  /** What z is drawn from, seen or foreseen. */
  readonly noise: { observe: Record<"latents", NoiseSpec>; imagine: Record<"latents", NoiseSpec> };
  /** What the transformer looks at: a token of latents and action stands for each decision. */
  readonly attention: AttentionToPast = {
    parts: [1, 1],
    weights: (parameters, state, action) => {
      const blocks = this.#step(parameters, state, action).weights;
      const places = state.position.toInt().expandDims(1);
      return tf.stack(blocks.map((weights) => seenInOrder(weights, places)), 1).expandDims(4);
    },
  };
  #encoder: Compiled<[NamedTensors, tf.Tensor], NamedTensors> | undefined;
  #starter: Compiled<[NamedTensors, Context], StormState> | undefined;

  /**
   * Makes a world model of the networks.
   *
   * @param actions What they were made for.
   * @param startContext Real decisions that a dream in the midst of an episode begins with, C; fewer near its beginning.
   * @throws RangeError when the actions differ in size, or the context does not fit the transformer's window.
   */
  constructor(readonly storm: Storm, actions: Space, readonly startContext: number) {
    const { actionSize, units, window } = storm.config;
    if (spaceSize(actions) !== actionSize) {
      throw new RangeError(
        `Cannot make a world model: expected actions of ${actionSize} numbers, got ${spaceSize(actions)}`,
      );
    }
    if (!(startContext >= 1 && startContext <= window)) {
      throw new RangeError(
        `Cannot make a world model: expected a context of 1 to ${window} decisions, got ${startContext}`,
      );
    }
    this.actions = actions;
    this.featureSize = storm.latents.size + units;
    this.parameters = storm.parameters;
    const noise = { latents: storm.latents.noise };
    this.noise = { observe: noise, imagine: noise };
  }

  /** Zeros. */
  initial(batch: number): StormState {
    const { config, latents, sequence } = this.storm;
    return {
      latents: tf.zeros([batch, latents.size]),
      hidden: tf.zeros([batch, config.units]),
      position: tf.zeros([batch]),
      ...cacheTensors(sequence.emptyCache(batch)),
    };
  }

  /** The decision before becomes a token, and z is the frame's: the most likely, or a draw. */
  observe(
    parameters: NamedTensors,
    state: WorldState,
    { frames, action, first }: Observed,
    noise?: NamedTensors,
  ): StormState {
    const next = this.#advance(parameters, state, action);
    const goesOn = tf.sub(1, first);
    return {
      ...next, // of a new episode's cache nothing is seen: its position is 0
      hidden: next.hidden.mul(goesOn.expandDims(1)),
      position: next.position.mul(goesOn),
      latents: this.#choose(this.storm.sight.embed(parameters, frames), noise?.latents),
    };
  }

  /** The decision becomes a token, and z is a draw of the prior. */
  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    { temperature = 1 }: ImagineOptions = {},
  ): Imagined {
    const { latents, outcomes } = this.storm;
    const next = this.#advance(parameters, state, action);
    const prior = this.storm.prior(parameters, next.hidden);
    return {
      state: { ...next, latents: latents.sample(prior, noise.latents, temperature) },
      ...outcomes.imagined(outcomes.apply(parameters, next.hidden)),
    };
  }

  /** `[z, h]`. */
  features(_: NamedTensors, { latents, hidden }: WorldState): tf.Tensor {
    return latents.concat(hidden, 1);
  }

  /** What the decoder draws of z. */
  picture(parameters: NamedTensors, { latents }: WorldState): tf.Tensor4D {
    return this.storm.sight.picture(parameters, latents);
  }

  /** `posterior`, `[N, P]`: what the encoder puts out. */
  encode(parameters: NamedTensors, frames: Uint8Array): Promise<NamedArrays> {
    this.#encoder ??= compile(
      (parameters: NamedTensors, frames: tf.Tensor): NamedTensors => ({
        posterior: this.storm.sight.embed(parameters, frames),
      }),
      { name: "encode" },
    );
    return encodeInChunks(this.#encoder, { parameters, frames, shape: SIGHT_SHAPE });
  }

  /** Nothing: keys and values of all decisions would fill the memory, and starts of dreams compute those they need. */
  unroll(): Promise<NamedArrays> {
    return Promise.resolve({});
  }

  /**
   * The transformer runs over the last C decisions of each place's episode, with the most likely z of their frames; the
   * last z is drawn.
   */
  startsAt(parameters: NamedTensors, places: readonly Place[], random: RandomStream): StormState {
    this.#starter ??= compile(this.#begin.bind(this), { name: "dream starts" });
    const context = this.#contextOf(places, random);
    const state = this.#starter(parameters, context);
    tf.dispose(context);
    return state;
  }

  /** Nothing to attend to, and a z that is drawn. */
  firstStarts(_: NamedTensors, places: readonly Place[], random: RandomStream): StormState {
    return tf.tidy(() => {
      const posterior = rowsAt(places, ({ encodings }) => encodings!.posterior);
      return {
        ...this.initial(places.length),
        latents: this.#choose(posterior, this.#draw(places.length, random)),
      };
    });
  }

  /** The state after a decision, but for z. */
  #advance(parameters: NamedTensors, state: StormState, action: tf.Tensor): StormState {
    const next = this.#step(parameters, state, action);
    return { hidden: next.output.squeeze([1]), position: state.position.add(1), ...cacheTensors(next.cache) };
  }

  /** The decision goes through the transformer. */
  #step(parameters: NamedTensors, state: StormState, action: tf.Tensor): SteppedStack {
    const { sequence, config } = this.storm;
    const token = sequence.mix(parameters, state.latents, action).expandDims(1);
    return sequence.step(parameters, token, cachesOf(state, config.layers), state.position.toInt());
  }

  /** z of what the encoder puts out. */
  #choose(outputs: tf.Tensor, noise?: tf.Tensor): tf.Tensor {
    const { latents } = this.storm;
    const distribution = latents.read(outputs);
    return noise ? latents.sample(distribution, noise) : latents.mode(distribution);
  }

  #draw(rows: number, random: RandomStream): tf.Tensor {
    return streamNoise(this.noise.observe, new Array(rows).fill(random)).latents;
  }

  #contextOf(places: readonly Place[], random: RandomStream): Context {
    const { latents, config } = this.storm;
    const { lengths, read } = precedingDecisions(places, this.startContext);
    return {
      outputs: read(({ encodings }) => encodings!.posterior, latents.outputs),
      actions: read(({ actions }) => actions, config.actionSize),
      lengths,
      noise: this.#draw(places.length, random),
    };
  }

  #begin(parameters: NamedTensors, { outputs, actions, lengths, noise }: Context): StormState {
    const { sequence, latents, config } = this.storm;
    const [steps, rows] = outputs.shape;
    const past = (steps - 1) * rows;
    const before = (tensor: tf.Tensor) => tensor.reshape([steps * rows, -1]).slice([0, 0], [past, -1]);
    const tokens = sequence.mix(parameters, this.#choose(before(outputs)), before(actions))
      .reshape([steps - 1, rows, config.units]).transpose([1, 0, 2]);
    const { output, cache } = sequence.step(
      parameters,
      tokens,
      sequence.emptyCache(rows),
      tf.zeros([rows], "int32"),
    );
    // What is computed beyond a row's length lies in slots that its position hides.
    const pick = (index: tf.Tensor, sequences: tf.Tensor) => {
      const here = tf.oneHot(index.toInt() as tf.Tensor1D, sequences.shape[1]!).toFloat();
      return here.expandDims(2).mul(sequences).sum(1);
    };
    return {
      latents: latents.sample(latents.read(pick(lengths, outputs.transpose([1, 0, 2]))), noise),
      hidden: pick(lengths.sub(1), output),
      position: lengths,
      ...cacheTensors(cache),
    };
  }
}
