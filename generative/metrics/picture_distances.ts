import type { Picture } from "../../core/pictures/picture.ts";
import { RandomStream } from "../../core/random_stream.ts";
import type { PictureData } from "../data/dataset.ts";
import { selectExamples } from "../data/examples.ts";
import { takePictures } from "../data/take_pictures.ts";
import { featureClassifier, type FeatureClassifierOptions } from "./feature_classifier.ts";
import { fitGaussian, frechetDistance } from "./frechet_distance.ts";
import { kernelDistance } from "./kernel_distance.ts";

/** Held-out pictures at least: two to compare with, and two to compare. */
export const LEAST_HELD = 4;

/** How far one set of pictures is from another, in the eyes of a classifier. */
export interface Distances {
  /** See `frechetDistance`. It shrinks with more samples: compare only the same numbers of them. */
  frechet: number;
  /** See `kernelDistance`. */
  kernel: number;
  /** Its standard deviation over subsets. */
  kernelDeviation: number;
}

/** How far pictures that a model made are from real ones that it did not learn from. */
export interface PictureDistances extends Distances {
  /**
   * Which measure it is: data, size, how pictures were brought to it and prepared, and the classifier. Distances of
   * different ones cannot be compared: `fashion-32x32-pad-0c1d2e3f` gives them the names `FD-fashion-32x32-pad-0c1d2e3f`
   * and `KD-...`. They are no FID and no KID, which stand for the features of another network.
   */
  measure: string;
  /** The data's name. */
  data: string;
  /** Its accuracy on held-out pictures. */
  accuracy: number;
  /** Pictures that were compared. */
  samples: number;
  /** Held-out pictures that they were compared with: every second one. */
  reference: number;
  /** The same distances for the other held-out pictures: no model can be expected to do better. */
  real: Distances & {
    /** How many they are: as many as the samples, or all that there are. */
    count: number;
  };
}

/** The options of {@link pictureJudge}. */
export interface PictureJudgeOptions extends FeatureClassifierOptions {
  /** What the pictures went through before they came here, for the name of the measure: `4-levels`. */
  preparation?: string;
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
 * Compares pictures with held-out ones of a data set by the features of a classifier that the lab trains on the rest of
 * it; the first time takes about a minute more.
 *
 * @param data What the model learned from; load all of it, whatever a run's `examples` says, so that runs share one
 * classifier.
 * @throws TypeError for data with neither classes nor attributes, RangeError for fewer than four held-out pictures.
 */
export async function pictureJudge(
  data: PictureData,
  { seed = 0, preparation, ...options }: PictureJudgeOptions,
): Promise<PictureJudge> {
  const { held } = options;
  if (held.count < LEAST_HELD) {
    throw new RangeError(
      `Cannot compare pictures with "${data.name}": expected ${LEAST_HELD} held-out ones or more, got ${held.count}`,
    );
  }
  const classifier = await featureClassifier(data, options);
  const halves = [0, 1].map((half) =>
    selectExamples(
      held,
      Array.from({ length: held.count }, (_, i) => i).filter((i) => i % 2 === half),
    ) as PictureData
  );
  const reference = await classifier.describe(halves[0]);
  const gaussian = fitGaussian(reference);
  const random = new RandomStream(seed, "picture distances");
  const distances = async (pictures: PictureData): Promise<Distances> => {
    const features = await classifier.describe(pictures);
    const { distance, deviation } = await kernelDistance(reference, features, { random });
    return {
      frechet: frechetDistance(gaussian, fitGaussian(features)),
      kernel: distance,
      kernelDeviation: deviation,
    };
  };
  const known = new Map<number, PictureDistances["real"]>(); // by how many, since runs compare as many after every epoch
  const distancesOfReal = async (samples: number): Promise<PictureDistances["real"]> => {
    const count = Math.min(samples, halves[1].count);
    const real = known.get(count) ?? { count, ...await distances(takePictures(halves[1], { limit: count })) };
    known.set(count, real);
    return real;
  };
  const { name, height, width, channels, fit } = data;
  const measure = [name.replace(/-mnist$/, ""), `${width}x${height}`, fit, preparation, classifier.id];
  return {
    async compare(pictures) {
      const made = asData(pictures, { name, height, width, channels });
      if (made.count < 2) {
        throw new RangeError(`Cannot compare pictures: expected two or more, got ${made.count}`);
      }
      return {
        ...await distances(made),
        measure: measure.filter(Boolean).join("-"),
        data: name,
        accuracy: classifier.accuracy,
        samples: made.count,
        reference: reference.count,
        real: await distancesOfReal(made.count),
      };
    },
    dispose: () => classifier.dispose(),
  };
}

/** The distances under the names that they are written with, see {@link PictureDistances.measure}. */
export function distanceMetrics({ measure, frechet, kernel }: PictureDistances): Record<string, number> {
  return { [`FD-${measure}`]: frechet, [`KD-${measure}`]: kernel };
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
