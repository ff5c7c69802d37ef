import * as tf from "@tensorflow/tfjs";
import type { DataShape } from "../../generative/data/dataset.ts";
import { frameTensor, unitPixels } from "../../generative/data/picture_tensors.ts";
import type { GenerativeModel } from "../../generative/models/model.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { OpenedAbility } from "./abilities.ts";

/** What {@link classifyAbility} builds on. */
export interface ClassifyOptions {
  /** They stay the caller's. */
  parameters: NamedTensors;
  /** Of the pictures, with the names of the classes. */
  shape: Extract<DataShape, { kind: "pictures" }> & { classes: readonly string[] };
  /** Pictures to choose from, RGB bytes. */
  examples?: Uint8Array;
}

/** The ability to say how probable each class is for a picture. */
export function classifyAbility(
  classify: NonNullable<GenerativeModel["classify"]>,
  { parameters, shape: { height, width, channels, classes }, examples }: ClassifyOptions,
): OpenedAbility {
  return {
    id: "classify",
    title: "Classify",
    inputs: {
      picture: {
        help: "The picture to classify.",
        shape: { type: "pictures", size: [height, width], examples },
      },
    },
    outputs: ["distribution"],
    async *ask({ picture }) {
      const bytes = picture as Uint8Array;
      if (bytes.length !== height * width * 3) {
        throw new RangeError(
          `Cannot classify: expected one picture of ${height * width * 3} bytes, got ${bytes.length} bytes`,
        );
      }
      const shares = tf.tidy(() => {
        const pixels = unitPixels(frameTensor(bytes, [1, height, width, 3]));
        return classify(parameters, channels === 1 ? pixels.mean(3, true) : pixels);
      });
      const values = await shares.data() as Float32Array;
      shares.dispose();
      yield { kind: "distribution", name: "Classes", labels: classes, shares: Float32Array.from(values) };
    },
  };
}
