import * as tf from "@tensorflow/tfjs";
import { planePlaces } from "../../core/pictures/plane_picture.ts";
import type { PlaneAccess } from "../../generative/models/model.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { PointsChannel } from "./channels.ts";
import type { Pause } from "./model_kinds.ts";

/** Places on each side at which a density, and arrows, are computed. */
const [DENSITY_SIDE, ARROWS_SIDE] = [64, 17];
/** Places that are computed at once. */
const BLOCK = 1024;
/** The longest arrows, in distances between places. */
const LONGEST = 0.9;

/** What a model says of the plane, computed once: its density, else the arrows of its score. */
export class PlaneMap {
  #known?: { extent: number; map: Pick<PointsChannel, "heat" | "field"> };

  /** @param parameters They stay the caller's. */
  constructor(readonly plane: PlaneAccess, readonly parameters: NamedTensors, readonly pause: Pause) {}

  /** The part of the plane that a view shows; arrays are the caller's. */
  async look(extent: number): Promise<Pick<PointsChannel, "heat" | "field">> {
    if (this.#known?.extent !== extent) this.#known = { extent, map: await this.#draw(extent) };
    return structuredClone(this.#known.map);
  }

  async #draw(extent: number): Promise<Pick<PointsChannel, "heat" | "field">> {
    const { logDensity, score } = this.plane;
    if (logDensity) {
      const side = DENSITY_SIDE;
      const values = await this.#compute(logDensity, planePlaces({ extent, side }), 1);
      return { heat: { side, values: values.map(Math.exp) } };
    }
    if (!score) return {};
    const places = planePlaces({ extent, side: ARROWS_SIDE });
    const arrows = await this.#compute(score, places, 2);
    return { field: { places, arrows: shorten(arrows, LONGEST * 2 * extent / ARROWS_SIDE) } };
  }

  /** What a function says of places `[N, 2]`, `[N, size]`. */
  async #compute(
    of: (parameters: NamedTensors, points: tf.Tensor) => tf.Tensor,
    places: Float32Array,
    size: number,
  ): Promise<Float32Array> {
    const all = new Float32Array(places.length / 2 * size);
    for (let from = 0; from < places.length / 2; from += BLOCK) {
      await this.pause();
      const some = places.subarray(2 * from, 2 * (from + BLOCK));
      const values = tf.tidy(() => of(this.parameters, tf.tensor2d(some, [some.length / 2, 2])));
      all.set(await values.data(), from * size);
      values.dispose();
    }
    return all;
  }
}

/** Arrows `[N, 2]` of about a length at most: where they are long, they say the direction alone. */
function shorten(arrows: Float32Array, longest: number): Float32Array {
  const lengths = Float32Array.from(
    { length: arrows.length / 2 },
    (_, n) => Math.hypot(arrows[2 * n], arrows[2 * n + 1]),
  );
  const middle = lengths.toSorted()[lengths.length >> 1] || 1;
  return arrows.map((value, i) => value / (lengths[i >> 1] + middle) * longest);
}
