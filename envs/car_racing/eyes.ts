import type { Observation } from "../env.ts";
import { writeGray } from "../gray.ts";
import { Box, type Space } from "../spaces.ts";
import { CarRacingPainter } from "./painter.ts";
import type { CarRacingColors, CarRacingView, Track } from "./state.ts";
import { STATE_VECTOR_SIZE, StateVector } from "./state_vector.ts";

/** Writes the observation of a view into `target`. */
export type Look<O extends Observation> = (view: CarRacingView, target: O) => void;

/** Turns views into one kind of observation. */
export interface Eyes<O extends Observation> {
  /** What observations may be. */
  readonly space: Space;
  /** An observation to fill. */
  blank(): O;
  /** Prepares an episode. */
  open(track: Track, colors: CarRacingColors): Look<O>;
}

/** What {@link createEyes} is told. */
export interface EyesOptions {
  /** Side of pictures, pixels. */
  frameSize: number;
  /** The kind of observation. */
  observation: "rgb" | "gray" | "state";
  /** Whether the camera comes down during the first second. */
  openingZoom: boolean;
}

/** Eyes for an observation of this kind; the type parameter is the caller's word for it. */
export function createEyes<O extends Observation>(options: EyesOptions): Eyes<O> {
  const { frameSize, observation, openingZoom } = options;
  const size = { width: frameSize, height: frameSize, openingZoom };
  const eyes = observation === "state"
    ? stateEyes()
    : observation === "gray"
    ? grayEyes(size)
    : colorEyes(size);
  return eyes as unknown as Eyes<O>;
}

type PictureSize = { width: number; height: number; openingZoom: boolean };

/** Pictures `[S, S, 3]`. */
function colorEyes(size: PictureSize): Eyes<Uint8Array> {
  const shape = [size.height, size.width, 3];
  return {
    space: new Box(0, 255, { shape, dtype: "uint8" }),
    blank: () => new Uint8Array(size.width * size.height * 3),
    open(track, colors) {
      const painter = new CarRacingPainter(track, colors, size);
      return (view, target) => painter.draw(view, target);
    },
  };
}

/** Pictures `[S, S]`: the weighed sum of the channels, rounded down. */
function grayEyes(size: PictureSize): Eyes<Uint8Array> {
  const picture = new Uint8Array(size.width * size.height * 3);
  return {
    space: new Box(0, 255, { shape: [size.height, size.width], dtype: "uint8" }),
    blank: () => new Uint8Array(size.width * size.height),
    open(track, colors) {
      const painter = new CarRacingPainter(track, colors, size);
      return (view, target) => {
        painter.draw(view, picture);
        writeGray(picture, target);
      };
    },
  };
}

/** Vectors, see {@link StateVector}. */
function stateEyes(): Eyes<Float32Array> {
  return {
    space: new Box(-1, 1, { shape: [STATE_VECTOR_SIZE] }),
    blank: () => new Float32Array(STATE_VECTOR_SIZE),
    open(track) {
      const vector = new StateVector(track);
      return (view, target) => vector.write(view, target);
    },
  };
}
