import * as tf from "@tensorflow/tfjs";
import { field } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Space } from "../../envs/spaces.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import { binaryCrossEntropy, Linear, type NamedTensors } from "../../generative/nn/mod.ts";
import { adamW } from "../../generative/train/mod.ts";
import {
  gatherSequences,
  type Imagined,
  type NamedArrays,
  type Observed,
  type Place,
  rowsAt,
  type TrainableWorldModel,
  type World,
  type WorldKind,
  type WorldState,
} from "../../worlds/mod.ts";

/** A world that knows of a frame its mean colour alone, and foresees the next one, reward and end by one linear layer. */
class ColorWorld implements TrainableWorldModel {
  readonly frames = [64, 64, 3] as const;
  readonly featureSize = 3;
  readonly context = 0;
  readonly noise = { observe: {}, imagine: { blur: { size: 3, kind: "normal" } } } as const;
  readonly compared = { encoding: "color", state: "color" };
  readonly next: Linear;

  constructor(readonly actions: Space) {
    this.next = new Linear("colors/next", { inputs: 5, units: 5 });
  }

  get parameters() {
    return this.next.parameters;
  }

  initial(batch: number): WorldState {
    return { color: tf.zeros([batch, 3]) };
  }

  observe(_: NamedTensors, __: WorldState, { frames }: Observed): WorldState {
    return { color: frames.toFloat().div(255).mean([1, 2]) };
  }

  imagine(
    parameters: NamedTensors,
    { color }: WorldState,
    action: tf.Tensor,
    { blur }: NamedTensors,
  ): Imagined {
    const [next, reward, end] = this.next.apply(parameters, color.concat(action, 1)).split([3, 1, 1], 1);
    return {
      state: { color: next.add(blur.mul(0.01)) },
      reward: reward.squeeze([1]),
      doneLogit: end.squeeze([1]),
      measures: {},
    };
  }

  features(_: NamedTensors, { color }: WorldState): tf.Tensor {
    return color;
  }

  picture(_: NamedTensors, { color }: WorldState): tf.Tensor4D {
    return color.clipByValue(0, 1).reshape([-1, 1, 1, 3]).tile([1, 64, 64, 1]);
  }

  async encode(_: NamedTensors, frames: Uint8Array): Promise<NamedArrays> {
    const color = tf.tidy(() =>
      frameTensor(frames, [frames.length / (64 * 64 * 3), 64, 64, 3]).toFloat().div(255).mean([1, 2])
    );
    const values = await color.data() as Float32Array;
    color.dispose();
    return { color: values.slice() };
  }

  unroll(): Promise<NamedArrays> {
    return Promise.resolve({});
  }

  startsAt(_: NamedTensors, places: readonly Place[]): WorldState {
    return { color: rowsAt(places, ({ encodings }) => encodings!.color) };
  }

  firstStarts(parameters: NamedTensors, places: readonly Place[], _: RandomStream): WorldState {
    return this.startsAt(parameters, places);
  }
}

/** How the one linear layer learns. */
function createColors({ colorSteps }: { colorSteps: number }, { actions }: { actions: Space }): World {
  const model = new ColorWorld(actions);
  const loss = (parameters: NamedTensors, { from, to, action, reward, done }: NamedTensors) => {
    const expected = model.next.apply(parameters, from.concat(action, 1));
    const [next, earned, end] = expected.split([3, 1, 1], 1);
    const error = next.sub(to).square().mean().add(earned.sub(reward).square().mean().mul(0.01));
    return { loss: error.add(binaryCrossEntropy(end, done).mean()) as tf.Scalar };
  };
  return {
    model,
    baselines: [],
    components: [{
      name: "colors",
      network: { parameters: model.parameters, loss },
      optimiser: adamW({ learningRate: 1e-2 }),
      average: 0,
      readsFrames: false,
      readsStates: false,
      invalidates: "states",
      curves: ["loss"],
      milliseconds: 1,
      steps: (round) => round * colorSteps,
      batch({ replay }, { random }) {
        const places = replay.draw(8, 2, random);
        const later = places.map((place) => ({ ...place, t: place.t + 1 }));
        const scalars = (select: Parameters<typeof gatherSequences>[1]) =>
          tf.tensor(gatherSequences(places, select, { length: 1, size: 1 }), [8, 1]);
        return {
          from: rowsAt(places, ({ encodings }) => encodings!.color),
          to: rowsAt(later, ({ encodings }) => encodings!.color),
          action: rowsAt(places, ({ actions }) => actions),
          reward: scalars(({ rewards }) => rewards),
          done: scalars(({ dones }) => dones),
        };
      },
    }],
  };
}

/** The smallest kind of world model: one file. */
export const COLORS: WorldKind<{ colorSteps: number }> = {
  family: "world models",
  name: "colors",
  title: "Mean colours",
  paper: "these tests",
  fields: { colorSteps: field(count(), "Training steps in a round.", 50) },
  presets: { default: {}, smoke: { colorSteps: 5 } },
  describe: () => "The world model foresees mean colours",
  create: createColors,
};
