import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import { joinArrays } from "../../core/join_arrays.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import { disposeTree } from "../../generative/runtime/tree.ts";
import { streamNoise } from "../../worlds/noise.ts";
import { frameLength, type Observed, type WorldModel, type WorldState } from "../../worlds/world_model.ts";
import { blockSize, DRAW_BLOCK, padRows, rowsIn } from "./blocks.ts";
import type { Followed, FollowRequest } from "./lab.ts";
import { joinStates, readState, stateTensors } from "./state_arrays.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** Runs world model and controller along real episodes. */
export class EpisodeFollower {
  readonly #observe: ReturnType<typeof compileObservation>;
  readonly #look: ReturnType<typeof compileLook>;
  /** A state of one row: the names and shapes of all. */
  readonly #like: WorldState;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    this.#observe = compileObservation(parts);
    this.#look = compileLook(parts);
    this.#like = tf.tidy(() => parts.networks.worldModel.initial(1));
  }

  /** See {@link Lab.follow}. @throws RangeError when frames, actions and rewards do not go together. */
  async follow(request: FollowRequest): Promise<Followed> {
    const { networks: { worldModel }, actionSize, pause } = this.parts;
    const { frames, actions, rewards, from, onlyTo = false } = request;
    const steps = rowsIn(frames, frameLength(worldModel), "follow an episode");
    checkLength(actions, [steps, actionSize], "follow an episode by actions");
    checkLength(rewards, [steps], "follow an episode by rewards");
    const outputs = this.parts.toOutputs(actions);
    const seen: Seen[] = [];
    let state = from ? stateTensors(from, this.#like, { count: 1 }) : tf.tidy(() => worldModel.initial(1));
    let states: WorldState[] = [];
    try {
      for (let at = 0; at < steps; at += DRAW_BLOCK) {
        if (at > 0) await pause();
        for (let n = at; n < Math.min(at + DRAW_BLOCK, steps); n++) {
          const first = !from && n === 0;
          states.push(
            await this.#observeStep(states.at(-1) ?? state, { ...request, actions: outputs }, n, first),
          );
        }
        if (!onlyTo) seen.push(await this.#lookAt([state, ...states], outputs, at));
        disposeTree([state, ...states.slice(0, -1)]);
        state = states.at(-1)!;
        states = [];
      }
      return { ...this.#join(seen), to: await readState(state) };
    } finally {
      disposeTree([state, ...states]);
    }
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#observe.dispose();
    this.#look.dispose();
    disposeTree(this.#like);
  }

  /** The state once frame n is seen. @param steps With the controller's outputs as actions. */
  async #observeStep(
    before: WorldState,
    steps: FollowRequest,
    n: number,
    first: boolean,
  ): Promise<WorldState> {
    const { networks: { worldModel, policy }, world } = this.parts;
    const [length, size] = [frameLength(worldModel), policy.actionSize];
    const observed = {
      frames: frameTensor(steps.frames.subarray(n * length, (n + 1) * length), [1, ...worldModel.frames]),
      action: tf.tensor(steps.actions.slice(n * size, (n + 1) * size), [1, size]),
      reward: tf.tensor1d([steps.rewards[n]]),
      first: tf.tensor1d([first ? 1 : 0]),
    };
    const state = await this.#observe.run(world, before, observed);
    disposeTree(observed);
    return state;
  }

  /** What there is to tell of a block of steps from step `at` on. @param states Before the first step, and after each. */
  async #lookAt(states: readonly WorldState[], outputs: Float32Array, at: number): Promise<Seen> {
    const { networks: { worldModel, policy: { actionSize: size } }, world, weights } = this.parts;
    const count = states.length - 1;
    const rows = blockSize(count, DRAW_BLOCK);
    const taken = padRows(outputs.slice(at * size, (at + count) * size), { count, rows });
    const inputs = {
      before: tf.tidy(() => joinStates(states.slice(0, -1), rows)),
      state: tf.tidy(() => joinStates(states.slice(1), rows)),
      action: tf.tensor(taken, [rows, size]),
      noise: streamNoise(worldModel.noise.imagine, new Array(rows).fill(new RandomStream(0))),
    };
    const looked = await this.#look.run(world, weights, inputs);
    const seen: Seen = {};
    for (const [name, tensor] of Object.entries(looked)) {
      seen[name as keyof Looked] = Float32Array.from(
        (await tensor.data()).subarray(0, count * tensor.size / rows),
      );
    }
    disposeTree([inputs, looked]);
    return seen;
  }

  /** Blocks one after the other. */
  #join(blocks: readonly Seen[]): Omit<Followed, "to"> {
    const all = (name: keyof Looked) =>
      joinArrays(Float32Array, blocks.map((block) => block[name] ?? NOTHING));
    return {
      pictures: Uint8Array.from(all("pictures")),
      features: all("features"),
      values: all("values"),
      policy: this.parts.toActions(all("policy")),
      rewards: all("rewards"),
      done: all("done"),
      weights: all("weights"),
      means: all("means"),
      deviations: all("deviations"),
    };
  }
}

const NOTHING = new Float32Array(0);

/** Tensors by what {@link Followed} calls them; a policy's actions are the controller's outputs. */
type Looked = Partial<Record<Exclude<keyof Followed, "to">, tf.Tensor>>;
/** Their values. */
type Seen = Partial<Record<keyof Looked, Float32Array>>;
type LookInputs = { before: WorldState; state: WorldState; action: tf.Tensor; noise: NamedTensors };

function compileObservation({ networks: { worldModel } }: WorldParts) {
  const observe = (world: NamedTensors, before: WorldState, observed: Observed) =>
    worldModel.observe(world, before, observed);
  return compile(observe, { name: "observe" });
}

function compileLook({ networks: { worldModel, policy } }: WorldParts) {
  const look = (world: NamedTensors, weights: NamedTensors, inputs: LookInputs) => {
    const { before, state, action, noise } = inputs;
    const features = worldModel.features(world, state);
    return {
      pictures: worldModel.picture(world, state).mul(255).round(),
      features,
      policy: policy.act(weights, features, seedTensor([0, 0])),
      ...policy instanceof ActorCritic && { values: policy.value(weights, features) },
      ...expect(worldModel, world, { before, action, noise }),
    };
  };
  return compile(look, { name: "follow" });
}

/** What a world model expects of an action: its densities where it has them, else what it foresees without noise. */
function expect(
  worldModel: WorldModel,
  world: NamedTensors,
  { before, action, noise }: Omit<LookInputs, "state">,
): Looked {
  if (worldModel.expectations) {
    const { reward, ...expected } = worldModel.expectations(world, before, action);
    return { rewards: reward, ...expected };
  }
  const { reward, doneLogit } = worldModel.imagine(world, before, action, noise, { temperature: 0 });
  return { rewards: reward, done: doneLogit.sigmoid() };
}
