import type { Pose } from "./state.ts";

/** Width of the surface that Gymnasium draws on, px; every picture is a shrunk view of it. */
export const SURFACE_WIDTH = 1000;

/** Height of that surface, px. */
export const SURFACE_HEIGHT = 800;

/** Where the hull's origin stands on the surface, px from the left. */
export const CAR_X = SURFACE_WIDTH / 2;

/** Where the hull's origin stands on the surface, px from the bottom. */
export const CAR_Y = SURFACE_HEIGHT / 4;

/** Height of the black strip with the indicators, px from the bottom. */
export const BAR_HEIGHT = 100;

/** Pixels of the surface per world unit: grows from 0.6 to 16.2 over the first second. */
export function zoomAt(time: number): number {
  return 0.6 * Math.max(1 - time, 0) + 16.2 * Math.min(time, 1);
}

/**
 * The view that follows the car: a rotation by minus the hull's angle and a zoom, about the hull.
 *
 * Surface coordinates have x to the right and y *up* (the reference draws so, and flips in the end).
 */
export class Camera {
  /** Pixels per world unit. */
  zoom = 1;
  /** `zoom cos(angle)` and `zoom sin(angle)` of the rotation from world to surface. */
  cos = 1;
  sin = 0;
  /** Surface position of the world's origin, px. */
  originX = 0;
  originY = 0;

  /** Points the camera at a car. */
  follow(hull: Pose, time: number): void {
    this.zoom = zoomAt(time);
    this.cos = this.zoom * Math.cos(hull.angle);
    this.sin = -this.zoom * Math.sin(hull.angle);
    this.originX = CAR_X - (hull.x * this.cos - hull.y * this.sin);
    this.originY = CAR_Y - (hull.x * this.sin + hull.y * this.cos);
  }

  /** Surface x of a world point, px. */
  surfaceX(x: number, y: number): number {
    return x * this.cos - y * this.sin + this.originX;
  }

  /** Surface y of a world point, px upwards. */
  surfaceY(x: number, y: number): number {
    return x * this.sin + y * this.cos + this.originY;
  }
}
