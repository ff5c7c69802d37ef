import type { Observation, Picture, RenderOptions } from "../env.ts";
import type { NumpyRandom, NumpyRandomState } from "../random/numpy_random.ts";
import { drawBirdsEye } from "./birds_eye.ts";
import type { Car } from "./car.ts";
import type { Eyes, Look } from "./eyes.ts";
import { CarRacingPainter } from "./painter.ts";
import type { CarRacingRules } from "./rules.ts";
import { blankView } from "./saved_state.ts";
import type { CarRacingColors, CarRacingView, Track } from "./state.ts";
import { Tiles } from "./tiles.ts";
import { generateTrack } from "./track.ts";

/** What an episode of CarRacing is made of: a track, its tiles, and those who look at it. */
export class Episode<O extends Observation> {
  /** The generator's state that the track was drawn from: a track's short form. */
  readonly origin: NumpyRandomState;
  /** The track. */
  readonly track: Track;
  /** Its tiles as the car feels them. */
  readonly tiles: Tiles;
  /** All that the present picture shows, alive. */
  readonly view: CarRacingView;
  /** A view for redrawing, apart from the one that lives. */
  readonly replay: CarRacingView;
  /** Observes a view. */
  readonly look: Look<O>;
  readonly #rules: CarRacingRules;
  #large?: CarRacingPainter;

  /** Draws a track; the car is still to be placed. */
  constructor(
    random: NumpyRandom,
    { car, colors, eyes, rules }: { car: Car; colors: CarRacingColors; eyes: Eyes<O>; rules: CarRacingRules },
  ) {
    this.origin = random.state();
    this.track = generateTrack(random);
    this.tiles = new Tiles(this.track, rules);
    const { hull, velocity, wheels } = car;
    this.view = { ...blankView(this.track, colors), hull, velocity, wheels, touched: this.tiles.touched };
    this.replay = blankView(this.track, colors);
    this.look = eyes.open(this.track, colors);
    this.#rules = rules;
  }

  /** A picture for people. */
  render({ view, width, height }: Required<RenderOptions>): Picture {
    if (view === "birdsEye") return drawBirdsEye(this.view, { width, height });
    if (this.#large?.width !== width || this.#large.height !== height) {
      const { openingZoom } = this.#rules;
      this.#large = new CarRacingPainter(this.track, this.view.colors, { width, height, openingZoom });
    }
    const data = new Uint8Array(width * height * 3);
    this.#large.draw(this.view, data);
    return { width, height, data };
  }
}
