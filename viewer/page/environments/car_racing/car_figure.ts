import { CanvasSource, Container, Graphics, Sprite, Texture } from "pixi.js";
import { CAR_SCALE } from "../../../../envs/car_racing/constants.ts";
import { AT, WHEEL_NUMBERS } from "./state_tape.ts";

/** The car's colours in the environment's pictures, a little calmer. */
const RED = 0xd02a24;
const DARK_RED = 0x96201c;
const TYRE = 0x17181c;
const TREAD = 0x565a64;
const METAL = 0x3a3e47;
const TREADS = 6;
/** Half the diameter of a wheel in the units of the drawing. */
const WHEEL = 27;
/** How far the shadow lies to the east and south, u. */
const SHADOW = 0.4;

/** What a car looks like. */
export interface CarLook {
  /** A car of the past: translucent, in this one colour. */
  ghost?: string;
}

/** A car as Pixi draws it: shadow, wheels that turn and spin, hull, and a helmet in the driver's colour. */
export class CarFigure {
  /** To be put into the world: units of the world, y up. */
  readonly view: Container = new Container();
  readonly #hull = new Container();
  readonly #shadow: Sprite | undefined;
  readonly #helmet = new Graphics().circle(0, 0, 9).fill(0xffffff).circle(0, 3.5, 4.5).fill(0xd8dbe2);
  readonly #wheels: { body: Container; treads: Graphics[] }[];

  /** @param shadow A soft rectangle, from {@link shadowTexture}; shared, and freed by who made it. */
  constructor(look: CarLook, shadow: Texture) {
    const ghost = look.ghost !== undefined;
    if (!ghost) {
      this.#shadow = new Sprite({ texture: shadow, anchor: 0.5, alpha: 0.5 });
      this.#shadow.setSize(4.4, 7.4);
      this.view.addChild(this.#shadow);
    }
    this.#wheels = Array.from({ length: 4 }, () => wheel());
    for (const { body } of this.#wheels) this.view.addChild(body);
    this.#hull.scale.set(CAR_SCALE);
    this.#hull.addChild(hull(ghost));
    this.#helmet.position.set(0, -12);
    if (!ghost) this.#hull.addChild(this.#helmet);
    this.view.addChild(this.#hull);
    if (look.ghost !== undefined) {
      this.view.alpha = 0.5;
      this.view.tint = look.ghost;
    }
  }

  /**
   * Puts it where a motion says.
   *
   * @param motion See `motionAt`.
   * @param look The helmet's CSS colour, and how much larger than life it is drawn.
   */
  place(motion: Float64Array, { helmet, scale }: { helmet: string; scale: number }): void {
    this.view.pivot.set(motion[AT.x], motion[AT.y]);
    this.view.position.set(motion[AT.x], motion[AT.y]);
    this.view.scale.set(scale);
    this.#hull.position.set(motion[AT.x], motion[AT.y]);
    this.#hull.rotation = motion[AT.angle];
    this.#shadow?.position.set(motion[AT.x] + SHADOW, motion[AT.y] - SHADOW);
    if (this.#shadow) this.#shadow.rotation = motion[AT.angle];
    this.#helmet.tint = helmet;
    for (let i = 0; i < 4; i++) {
      const at = AT.wheels + i * WHEEL_NUMBERS;
      const { body, treads } = this.#wheels[i];
      body.position.set(motion[at], motion[at + 1]);
      body.rotation = motion[at + 2];
      // Fast treads would seem to stand or to run back: they fade.
      const visible = Math.min(Math.max(1.25 - Math.abs(motion[at + 3]) / 90, 0.25), 1);
      for (let k = 0; k < TREADS; k++) {
        const phase = motion[at + 4] + k * 2 * Math.PI / TREADS;
        treads[k].y = WHEEL * Math.cos(phase);
        treads[k].alpha = Math.max(0, -Math.sin(phase)) * visible;
      }
    }
  }

  /** Frees it. */
  destroy(): void {
    this.view.destroy({ children: true });
  }
}

function wheel(): { body: Container; treads: Graphics[] } {
  const body = new Container();
  body.scale.set(CAR_SCALE);
  body.addChild(
    new Graphics().roundRect(-15, -WHEEL, 30, 2 * WHEEL, 7).fill(TYRE)
      .roundRect(-15, -WHEEL, 30, 2 * WHEEL, 7).stroke({ width: 1.5, color: 0x000000, alpha: 0.5 }),
  );
  const treads = Array.from(
    { length: TREADS },
    () => body.addChild(new Graphics().rect(-13, -1.6, 26, 3.2).fill(TREAD)),
  );
  return { body, treads };
}

/** The environment's polygons as a racing car, in its own units, nose up. Ghosts are white, to be tinted. */
function hull(ghost: boolean): Graphics {
  const [body, dark, metal, detail] = ghost
    ? [0xffffff, 0xd0d0d0, 0xa0a0a0, 0x707070]
    : [RED, DARK_RED, METAL, 0xf2f2ee];
  const line = { width: 2, color: 0x000000, alpha: 0.35 };
  return new Graphics()
    // axles and suspension
    .moveTo(-55, 80).lineTo(0, 66).lineTo(55, 80).stroke({ width: 5, color: metal })
    .moveTo(-55, -82).lineTo(0, -74).lineTo(55, -82).stroke({ width: 6, color: metal })
    // front wing with its ends
    .roundRect(-60, 110, 120, 19, 5).fill(body).roundRect(-60, 110, 120, 19, 5).stroke(line)
    .rect(-60, 104, 8, 27).fill(dark).rect(52, 104, 8, 27).fill(dark)
    .rect(-50, 114, 100, 3).fill({ color: detail, alpha: 0.75 })
    // nose
    .poly([-9, 124, 9, 124, 20, 20, -20, 20]).fill(body).poly([-9, 124, 9, 124, 20, 20, -20, 20]).stroke(line)
    // body
    .poly([25, 20, 50, -10, 50, -40, 20, -90, -20, -90, -50, -40, -50, -10, -25, 20]).fill(body)
    .poly([25, 20, 50, -10, 50, -40, 20, -90, -20, -90, -50, -40, -50, -10, -25, 20]).stroke(line)
    // side intakes, stripe, engine cover
    .poly([30, 8, 47, -12, 47, -38, 33, -58]).fill(dark).poly([-30, 8, -47, -12, -47, -38, -33, -58]).fill(
      dark,
    )
    .poly([-3.5, 118, 3.5, 118, 5, 24, -5, 24]).fill({ color: detail, alpha: 0.85 })
    .poly([-9, -34, 9, -34, 4, -92, -4, -92]).fill({ color: detail, alpha: 0.3 })
    // cockpit
    .roundRect(-14, -32, 28, 46, 13).fill(0x101216)
    // rear wing with its ends
    .roundRect(-50, -120, 100, 28, 4).fill(body).roundRect(-50, -120, 100, 28, 4).stroke(line)
    .rect(-50, -122, 7, 34).fill(dark).rect(43, -122, 7, 34).fill(dark)
    .rect(-42, -107, 84, 4).fill({ color: 0x000000, alpha: 0.3 });
}

/** A soft dark rectangle. */
export function shadowTexture(): Texture {
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 108;
  const context = canvas.getContext("2d")!;
  context.filter = "blur(7px)";
  context.fillStyle = "#000";
  context.beginPath();
  context.roundRect(16, 18, 32, 72, 8);
  context.fill();
  return new Texture({ source: new CanvasSource({ resource: canvas }) });
}
