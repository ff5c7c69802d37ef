import { placePolygon } from "../drawing/place_polygon.ts";
import { HULL_POLYGONS, TRACK_WIDTH, WHEEL_POLYGON } from "./constants.ts";
import type { Car } from "./car.ts";
import { convexHull, polygonsTouch } from "./polygons.ts";
import type { Pose, Track } from "./state.ts";
import { TileIndex } from "./tile_index.ts";

/** How near two bodies touch, u: both of Box2D's polygon radii. */
const SKIN = 0.02;
/** No part of the car is farther from the hull's origin, u. */
const REACH = Math.max(...HULL_POLYGONS.flatMap((polygon) => {
  return polygon.map((x, i) => i % 2 ? 0 : Math.hypot(x, polygon[i + 1]));
})) + SKIN;

/** No part of a wheel is farther from its centre, u. */
const WHEEL_REACH = Math.hypot(WHEEL_POLYGON[0], WHEEL_POLYGON[1]) + SKIN;

/** What {@link Tiles.save} returns. */
export interface TilesState {
  /** `[n]`, 0 or 1, see {@link Tiles.touched}. */
  touched: Uint8Array;
  /** `[n]`, 0 or 1, see {@link Tiles.collected}. */
  collected: Uint8Array;
  /** Whether a wheel was on tile 0 at the last look. */
  onStart: boolean;
}

/**
 * The tiles of a track as the car feels them: which it touches, which its wheels have collected, which have lost
 * their texture.
 */
export class Tiles {
  /** `[n]`, 1 where any body has touched the tile. */
  readonly touched: Uint8Array;
  /** `[n]`, 1 where the tile was collected. */
  readonly collected: Uint8Array;
  /** How many tiles are collected. */
  collectedCount = 0;
  /** Whether a wheel came onto tile 0 at the last look, having been off it. */
  crossedStart = false;
  #onStart = false;
  readonly #anyWheelCollects: boolean;
  readonly #quads: Float64Array[];
  readonly #index: TileIndex;
  readonly #wheelCorners = Array.from({ length: 4 }, () => new Float64Array(WHEEL_POLYGON.length));
  readonly #hullCorners = HULL_POLYGONS.map((polygon) => new Float64Array(polygon.length));

  /**
   * Lays the tiles out; none is touched yet.
   *
   * @param options By default any wheel collects a tile, otherwise the hull's origin.
   * @param alike Tiles of the same track, which share their geometry.
   */
  constructor(track: Track, options: { anyWheelCollects?: boolean } = {}, alike?: Tiles) {
    const { points } = track;
    this.#anyWheelCollects = options.anyWheelCollects ?? true;
    this.touched = new Uint8Array(points.length);
    this.collected = new Uint8Array(points.length);
    this.#quads = alike ? alike.#quads : points.map((point, i) => {
      const before = points[(i + points.length - 1) % points.length];
      return convexHull([side(point, -1), side(point, 1), side(before, 1), side(before, -1)]);
    });
    this.#index = alike ? alike.#index : new TileIndex(this.#quads, REACH);
  }

  /** Which tiles are touched, which collected, and whether a wheel is on tile 0: a copy. */
  save(): TilesState {
    return { touched: this.touched.slice(), collected: this.collected.slice(), onStart: this.#onStart };
  }

  /** Goes on from a state of the same track. */
  restore({ touched, collected, onStart }: TilesState): void {
    this.touched.set(touched);
    this.collected.set(collected);
    this.collectedCount = collected.reduce((sum, one) => sum + one, 0);
    this.crossedStart = false;
    this.#onStart = onStart;
  }

  /**
   * Looks what the car touches where it is, counts each wheel's tiles and collects.
   *
   * @returns How many tiles were collected now.
   */
  look(car: Car): number {
    const before = this.collectedCount;
    const { wheels } = car;
    const corners = this.#wheelCorners;
    for (let w = 0; w < 4; w++) {
      wheels[w].tiles = 0;
      placePolygon(WHEEL_POLYGON, wheels[w], corners[w]);
    }
    const index = this.#index;
    const cell = index.cellOf(car.hull.x, car.hull.y);
    let onStart = false;
    let hullPlaced = false;
    for (let k = index.begin[cell]; k < index.begin[cell + 1]; k++) {
      const tile = index.tiles[k];
      let onTile = false;
      for (let w = 0; w < 4; w++) {
        const gap = index.gap(tile, wheels[w].x, wheels[w].y);
        if (gap > WHEEL_REACH) continue;
        if (gap > 0 && !polygonsTouch(corners[w], this.#quads[tile], SKIN)) continue;
        wheels[w].tiles++;
        onTile = true;
      }
      if (onTile) {
        if (tile === 0) onStart = true;
        this.touched[tile] = 1;
        if (!this.collected[tile] && this.#anyWheelCollects) this.#collect(tile);
      } else if (!this.touched[tile]) {
        if (!hullPlaced) this.#placeHull(car.hull);
        hullPlaced = true;
        if (this.#touchesHull(tile)) this.touched[tile] = 1;
      }
    }
    if (!this.#anyWheelCollects) this.#collectBelow(car.hull, cell);
    this.crossedStart = onStart && !this.#onStart;
    this.#onStart = onStart;
    return this.collectedCount - before;
  }

  #collect(tile: number): void {
    this.collected[tile] = 1;
    this.collectedCount++;
  }

  /** Collects the tiles that the hull's origin is on. */
  #collectBelow({ x, y }: Pose, cell: number): void {
    const index = this.#index;
    for (let k = index.begin[cell]; k < index.begin[cell + 1]; k++) {
      const tile = index.tiles[k];
      if (!this.collected[tile] && index.gap(tile, x, y) <= 0) this.#collect(tile);
    }
  }

  #placeHull(hull: Pose): void {
    for (let i = 0; i < HULL_POLYGONS.length; i++) placePolygon(HULL_POLYGONS[i], hull, this.#hullCorners[i]);
  }

  #touchesHull(tile: number): boolean {
    for (const corners of this.#hullCorners) {
      if (polygonsTouch(corners, this.#quads[tile], SKIN)) return true;
    }
    return false;
  }
}

/** A corner of a tile: left (-1) or right (1) of a point of the track. */
function side(point: Track["points"][number], sign: number): [number, number] {
  return [
    point.x + sign * TRACK_WIDTH * Math.cos(point.beta),
    point.y + sign * TRACK_WIDTH * Math.sin(point.beta),
  ];
}
