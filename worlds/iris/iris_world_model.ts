import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../core/pictures/picture.ts";
import { type Space, spaceSize } from "../../envs/spaces.ts";
import { cachesOf, cacheTensors, seenInOrder } from "../../generative/nn/attention_cache.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { SteppedStack } from "../../generative/nn/transformer_stack.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { repeat } from "../../generative/runtime/repeat.ts";
import { encodeInChunks } from "../encode_in_chunks.ts";
import type { NamedArrays, Place } from "../experience.ts";
import type { NoiseSpec } from "../noise.ts";
import { CategoricalLatents } from "../parts/latents.ts";
import { precedingDecisions } from "../parts/preceding_decisions.ts";
import { SIGHT_SHAPE } from "../parts/sight.ts";
import type { Drive, TrainableWorldModel } from "../trainable_world_model.ts";
import type {
  AttentionToPast,
  Imagined,
  ImagineOptions,
  Observed,
  WorldModel,
  WorldState,
} from "../world_model.ts";
import type { Iris } from "./iris.ts";
import { attentionPicture, codebookPicture } from "./iris_pictures.ts";
import { CODES_ACROSS, type Tokenizer } from "./tokenizer.ts";

/**
 * Where an episode or a dream stands as a decision is taken: `latents` `[B, N D]`, the vectors of the frame's codes side by
 * side; `hidden` `[B, U]`, h after the decision before, zeros at an episode's beginning; `pending` `[B, U]`, the token of the
 * frame's last code, which goes to the transformer together with the action; `position` `[B]`, tokens of the episode before
 * it, -2 before the first frame; and for each block of the transformer, from 1, `keys1` and `values1` `[B, H, S + N, U / H]`, what
 * attention has seen of the last tokens.
 */
export type IrisState = WorldState;

/**
 * What {@link IrisWorldModel.startsAt} reads of each place: the decisions before it in its episode, C at most, and its own.
 * `codes` `[C + 1, B, N]` and `actions` `[C + 1, B, A]` begin with the first of them; `lengths` `[B]` says how many lie before
 * the place; what comes after it is not used.
 */
type Context = { codes: tf.Tensor; actions: tf.Tensor; lengths: tf.Tensor };

/** Before an episode's first frame, as if a pending code and an action came before its first token. */
const BEFORE_FIRST = -2;

/** IRIS as a model of the world. One compiled step serves episodes and dreams of any length. */
export class IrisWorldModel implements TrainableWorldModel {
  /** See {@link WorldModel.frames}. */
  readonly frames: WorldModel["frames"] = SIGHT_SHAPE;
  /** See {@link WorldModel.actions}. */
  readonly actions: Space;
  /** `[latents, h]`, N D + U. */
  readonly featureSize: number;
  /** An episode begins with nothing to attend to. */
  readonly context = 0;
  /** Those of all networks. */
  readonly parameters: ParameterSpecs;
  /** Nothing is drawn of what is seen; each code of a frame that is foreseen is drawn. */
  readonly noise: { observe: Record<never, NoiseSpec>; imagine: Record<"codes", NoiseSpec> };
  readonly #choice: CategoricalLatents;
  /** What the action's token looks at, whose output foresees what comes of it and the next frame's first code. */
  readonly attention: AttentionToPast = {
    parts: [CODES_ACROSS, CODES_ACROSS],
    weights: (parameters, state, action) => {
      const { transformer: { reach, cacheLength, decisionTokens }, config } = this.iris;
      const places = tf.stack([state.position, state.position.add(1)], 1).toInt();
      const blocks = this.#decide(parameters, state, action).weights.map((weights) =>
        seenInOrder(weights, places).slice([0, 0, cacheLength - reach], [-1, -1, reach])
      );
      const [batch, heads] = blocks[0].shape;
      return tf.stack(blocks, 1).reshape([batch, config.layers, heads, config.window, decisionTokens]);
    },
  };
  #encoder: Compiled<[NamedTensors, tf.Tensor], NamedTensors> | undefined;
  #starter: Compiled<[NamedTensors, Context], IrisState> | undefined;

  /**
   * Makes a world model of the networks.
   *
   * @param actions What they were made for.
   * @param startContext Real decisions that a dream in the midst of an episode begins with, C; fewer near its beginning.
   * @throws RangeError when the actions differ in size, or the context does not fit the transformer's window.
   */
  constructor(
    readonly iris: Iris,
    readonly tokenizer: Tokenizer,
    actions: Space,
    readonly startContext: number,
  ) {
    const { actionSize, units, window, codes, frameCodes } = iris.config;
    if (spaceSize(actions) !== actionSize) {
      throw new RangeError(
        `Cannot make a world model: expected actions of ${actionSize} numbers, got ${spaceSize(actions)}`,
      );
    }
    if (!(startContext >= 1 && startContext < window)) {
      throw new RangeError(
        `Cannot make a world model: expected a context of 1 to ${window - 1} decisions, got ${startContext}`,
      );
    }
    this.actions = actions;
    this.featureSize = frameCodes * tokenizer.options.codeSize + units;
    this.parameters = collectParameters(tokenizer, iris);
    this.noise = { observe: {}, imagine: { codes: { size: frameCodes, kind: "uniform" } } };
    this.#choice = new CategoricalLatents(1, codes);
  }

  /** Zeros, before a first frame. */
  initial(batch: number): IrisState {
    const { units, frameCodes } = this.iris.config;
    return {
      latents: tf.zeros([batch, frameCodes * this.tokenizer.options.codeSize]),
      hidden: tf.zeros([batch, units]),
      pending: tf.zeros([batch, units]),
      position: tf.fill([batch], BEFORE_FIRST),
      ...cacheTensors(this.iris.transformer.emptyCache(batch)),
    };
  }

  /** The decision before and all codes of the frame go through the transformer at once, the last code excepted. */
  observe(parameters: NamedTensors, state: WorldState, { frames, action, first }: Observed): IrisState {
    const { transformer } = this.iris;
    const { frameCodes, units, layers } = this.iris.config;
    const goesOn = tf.sub(1, first);
    const codes = this.tokenizer.encode(parameters, frames);
    const [known, pending] = transformer.frameTokens(parameters, codes).split([frameCodes - 1, 1], 1);
    const position = state.position.mul(goesOn).add(first.mul(BEFORE_FIRST));
    const tokens = this.#decision(parameters, state, action).concat(known, 1);
    const { output, cache } = transformer.step(parameters, tokens, cachesOf(state, layers), position.toInt());
    return {
      latents: this.#vectors(parameters, codes),
      hidden: output.slice([0, 1, 0], [-1, 1, -1]).reshape([-1, units]).mul(goesOn.expandDims(1)),
      pending: pending.reshape([-1, units]),
      position: position.add(transformer.decisionTokens),
      ...cacheTensors(cache),
    };
  }

  /** The decision goes through the transformer, and then code by code the frame that it leads to, each drawn in turn. */
  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    { temperature = 1 }: ImagineOptions = {},
  ): Imagined {
    const { transformer, outcomes } = this.iris;
    const { frameCodes, units, layers } = this.iris.config;
    const last = (output: tf.Tensor) =>
      output.slice([0, output.shape[1]! - 1, 0], [-1, 1, -1]).reshape([-1, units]);
    const codebook = this.tokenizer.quantiser.codebook(parameters);
    const draw = (output: tf.Tensor, latents: tf.Tensor, place: tf.Tensor) => {
      const logits = transformer.nextCode(parameters, output).expandDims(1);
      const here = tf.oneHot(place as tf.Scalar, frameCodes).toFloat();
      const chance = noise.codes.mul(here).sum(1, true);
      const choice = this.#choice.sample({ logProbabilities: logits.logSoftmax() }, chance, temperature);
      const vector = choice.matMul(codebook).expandDims(1).mul(here.expandDims(1));
      return {
        token: transformer.chosenTokens(parameters, choice, place),
        latents: latents.add(vector.reshape(latents.shape)),
      };
    };

    const position = state.position.toInt();
    const decided = this.#decide(parameters, state, action);
    const hidden = last(decided.output);
    const begun = { output: hidden, latents: state.latents.zerosLike(), ...cacheTensors(decided.cache) };
    const drawn = repeat(frameCodes - 1, ({ output, latents, ...cache }: NamedTensors, place) => {
      const chosen = draw(output, latents, place);
      const next = transformer.step(
        parameters,
        chosen.token.expandDims(1),
        cachesOf(cache, layers),
        position.add(place).add(tf.scalar(2, "int32")).toInt(),
      );
      return { output: last(next.output), latents: chosen.latents, ...cacheTensors(next.cache) };
    }, begun as NamedTensors);
    const { output, latents, ...cache } = drawn;
    const end = draw(output, latents, tf.scalar(frameCodes - 1, "int32"));
    return {
      state: {
        latents: end.latents,
        hidden,
        pending: end.token,
        position: state.position.add(transformer.decisionTokens),
        ...cache,
      },
      ...outcomes.imagined(outcomes.apply(parameters, hidden)),
    };
  }

  /** `[latents, h]`. */
  features(_: NamedTensors, { latents, hidden }: WorldState): tf.Tensor {
    return latents.concat(hidden, 1);
  }

  /** What the decoder draws of the codes. */
  picture(parameters: NamedTensors, { latents }: WorldState): tf.Tensor4D {
    return this.tokenizer.decode(parameters, latents);
  }

  /** `codes`, `[N, 16]`: whole numbers. */
  encode(parameters: NamedTensors, frames: Uint8Array): Promise<NamedArrays> {
    this.#encoder ??= compile(
      (parameters: NamedTensors, frames: tf.Tensor): NamedTensors => ({
        codes: this.tokenizer.encode(parameters, frames).toFloat(),
      }),
      { name: "encode" },
    );
    return encodeInChunks(this.#encoder, { parameters, frames, shape: SIGHT_SHAPE });
  }

  /** Nothing: keys and values of all tokens would fill the memory, and starts of dreams compute those they need. */
  unroll(): Promise<NamedArrays> {
    return Promise.resolve({});
  }

  /** The transformer runs over the last C decisions of each place's episode. */
  startsAt(parameters: NamedTensors, places: readonly Place[]): IrisState {
    return this.#start(parameters, places, this.startContext);
  }

  /** The transformer runs over the first frame alone. */
  firstStarts(parameters: NamedTensors, places: readonly Place[]): IrisState {
    return this.#start(parameters, places, 0);
  }

  /** `codebook` and `attention`, see {@link codebookPicture} and {@link attentionPicture}. */
  pictures(parameters: NamedTensors, drive: Drive): Record<string, Picture> {
    return {
      codebook: codebookPicture(this.tokenizer, parameters),
      attention: attentionPicture(this, parameters, drive),
    };
  }

  #start(parameters: NamedTensors, places: readonly Place[], contextLength: number): IrisState {
    this.#starter ??= compile(this.#begin.bind(this), { name: "dream starts" });
    const context = this.#contextOf(places, contextLength);
    const state = this.#starter(parameters, context);
    tf.dispose(context);
    return state;
  }

  /** The decision goes through the transformer. */
  #decide(parameters: NamedTensors, state: IrisState, action: tf.Tensor): SteppedStack {
    const tokens = this.#decision(parameters, state, action);
    const cache = cachesOf(state, this.iris.config.layers);
    return this.iris.transformer.step(parameters, tokens, cache, state.position.toInt());
  }

  /** What a decision adds, `[B, 2, U]`: the token that waited for it, and its own. */
  #decision(parameters: NamedTensors, { pending }: WorldState, action: tf.Tensor): tf.Tensor {
    return tf.stack([pending, this.iris.transformer.actionTokens(parameters, action)], 1);
  }

  /** The vectors of a frame's codes, int32 `[B, N]`, side by side, `[B, N D]`. */
  #vectors(parameters: NamedTensors, codes: tf.Tensor): tf.Tensor {
    return this.tokenizer.quantiser.decode(parameters, codes).reshape([codes.shape[0], -1]);
  }

  #contextOf(places: readonly Place[], contextLength: number): Context {
    const { frameCodes, actionSize } = this.iris.config;
    const { lengths, read } = precedingDecisions(places, contextLength);
    return {
      codes: read(({ encodings }) => encodings!.codes, frameCodes),
      actions: read(({ actions }) => actions, actionSize),
      lengths,
    };
  }

  #begin(parameters: NamedTensors, { codes, actions, lengths }: Context): IrisState {
    const { transformer } = this.iris;
    const { frameCodes, units } = this.iris.config;
    const [steps, rows] = codes.shape;
    const frames = transformer.frameTokens(parameters, codes.toInt()); // [C + 1, B, N, U]
    const decisions = transformer.actionTokens(parameters, actions).expandDims(2);
    const tokens = frames.concat(decisions, 2).transpose([1, 0, 2, 3])
      .reshape([rows, steps * transformer.decisionTokens, units])
      .slice([0, 0, 0], [-1, steps * transformer.decisionTokens - 2, -1]);
    const { output, cache } = transformer.step(
      parameters,
      tokens,
      transformer.emptyCache(rows),
      tf.zeros([rows], "int32"),
    );
    // What is computed beyond a row's length lies in slots that its position hides.
    const pick = (index: tf.Tensor, sequences: tf.Tensor) => { // of [B, M, ..], zeros below index 0
      const here = tf.range(0, sequences.shape[1]!).equal(index.expandDims(1)).toFloat();
      return here.expandDims(2).mul(sequences).sum(1);
    };
    const perFrame = (tensor: tf.Tensor) => tensor.transpose([1, 0, 2]);
    const ending = frames.slice([0, 0, frameCodes - 1, 0], [-1, -1, 1, -1]).reshape([steps, rows, units]);
    const begun = lengths.mul(transformer.decisionTokens);
    return {
      latents: this.#vectors(parameters, pick(lengths, perFrame(codes)).toInt()),
      hidden: pick(begun.sub(1), output),
      pending: pick(lengths, perFrame(ending)),
      position: begun.add(frameCodes - 1),
      ...cacheTensors(cache),
    };
  }
}
