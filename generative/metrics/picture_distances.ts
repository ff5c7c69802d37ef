import type { Picture } from "../../core/pictures/picture.ts";
import { RandomStream } from "../../core/random_stream.ts";
import type { PictureData } from "../data/dataset.ts";
import { takePictures } from "../data/take_pictures.ts";
import { featureClassifier, type FeatureClassifierOptions } from "./feature_classifier.ts";
import { fitGaussian, frechetDistance } from "./frechet_distance.ts";
import { kernelDistance } from "./kernel_distance.ts";

/** Real pictures that made ones are compared with, at most. */
const REFERENCE = 10_000;

/** How far one set of pictures is from another, in the eyes of a classifier. */
export interface Distances {
  /** See `frechetDistance`. It shrinks with more samples: compare only the same numbers of them. */
  frechet: number;
  /** See `kernelDistance`. */
  kernel: number;
  /** Its standard deviation over subsets. */
  kernelDeviation: number;
}

/** How far pictures that a model made are from those that it learned from. */
export interface PictureDistances extends Distances {
  /**
   * What the features are of: `fashion` gives the distances the names `FD-fashion` and `KD-fashion`. They are no FID
   * and no KID, which stand for the features of another network.
   */
  features: string;
  /** Which classifier: distances of different ones cannot be compared. */
  classifier: string;
  /** Its accuracy on held-out pictures. */
  accuracy: number;
  /** Pictures that were compared. */
  samples: number;
  /** The same distances for as many real, held-out pictures: no model can be expected to do better. */
  real: Distances;
}

/** The options of {@link pictureJudge}. */
export interface PictureJudgeOptions extends FeatureClassifierOptions {
  /** Draws the subsets of the kernel distance. @default 0 */
  seed?: number;
}

/** Tells how far pictures are from those of a data set. */
export interface PictureJudge {
  /**
   * Compares pictures with the data.
   *
   * @param pictures As large as the data's; grey ones may come in colour.
   * @throws TypeError for pictures of another size; RangeError for fewer than two.
   */
  compare(pictures: readonly Picture[]): Promise<PictureDistances>;
  /** Frees it. */
  dispose(): void;
}

/**
 * Compares pictures with those of a data set by the features of a classifier that the lab trains on that data set; the
 * first time takes about a minute more.
 *
 * @param data What the model learned from; load all of it, whatever a run's `examples` says, so that runs share one
 * classifier.
 * @throws TypeError for data with neither classes nor attributes.
 */
export async function pictureJudge(
  data: PictureData,
  { seed = 0, ...options }: PictureJudgeOptions,
): Promise<PictureJudge> {
  const classifier = await featureClassifier(data, options);
  const reference = await classifier.describe(takePictures(data, { limit: REFERENCE }));
  const gaussian = fitGaussian(reference);
  const random = new RandomStream(seed, "picture distances");
  const { held } = options;
  const distances = async (pictures: PictureData): Promise<Distances> => {
    const features = await classifier.describe(pictures);
    const { distance, deviation } = await kernelDistance(reference, features, { random });
    return {
      frechet: frechetDistance(gaussian, fitGaussian(features)),
      kernel: distance,
      kernelDeviation: deviation,
    };
  };
  const realDistances = new Map<number, Distances>(); // by how many, since runs compare as many after every epoch
  const distancesOfReal = async (count: number): Promise<Distances> => {
    const known = realDistances.get(count) ?? await distances(takePictures(held, { limit: count }));
    realDistances.set(count, known);
    return known;
  };
  const shape = { name: data.name, height: data.height, width: data.width, channels: data.channels };
  return {
    async compare(pictures) {
      const made = asData(pictures, shape);
      if (made.count < 2) {
        throw new RangeError(`Cannot compare pictures: expected two or more, got ${made.count}`);
      }
      return {
        ...await distances(made),
        features: shape.name.replace(/-mnist$/, ""),
        classifier: classifier.id,
        accuracy: classifier.accuracy,
        samples: made.count,
        real: await distancesOfReal(made.count),
      };
    },
    dispose: () => classifier.dispose(),
  };
}

/** The distances under the names that they are written with: `FD-fashion` and `KD-fashion`. */
export function distanceMetrics({ features, frechet, kernel }: PictureDistances): Record<string, number> {
  return { [`FD-${features}`]: frechet, [`KD-${features}`]: kernel };
}

/** Pictures in the form of the data's. */
function asData(
  pictures: readonly Picture[],
  data: Pick<PictureData, "name" | "height" | "width" | "channels">,
): PictureData {
  const { width, height, channels } = data;
  const length = width * height;
  const bytes = new Uint8Array(pictures.length * length * channels);
  pictures.forEach((picture, n) => {
    if (picture.width !== width || picture.height !== height) {
      throw new TypeError(
        `Cannot compare pictures with "${data.name}": expected ${width}x${height} pixels, got ${picture.width}x${picture.height}`,
      );
    }
    for (let i = 0; i < length * channels; i++) {
      bytes[n * length * channels + i] = picture.data[channels === 3 ? i : 3 * i];
    }
  });
  return {
    kind: "pictures",
    name: "samples",
    count: pictures.length,
    width,
    height,
    channels,
    pictures: bytes,
  };
}
