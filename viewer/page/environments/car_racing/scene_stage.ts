import "pixi.js/unsafe-eval"; // first: the page's policy forbids eval
import {
  Buffer,
  BufferUsage,
  CanvasRenderer,
  Container,
  Geometry,
  Mesh,
  type Renderer,
  Shader,
  WebGLRenderer,
} from "pixi.js";
import { PLAYFIELD, TRACK_STEP, TRACK_WIDTH } from "../../../../envs/car_racing/constants.ts";
import type { CarRacingColors, Track } from "../../../../envs/car_racing/state.ts";
import { CarFigure, shadowTexture } from "./car_figure.ts";
import { plainGround } from "./plain_ground.ts";
import type { CameraPose } from "./scene_camera.ts";
import { GROUND, KERBS, MARKS, type Program, PUFFS, ROAD, START } from "./scene_shaders.ts";
import { MOTION_SIZE, motionAt, type StateTape } from "./state_tape.ts";
import { KERB_NUMBERS, kerbCorners, quadIndices, roadCorners } from "./track_shapes.ts";
import { MARK_NUMBERS, PUFF_NUMBERS, RoadMap, TyreMarks } from "./tyre_marks.ts";
import { VisitedTiles } from "./visited_tiles.ts";

/** What an episode's scene is made of. */
export interface SceneWorld {
  track: Track;
  colors: CarRacingColors;
}

/** A car in the scene. The first one is what the camera looks at, and what visits tiles. */
export interface SceneCar {
  /** Where it drives. */
  tape: StateTape;
  /** The step that is shown, with a fraction. */
  position(): number;
  /** The token of who drives now: the helmet's colour. */
  helmet?(): `--${string}`;
  /** A token: a translucent car in this colour, which leaves no marks. */
  ghost?: `--${string}`;
}

interface Actor {
  car: SceneCar;
  figure: CarFigure;
  marks?: { data: TyreMarks; marks: Layer; puffs: Layer };
}

/** A mesh and what changes in it. */
interface Layer {
  mesh: Mesh<Geometry, Shader>;
  data: Buffer;
}

/** Side of a patch of grass, u. */
const PATCH = PLAYFIELD / 20;
/** Device pixels for a unit of the world below which cars are drawn larger than life. */
const SMALLEST_CAR = 4.5;
/** How far the ground reaches, in half playfields. */
const REACH = 2.2;

/**
 * Draws tracks and cars with Pixi: by WebGL, and where there is none on a plain canvas, without tyre marks, dust and
 * visited tiles. It draws when it is told to, and never by itself.
 */
export class SceneStage {
  readonly #renderer: Renderer;
  /** Whether there are shaders. */
  readonly #shades: boolean;
  readonly #root = new Container();
  readonly #ground = new Container();
  readonly #markLayer = new Container();
  readonly #carLayer = new Container();
  readonly #puffLayer = new Container();
  readonly #shadow = shadowTexture();
  readonly #motion = new Float64Array(MOTION_SIZE);
  #actors: Actor[] = [];
  #road: RoadMap | undefined;
  #roadLayer: Layer | undefined;
  #visited: VisitedTiles | undefined;

  private constructor(renderer: Renderer) {
    this.#renderer = renderer;
    this.#shades = renderer instanceof WebGLRenderer;
    this.#root.addChild(this.#ground, this.#markLayer, this.#carLayer, this.#puffLayer);
  }

  /** Starts WebGL on a canvas, or what the browser has instead. @throws Error when neither starts. */
  static async open(canvas: HTMLCanvasElement): Promise<SceneStage> {
    const options = {
      canvas,
      antialias: true,
      autoDensity: false,
      backgroundAlpha: 1,
      backgroundColor: 0x20301f,
      width: canvas.width,
      height: canvas.height,
      preserveDrawingBuffer: true, // so that pictures can be saved
      eventMode: "none" as const,
    };
    try {
      const renderer = new WebGLRenderer();
      await renderer.init(options);
      return new SceneStage(renderer);
    } catch {
      const renderer = new CanvasRenderer();
      await renderer.init(options).catch((cause) => {
        const wanted =
          "this browser has neither WebGL nor a canvas; turn on graphics acceleration, or use another browser";
        throw new Error(wanted, { cause });
      });
      return new SceneStage(renderer);
    }
  }

  /** Why the scene is plainer than it could be, in a sentence; nothing where it is not. */
  get shortfall(): string | undefined {
    if (this.#shades) return undefined;
    return "This browser has no WebGL: the scene is drawn without tyre marks and dust. " +
      "To show them, turn on graphics acceleration in its settings.";
  }

  /** Takes on a size. @param width Device pixels. @param height Device pixels. */
  resize(width: number, height: number): void {
    this.#renderer.resize(width, height);
  }

  /** Shows another track, without cars. @param tint What visited tiles take on, a CSS colour. */
  setWorld({ track, colors }: SceneWorld, tint: string): void {
    this.setCars([], () => "");
    empty(this.#ground);
    this.#road = new RoadMap(track);
    const reach = PLAYFIELD * REACH;
    if (!this.#shades) {
      this.#roadLayer = this.#visited = undefined;
      const [grass, road, start] = [grassTone(colors.grass), roadTone(colors.road), startCorners(track)];
      this.#ground.addChild(plainGround(track, { grass, road, reach, start }));
      return;
    }
    const ground = layer(GROUND, {
      data: Float32Array.of(-reach, -reach, reach, -reach, -reach, reach, reach, reach),
      attributes: { aPosition: 2 },
      uniforms: {
        uField: { value: grassTone(colors.background), type: "vec3<f32>" },
        uPatch: { value: grassTone(colors.grass), type: "vec3<f32>" },
        uSide: { value: PATCH, type: "f32" },
        uHalf: { value: PLAYFIELD, type: "f32" },
      },
    });
    const corners = roadCorners(track);
    this.#roadLayer = layer(ROAD, {
      data: corners,
      attributes: { aPosition: 2, aRoad: 3 },
      second: { name: "aTouched", data: new Float32Array(4 * track.points.length).fill(1e9) },
      uniforms: {
        uRoad: { value: roadTone(colors.road), type: "vec3<f32>" },
        uTint: { value: rgbOf(tint), type: "vec3<f32>" },
        uNow: { value: 0, type: "f32" },
      },
    });
    const kerbs = layer(KERBS, {
      data: kerbCorners(track),
      attributes: { aPosition: 2, aKerb: KERB_NUMBERS - 2 },
    });
    const start = layer(START, { data: startCorners(track), attributes: { aPosition: 2, aSquare: 2 } });
    this.#ground.addChild(ground.mesh, kerbs.mesh, this.#roadLayer.mesh, start.mesh);
    this.#visited = undefined;
  }

  /** Puts cars onto the track. @param colorOf A token's colour. */
  setCars(cars: readonly SceneCar[], colorOf: (token: `--${string}`) => string): void {
    for (const { figure } of this.#actors) figure.destroy();
    empty(this.#markLayer);
    empty(this.#puffLayer);
    const road = this.#road;
    this.#actors = road ? cars.map((car) => this.#actor(car, road, colorOf)) : [];
    // The first car is drawn above the others.
    for (const { figure } of this.#actors.toReversed()) this.#carLayer.addChild(figure.view);
    const tiles = this.#roadLayer ? this.#roadLayer.data.data.length / 4 : 0;
    this.#visited = cars.length > 0 && !cars[0].ghost ? new VisitedTiles(cars[0].tape, tiles) : undefined;
    if (this.#roadLayer && !this.#visited) {
      (this.#roadLayer.data.data as Float32Array).fill(1e9);
      this.#roadLayer.data.update();
    }
  }

  /** Draws. @param camera In device pixels. @param pan Device pixels to add. */
  render(
    camera: CameraPose,
    { panX, panY, colorOf }: { panX: number; panY: number; colorOf: (token: `--${string}`) => string },
  ): void {
    const { width, height } = this.#renderer;
    const root = this.#root;
    root.pivot.set(camera.x, camera.y);
    root.position.set(width / 2 + panX, height * camera.anchor + panY);
    root.scale.set(camera.zoom, -camera.zoom); // the world's y points up
    root.rotation = camera.angle;
    const scale = Math.max(1, SMALLEST_CAR / camera.zoom);
    for (const actor of this.#actors) this.#place(actor, scale, colorOf);
    this.#visit();
    this.#renderer.render(root);
  }

  /** Frees all of it, WebGL too. */
  destroy(): void {
    this.setCars([], () => "");
    empty(this.#ground);
    this.#root.destroy({ children: true });
    this.#shadow.destroy(true);
    this.#renderer.destroy({ removeView: false });
  }

  #actor(car: SceneCar, road: RoadMap, colorOf: (token: `--${string}`) => string): Actor {
    const figure = new CarFigure({ ghost: car.ghost && colorOf(car.ghost) }, this.#shadow);
    if (car.ghost || !this.#shades) return { car, figure };
    const data = new TyreMarks(car.tape, road);
    const now = { uNow: { value: 0, type: "f32" as const } };
    const marks = layer(MARKS, {
      data: data.marks,
      attributes: { aPosition: 2, aMade: MARK_NUMBERS - 2 },
      uniforms: now,
    });
    const puffs = layer(PUFFS, {
      data: data.puffs,
      attributes: { aPosition: 2, aPuff: PUFF_NUMBERS - 2 },
      uniforms: { uNow: { value: 0, type: "f32" } },
    });
    this.#markLayer.addChild(marks.mesh);
    this.#puffLayer.addChild(puffs.mesh);
    return { car, figure, marks: { data, marks, puffs } };
  }

  #place(
    { car, figure, marks }: Actor,
    scale: number,
    colorOf: (token: `--${string}`) => string,
  ): void {
    const now = car.position();
    const motion = motionAt(car.tape, now, this.#motion);
    figure.place(motion, { helmet: colorOf(car.helmet?.() ?? "--text"), scale });
    if (!marks) return;
    if (marks.data.extend()) {
      marks.marks.data.update();
      marks.puffs.data.update();
    }
    setNow(marks.marks, now);
    setNow(marks.puffs, now);
  }

  #visit(): void {
    const road = this.#roadLayer;
    if (!road || !this.#visited) return;
    if (this.#visited.extend()) {
      const target = road.data.data as Float32Array;
      this.#visited.steps.forEach((step, tile) => target.fill(step, 4 * tile, 4 * tile + 4));
      road.data.update();
    }
    setNow(road, this.#actors[0].car.position());
  }
}

type Uniforms = Record<string, { value: number | Float32Array; type: "f32" | "vec3<f32>" }>;

/** A mesh of quads; `data` is interleaved by `attributes` (name to numbers), `second` is a buffer of its own. */
function layer(
  program: Program,
  { data, attributes, second, uniforms = {} }: {
    data: Float32Array;
    attributes: Record<string, number>;
    second?: { name: string; data: Float32Array };
    uniforms?: Uniforms;
  },
): Layer {
  const numbers = Object.values(attributes).reduce((sum, count) => sum + count, 0);
  const vertex = { data, usage: BufferUsage.VERTEX | BufferUsage.COPY_DST };
  const buffer = new Buffer({ ...vertex, label: "vertices" });
  const extra = second && new Buffer({ ...vertex, data: second.data, label: second.name });
  const geometry = new Geometry({ indexBuffer: quadIndices(data.length / numbers / 4) });
  let offset = 0;
  for (const [name, count] of Object.entries(attributes)) {
    const format = ["float32", "float32x2", "float32x3", "float32x4"][count - 1] as "float32x2";
    geometry.addAttribute(name, { buffer, format, stride: 4 * numbers, offset: 4 * offset });
    offset += count;
  }
  if (second && extra) {
    geometry.addAttribute(second.name, { buffer: extra, format: "float32", stride: 4, offset: 0 });
  }
  const shader = Shader.from({ gl: program, resources: { scene: uniforms } });
  return { mesh: new Mesh({ geometry, shader }), data: extra ?? buffer };
}

function setNow({ mesh }: Layer, now: number): void {
  mesh.shader!.resources.scene.uniforms.uNow = now;
}

/** Frees a container's meshes with their buffers and shaders. */
function empty(container: Container): void {
  for (const child of container.removeChildren()) {
    child.destroy();
    if (!(child instanceof Mesh)) continue;
    child.geometry?.destroy(true);
    child.shader?.destroy();
  }
}

/** The start's two rows of squares: `[4, 4]`, x, y, and place in squares. */
function startCorners({ points: [{ x, y, beta }] }: Track): Float32Array {
  const squares = 12;
  const deep = 2 * (2 * TRACK_WIDTH * 0.93 / squares);
  const corners: number[] = [];
  for (const row of [0, 2]) {
    for (const column of [0, squares]) {
      const across = (column / squares - 0.5) * 2 * TRACK_WIDTH * 0.93;
      const along = TRACK_STEP * 1.2 + row / 2 * deep;
      corners.push(
        x + across * Math.cos(beta) - along * Math.sin(beta),
        y + across * Math.sin(beta) + along * Math.cos(beta),
        column,
        row,
      );
    }
  }
  return Float32Array.from(corners);
}

/** The environment's loud grass, calmer: greyer and darker. */
function grassTone(color: readonly number[]): Float32Array {
  return tone(color, 0.24, 0.58);
}

function roadTone(color: readonly number[]): Float32Array {
  return tone(color, 0, 0.84);
}

function tone(color: readonly number[], grey: number, light: number): Float32Array {
  const mean = 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2];
  return Float32Array.from(color, (level) => light * (level + grey * (mean - level)) / 255);
}

/** A `#rrggbb` colour as three numbers 0 .. 1; white for anything else. */
function rgbOf(color: string): Float32Array {
  const bits = /^#[0-9a-f]{6}$/i.test(color) ? parseInt(color.slice(1), 16) : 0xffffff;
  return Float32Array.of((bits >> 16) / 255, (bits >> 8 & 255) / 255, (bits & 255) / 255);
}
