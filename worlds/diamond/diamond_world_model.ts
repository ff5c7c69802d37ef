import * as tf from "@tensorflow/tfjs";
import { type Space, spaceSize } from "../../envs/spaces.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { encodeInChunks } from "../encode_in_chunks.ts";
import { gatherSequences, type NamedArrays, type Place, type Rollout } from "../experience.ts";
import type { NoiseSpec } from "../noise.ts";
import { SIGHT_SHAPE } from "../parts/sight.ts";
import { type Block, readBlock, writeBlock } from "../rollout_blocks.ts";
import { rowsAt } from "../rows_at.ts";
import type { TrainableWorldModel } from "../trainable_world_model.ts";
import type {
  Imagined,
  ImagineOptions,
  Observed,
  PictureMoment,
  WorldModel,
  WorldState,
} from "../world_model.ts";
import type { Denoiser } from "./denoiser.ts";
import {
  append,
  fromPixels,
  type History,
  joinActions,
  sameEpisode,
  stackFrames,
  toPixels,
} from "./history.ts";
import type { OutcomeModel } from "./outcome_model.ts";

/** Where an episode or a dream stands as a decision is taken. */
export type DiamondState = {
  /** The last L frames, in -1 .. 1, the newest last; zeros where there were fewer: `[B, S, S, 3 L]`. */
  frames: tf.Tensor;
  /** The actions between them: `[B, (L - 1) A]`. */
  actions: tf.Tensor;
  /** What the outcome model has seen before the newest frame: `[B, U]`. */
  hidden: tf.Tensor;
  /** Its code of the newest frame: `[B, E]`. */
  code: tf.Tensor;
};

/** Decisions that are run over in one call of the compiled function. */
const STRETCH = 25;

type Stretch = { codes: tf.Tensor; actions: tf.Tensor; resets: tf.Tensor };
type Unrolled = { hiddens: tf.Tensor; hidden: tf.Tensor };

/** DIAMOND as a model of the world: frames follow from frames, and what a policy sees from the outcome model. */
export class DiamondWorldModel implements TrainableWorldModel {
  /** See {@link WorldModel.frames}. */
  readonly frames: WorldModel["frames"] = SIGHT_SHAPE;
  /** See {@link WorldModel.actions}. */
  readonly actions: Space;
  /** `[code, hidden]`, E + U. */
  readonly featureSize: number;
  /** An episode begins with one frame, and none before it. */
  readonly context = 0;
  /** Those of denoiser and outcome model. */
  readonly parameters: ParameterSpecs;
  /** What a next frame is drawn from; what is seen is seen. */
  readonly noise: { observe: Record<never, NoiseSpec>; imagine: Record<"frame", NoiseSpec> };
  /** See {@link TrainableWorldModel.compared}. */
  readonly compared = { encoding: "code", state: "code" } as const;
  #encoder: Compiled<[NamedTensors, tf.Tensor], NamedTensors> | undefined;
  #unroller: Compiled<[NamedTensors, Stretch, tf.Tensor], Unrolled> | undefined;

  /**
   * Joins them.
   *
   * @param actions What they were made for.
   * @throws RangeError when they compute with frames of two sizes, or with actions of another one.
   */
  constructor(readonly denoiser: Denoiser, readonly outcomeModel: OutcomeModel, actions: Space) {
    const [one, other] = [denoiser.config, outcomeModel.config];
    if (one.size !== other.size) {
      throw new RangeError(
        `Cannot make a world model: expected frames of one size, got sides of ${one.size} and ${other.size}`,
      );
    }
    if (one.actionSize !== spaceSize(actions) || other.actionSize !== spaceSize(actions)) {
      throw new RangeError(
        `Cannot make a world model: expected actions of ${spaceSize(actions)} numbers, got ` +
          `${one.actionSize} and ${other.actionSize}`,
      );
    }
    this.actions = actions;
    this.featureSize = other.codeSize + other.units;
    this.parameters = collectParameters(denoiser, outcomeModel);
    this.noise = { observe: {}, imagine: { frame: { size: denoiser.noiseSize, kind: "normal" } } };
  }

  /** Zeros. */
  initial(batch: number): DiamondState {
    const { size, past, actionSize } = this.denoiser.config;
    const { units, codeSize } = this.outcomeModel.config;
    return {
      frames: tf.zeros([batch, size, size, 3 * past]),
      actions: tf.zeros([batch, (past - 1) * actionSize]),
      hidden: tf.zeros([batch, units]),
      code: tf.zeros([batch, codeSize]),
    };
  }

  /** The frame comes to those before it, unless an episode begins. Nothing is drawn. */
  observe(
    parameters: NamedTensors,
    state: WorldState,
    { frames, action, first }: Observed,
  ): DiamondState {
    const goesOn = tf.sub(1, first).expandDims(1);
    const before = state as DiamondState;
    return this.#follow(
      parameters,
      {
        frames: before.frames.mul(goesOn.reshape([-1, 1, 1, 1])),
        actions: before.actions.mul(goesOn),
        hidden: this.outcomeModel.advance(parameters, before, action).mul(goesOn),
      },
      action.mul(goesOn),
      toPixels(frames, this.denoiser.config.size),
    );
  }

  /** The next frame is sampled by the denoiser, from noise whose variance is multiplied by the temperature. */
  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    options: ImagineOptions = {},
  ): Imagined {
    const { denoiser, outcomeModel } = this;
    const { frames, actions, ...before } = state as DiamondState;
    const next = denoiser.sample(parameters, historyOf(state, action), startingNoise(noise, options));
    const hidden = outcomeModel.advance(parameters, before, action);
    return {
      state: this.#follow(parameters, { frames, actions, hidden }, action, next),
      ...outcomeModel.outcomes.imagined(outcomeModel.foresee(parameters, hidden)),
    };
  }

  /** How the denoiser comes to the next frame: from noise, a turn of its sampler after the other. */
  pictureMoments(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    options: ImagineOptions = {},
  ): PictureMoment[] {
    const history = historyOf(state, action);
    const turns = this.denoiser.sampleTurns(parameters, history, startingNoise(noise, options));
    return turns.map(({ x, clean }, turn) => ({
      picture: fromPixels(x),
      ...turn > 0 && { foreseen: fromPixels(clean) },
    }));
  }

  /** `[code, hidden]`. */
  features(_: NamedTensors, state: WorldState): tf.Tensor {
    const { code, hidden } = state as DiamondState;
    return code.concat(hidden, 1);
  }

  /** The newest frame, enlarged. */
  picture(_: NamedTensors, state: WorldState): tf.Tensor4D {
    const { size, past } = this.denoiser.config;
    return fromPixels((state as DiamondState).frames.slice([0, 0, 0, 3 * (past - 1)], [-1, size, size, 3]));
  }

  /** `pixels`, `[N, S, S, 3]`: the frames as they are computed with; and `code`, `[N, E]`. */
  encode(parameters: NamedTensors, frames: Uint8Array): Promise<NamedArrays> {
    this.#encoder ??= compile(
      (parameters: NamedTensors, frames: tf.Tensor): NamedTensors => {
        const pixels = toPixels(frames, this.denoiser.config.size);
        return { pixels, code: this.outcomeModel.code(parameters, pixels) };
      },
      { name: "encode" },
    );
    return encodeInChunks(this.#encoder, { parameters, frames, shape: SIGHT_SHAPE });
  }

  /** `hidden`, `[T, N, U]`. */
  async unroll(
    parameters: NamedTensors,
    { encodings, actions, resets, streams, decisions, actionSize }: Rollout,
  ): Promise<NamedArrays> {
    const { units, codeSize } = this.outcomeModel.config;
    this.#unroller ??= compile(this.#unrollStretch.bind(this), { name: "unroll" });
    const states = { hidden: new Float32Array(decisions * streams * units) };
    let hidden: tf.Tensor = tf.zeros([streams, units]);
    for (let from = 0; from < decisions; from += STRETCH) {
      const block: Block = { from, steps: STRETCH, time: decisions, row: 0, rows: streams, streams };
      const stretch = {
        codes: readBlock(encodings!.code, codeSize, block),
        actions: readBlock(actions, actionSize, block),
        resets: readBlock(resets, 1, block),
      };
      const next = await this.#unroller.run(parameters, stretch, hidden);
      writeBlock(states.hidden, await next.hiddens.data() as Float32Array, block);
      tf.dispose([stretch, hidden, next.hiddens]);
      hidden = next.hidden;
    }
    hidden.dispose();
    return states;
  }

  /** The frames and actions before each place, as far as they are of its episode. Nothing is drawn. */
  startsAt(_: NamedTensors, places: readonly Place[]): DiamondState {
    return tf.tidy(() => ({
      ...this.#historyOf(places),
      hidden: rowsAt(places, ({ states }) => states!.hidden),
      code: rowsAt(places, ({ encodings }) => encodings!.code),
    }));
  }

  /** A frame that nothing came before. */
  firstStarts(_: NamedTensors, places: readonly Place[]): DiamondState {
    return tf.tidy(() => ({
      ...this.#historyOf(places),
      hidden: tf.zeros([places.length, this.outcomeModel.config.units]),
      code: rowsAt(places, ({ encodings }) => encodings!.code),
    }));
  }

  /** The state once a frame `[B, S, S, 3]` has come; of `before`, `hidden` has taken in the action already. */
  #follow(
    parameters: NamedTensors,
    { frames, actions, hidden }: Omit<DiamondState, "code">,
    action: tf.Tensor,
    next: tf.Tensor,
  ): DiamondState {
    return {
      frames: append(frames, next),
      actions: append(actions, action),
      hidden,
      code: this.outcomeModel.code(parameters, next),
    };
  }

  #historyOf(places: readonly Place[]): Pick<DiamondState, "frames" | "actions"> {
    const { size, past, actionSize } = this.denoiser.config;
    const begins = places.map((place) => ({ ...place, t: place.t - past + 1 }));
    const steps = (select: (rollout: Rollout) => Float32Array, ...shape: number[]) => {
      const length = shape.reduce((product, axis) => product * axis, 1);
      const rows = gatherSequences(begins, select, { length: past, size: length });
      return tf.tensor(rows, [past, places.length, ...shape]).unstack();
    };
    const same = sameEpisode(steps(({ resets }) => resets));
    return {
      frames: stackFrames(steps(({ encodings }) => encodings!.pixels, size, size, 3), same),
      actions: joinActions(steps(({ actions }) => actions, actionSize).slice(0, -1), same),
    };
  }

  #unrollStretch(parameters: NamedTensors, stretch: Stretch, hidden: tf.Tensor): Unrolled {
    const [codes, actions] = [stretch.codes.unstack(), stretch.actions.unstack()];
    const keeps = tf.sub(1, stretch.resets).unstack();
    const hiddens: tf.Tensor[] = [];
    for (let t = 0; t < actions.length; t++) {
      hidden = hidden.mul(keeps[t]);
      hiddens.push(hidden);
      hidden = this.outcomeModel.advance(parameters, { hidden, code: codes[t] }, actions[t]);
    }
    return { hiddens: tf.stack(hiddens), hidden };
  }
}

/** What the frame depends on to which an action leads. */
function historyOf(state: WorldState, action: tf.Tensor): History {
  return { frames: state.frames, actions: state.actions.concat(action, 1) };
}

/** What a frame is drawn from, at a temperature. */
function startingNoise({ frame }: NamedTensors, { temperature = 1 }: ImagineOptions): tf.Tensor {
  return frame.mul(typeof temperature === "number" ? Math.sqrt(temperature) : temperature.sqrt());
}
