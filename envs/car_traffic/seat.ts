import { drawBirdsEye } from "../car_racing/birds_eye.ts";
import { blankView, readState, STATE_SIZE, writeState } from "../car_racing/saved_state.ts";
import type { CarRacingColors, CarRacingView } from "../car_racing/state.ts";
import type { Color } from "../drawing/canvas.ts";
import type { Picture, RenderOptions } from "../env.ts";
import type { PictureSize } from "../read_render_options.ts";
import type { Race } from "./race.ts";
import type { Racer } from "./racer.ts";
import { CAR_COLORS, type CarMark, readScene, type Scene, sceneSize, writeScene } from "./scene.ts";
import { drawThings } from "./things.ts";
import { TrafficPainter } from "./traffic_painter.ts";

/** Numbers of {@link Seat.saveState} in a race of this many cars, its own included. */
export function seatStateSize(cars: number, cones: number): number {
  return STATE_SIZE + sceneSize(cars - 1, cones);
}

/** How a {@link Seat} looks out. */
export interface SeatOptions {
  /** The colours of road and field. */
  colors: CarRacingColors;
  /** Side of the observation, pixels. */
  frameSize: number;
}

/** What is seen from one car of a race: CarRacing's picture, with the others in it. */
export class Seat {
  /** The car. */
  readonly car: Racer;
  readonly #frameSize: number;
  readonly #race: Race;
  readonly #others: readonly Racer[];
  readonly #carColors: readonly Color[];
  readonly #view: CarRacingView;
  /** A view for redrawing, apart from the one that lives. */
  readonly #replay: CarRacingView;
  readonly #painters = new Map<string, TrafficPainter>();

  /** The seat in one of a race's cars. */
  constructor(race: Race, own: Racer, { colors, frameSize }: SeatOptions) {
    this.#frameSize = frameSize;
    this.#race = race;
    this.car = own;
    this.#others = race.racers.filter((racer) => racer !== own);
    const { hull, velocity, wheels } = own.car;
    this.#view = { ...blankView(race.track, colors), hull, velocity, wheels, touched: own.tiles.touched };
    this.#replay = blankView(race.track, colors);
    this.#carColors = this.#others.map((racer) => {
      return CAR_COLORS[race.racers.indexOf(racer) % CAR_COLORS.length];
    });
  }

  /** Brings the picture up to date; `score` is the number that it shows. */
  refresh(score: number): void {
    this.#view.time = this.#race.time;
    this.#view.score = score;
    this.#view.yawRate = this.car.car.yawRate;
  }

  /** All that the present picture shows of the own car and the road, alive. */
  get view(): CarRacingView {
    return this.#view;
  }

  /** Draws the observation into `target`, `[frameSize, frameSize, 3]`. */
  observe(target: Uint8Array): void {
    this.#painter(this.#frameSize, this.#frameSize).draw(this.#view, this.#scene(), target);
  }

  /** A picture for people: from the car, or of the whole track. */
  render({ view, width, height }: Required<RenderOptions>): Picture {
    if (view === "birdsEye") return this.#renderBirdsEye({ width, height });
    const data = new Uint8Array(width * height * 3);
    this.#painter(width, height).draw(this.#view, this.#scene(), data);
    return { width, height, data };
  }

  /** Writes what the observation is drawn from, {@link seatStateSize} numbers: CarRacing's, then {@link Scene}. */
  saveState(target: Float64Array): void {
    writeState(this.#view, target.subarray(0, STATE_SIZE));
    writeScene(this.#scene(), target, STATE_SIZE);
  }

  /** Draws the observation of a saved state. */
  redraw(state: Float64Array, target: Uint8Array): void {
    readState(state.subarray(0, STATE_SIZE), this.#replay);
    const scene = readScene(state.subarray(STATE_SIZE), this.#others.length, this.#race.cones.length);
    this.#painter(this.#frameSize, this.#frameSize).draw(this.#replay, scene, target);
  }

  #renderBirdsEye(size: PictureSize): Picture {
    const { rails } = this.#race;
    return drawBirdsEye(this.#view, size, (fill, scale) => {
      drawThings({ ...this.#scene(), rails, carColors: this.#carColors }, fill, scale);
    });
  }

  #painter(width: number, height: number): TrafficPainter {
    const size = `${width}x${height}`;
    let painter = this.#painters.get(size);
    if (!painter) {
      const { track, rails } = this.#race;
      painter = new TrafficPainter({ track, colors: this.#view.colors, rails, carColors: this.#carColors }, {
        width,
        height,
      });
      this.#painters.set(size, painter);
    }
    return painter;
  }

  #scene(): Scene {
    return { cars: this.#others.map(markOf), cones: this.#race.cones };
  }
}

function markOf({ present, car: { hull, wheels } }: Racer): CarMark {
  return { present, x: hull.x, y: hull.y, angle: hull.angle, steer: wheels[0].jointAngle };
}
