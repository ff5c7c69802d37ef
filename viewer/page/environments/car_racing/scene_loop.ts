import { type Signal, signal } from "@preact/signals";
import type { CameraMode } from "../../state/camera_mode.ts";
import { shownTheme } from "../../state/settings.ts";
import { tokenColor } from "../../ui/token_color.ts";
import { controlCamera } from "./camera_control.ts";
import { type MapDots, moveDot } from "./mini_map.tsx";
import {
  type Adjustment,
  blankPose,
  blendPoses,
  chasePose,
  ease,
  followPose,
  unadjusted,
  type Viewport,
  wholePose,
} from "./scene_camera.ts";
import type { SceneCar, SceneStage, SceneWorld } from "./scene_stage.ts";
import { MOTION_SIZE, motionAt } from "./state_tape.ts";
import { type Bounds, trackBounds } from "./track_shapes.ts";

type Token = `--${string}`;

/** How long the camera takes from one mode to another, ms. */
const SWING = 550;
/** Device pixels for a CSS pixel, at most. */
const FINEST = 2;

/** Draws a scene once a frame of the screen, where anything changed. Pixi is loaded with the first scene. */
export class SceneLoop {
  /** What the reader did to the camera; each mode starts without. */
  readonly adjustment: Signal<Adjustment> = signal(unadjusted());
  /** Counts the turns of the wheel over it that scrolled the page instead of zooming. */
  readonly scrolls: Signal<number> = signal(0);
  readonly #mode: Signal<CameraMode>;
  readonly #dots: MapDots;
  readonly #steady: boolean;
  readonly #motion = new Float64Array(MOTION_SIZE);
  readonly #colors = new Map<Token, string>();
  readonly #wanted = blankPose();
  readonly #from = blankPose();
  readonly #camera = blankPose();
  #viewport: Viewport = { width: 1, height: 1 };
  #world: SceneWorld | undefined;
  #cars: readonly SceneCar[] = [];
  #bounds: Bounds = { left: -1, right: 1, bottom: -1, top: 1 };
  #stage: SceneStage | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #shownWorld: SceneWorld | undefined;
  #shownCars: readonly SceneCar[] | undefined;
  #shownMode: CameraMode | undefined;
  #swingStart = -Infinity;
  #theme = "";
  /** What the last frame was drawn from. */
  #drawn: number[] = [];
  #stop: (() => void) | undefined;

  /** @param options.steady Whether the camera neither eases nor swings. */
  constructor(options: { mode: Signal<CameraMode>; dots: MapDots; steady: boolean }) {
    this.#mode = options.mode;
    this.#dots = options.dots;
    this.#steady = options.steady;
  }

  /** Says what is to be drawn. */
  show(world: SceneWorld, cars: readonly SceneCar[]): void {
    this.#world = world;
    this.#cars = cars;
  }

  /**
   * Starts drawing.
   *
   * @returns What the reader should know of how it is drawn; see `SceneStage.shortfall`.
   * @throws Error when the browser has nothing to draw with.
   */
  async start(canvas: HTMLCanvasElement, pane: HTMLElement): Promise<string | undefined> {
    let stopped = false;
    this.#stop = () => stopped = true;
    const { SceneStage } = await import("./scene_stage.ts");
    if (stopped) return undefined;
    const stage = await SceneStage.open(canvas);
    if (stopped) {
      stage.destroy();
      return undefined;
    }
    this.#stage = stage;
    this.#canvas = canvas;
    const resize = () => {
      const { width, height } = pane.getBoundingClientRect();
      if (width < 1 || height < 1) return;
      this.#viewport = { width, height };
      const ratio = this.#ratio();
      stage.resize(Math.round(width * ratio), Math.round(height * ratio));
      this.#drawn = [];
      this.#frame(performance.now()); // a resized canvas is blank until it is drawn
    };
    const observer = new ResizeObserver(resize);
    observer.observe(pane);
    const endControl = controlCamera(pane, {
      read: () => this.adjustment.value,
      change: (adjustment) => this.adjustment.value = adjustment,
      scrolled: () => this.scrolls.value++,
      anchor: () => this.#camera.anchor,
    });
    let frame = 0;
    const next = (now: number) => {
      this.#frame(now);
      frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
    this.#stop = () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      endControl();
      this.#stage = undefined;
      stage.destroy();
    };
    return stage.shortfall;
  }

  /** Stops, and frees all of it. */
  stop(): void {
    this.#stop?.();
  }

  /** Draws the present moment at once, whether or not anything changed. @returns What it is drawn on. */
  drawNow(): HTMLCanvasElement | undefined {
    if (!this.#stage) return undefined;
    this.#drawn = [];
    this.#frame(performance.now());
    return this.#canvas;
  }

  #ratio(): number {
    return Math.min(devicePixelRatio, FINEST);
  }

  #frame(now: number): void {
    const stage = this.#stage;
    if (!stage || !this.#world) return;
    this.#takeOver(stage);
    this.#aim(now);
    const { panX, panY, zoom } = this.adjustment.value;
    const ratio = this.#ratio();
    const camera = this.#camera;
    const next = [camera.x, camera.y, camera.angle, camera.zoom, camera.anchor, panX, panY, zoom];
    for (const car of this.#cars) next.push(car.position(), car.tape.count);
    if (next.length === this.#drawn.length && next.every((value, i) => value === this.#drawn[i])) return;
    this.#drawn = next;
    stage.render(
      { ...camera, zoom: camera.zoom * zoom * ratio },
      { panX: panX * ratio, panY: panY * ratio, colorOf: (token) => this.#colorOf(token) },
    );
    this.#cars.forEach((car, i) => {
      const dot = this.#dots[i];
      if (!dot) return;
      const color = this.#colorOf(car.ghost ?? car.helmet?.() ?? "--text");
      moveDot(dot, motionAt(car.tape, car.position(), this.#motion), color);
    });
  }

  /** Takes over a new track, new cars, another theme. */
  #takeOver(stage: SceneStage): void {
    const theme = shownTheme.peek();
    if (theme !== this.#theme) {
      this.#theme = theme;
      this.#colors.clear();
      this.#shownCars = this.#shownWorld = undefined;
    }
    if (this.#world !== this.#shownWorld) {
      this.#shownWorld = this.#world;
      this.#bounds = trackBounds(this.#world!.track);
      stage.setWorld(this.#world!, this.#colorOf("--accent"));
      this.#shownCars = undefined;
    }
    if (this.#cars !== this.#shownCars) {
      this.#shownCars = this.#cars;
      stage.setCars(this.#cars, (token) => this.#colorOf(token));
      this.#drawn = [];
    }
  }

  /** Points the camera. */
  #aim(now: number): void {
    const mode = this.#mode.peek();
    const car = this.#cars[0];
    if (mode !== this.#shownMode) {
      const first = this.#shownMode === undefined;
      this.#shownMode = mode;
      this.adjustment.value = unadjusted();
      Object.assign(this.#from, this.#camera);
      this.#swingStart = first || this.#steady ? -Infinity : now;
    }
    const viewport = this.#viewport;
    const wanted = this.#wanted;
    if (mode === "whole" || !car) wholePose(this.#bounds, viewport, wanted);
    else {
      const position = car.position();
      if (mode === "chase") chasePose(car.tape, { position, viewport, steady: this.#steady }, wanted);
      else followPose(car.tape, { position, viewport }, wanted);
    }
    const part = (now - this.#swingStart) / SWING;
    if (part >= 1) Object.assign(this.#camera, wanted);
    else blendPoses(this.#from, wanted, ease(Math.max(part, 0)), this.#camera);
  }

  #colorOf(token: Token): string {
    let color = this.#colors.get(token);
    if (color === undefined) this.#colors.set(token, color = tokenColor(token));
    return color;
  }
}
