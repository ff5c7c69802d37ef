import {
  AGENT_REACH,
  AGENT_THRUST,
  EYE_BEHIND,
  FIREBALL_RADIUS,
  FRICTION,
} from "../../../envs/take_cover/constants.ts";
import { Dodger } from "../../../envs/take_cover/mod.ts";
import { blankView } from "../../../envs/take_cover/view.ts";

const SIZE = 64;
/** What shows of a fireball as fire, over its radius. */
const BRIGHT = 1.2;

/** A fireball as seen: place and depth, u; velocity to the right, u a step; pictures that it was seen in. */
interface Sighting {
  x: number;
  depth: number;
  drift: number;
  age: number;
}

/**
 * Plays from pictures `[64, 64, 3]` and its own moves alone: finds bright blobs, takes their size for nearness, follows
 * them from picture to picture and hands what it believes to the {@link Dodger}.
 */
export class PixelPlayer {
  readonly #dodger = new Dodger();
  #x = 0;
  #drift = 0;
  #sightings: Sighting[] = [];

  /** Forgets the last episode. */
  reset(): void {
    this.#x = this.#drift = 0;
    this.#sightings = [];
  }

  /** -1 left, 0 none, 1 right. */
  act(picture: Uint8Array): number {
    this.#sightings = findBlobs(picture).map(({ column, pixels }) => {
      const distance = BRIGHT * FIREBALL_RADIUS * (SIZE / 2) / Math.sqrt(pixels / Math.PI);
      const x = this.#x + (column - SIZE / 2) / (SIZE / 2) * distance;
      return this.#recognise(x, distance - EYE_BEHIND);
    });
    const view = blankView();
    view.agent = { x: this.#x, drift: this.#drift };
    this.#sightings.slice(0, view.monsters.length).forEach((fireball, i) => {
      view.monsters[i].fireball = fireball;
    });
    const move = this.#dodger.act(view);
    this.#go(move);
    return move;
  }

  /** A blob as the nearest one of the picture before, moved on, or as a new fireball. */
  #recognise(x: number, depth: number): Sighting {
    const off = (before: Sighting) => Math.abs(before.x - x) + Math.abs(before.depth - 8 - depth) / 2;
    const nearest = [...this.#sightings].sort((a, b) => off(a) - off(b))[0];
    if (!nearest || off(nearest) > 40) return { x, depth, drift: 0, age: 0 };
    const age = nearest.age + 1;
    const drift = nearest.drift + (x - nearest.x - nearest.drift) * Math.max(0.12, 1 / age);
    return { x, depth, drift: Math.min(6, Math.max(-6, drift)), age };
  }

  /** Reckons where a move takes it. */
  #go(move: number): void {
    this.#drift = this.#drift * (1 - FRICTION) + AGENT_THRUST * move;
    this.#x += this.#drift;
    if (Math.abs(this.#x) <= AGENT_REACH) return;
    this.#x = Math.sign(this.#x) * AGENT_REACH;
    this.#drift = 0;
  }
}

/** The patches of fire that hang together: how many pixels, around which column. */
function findBlobs(picture: Uint8Array): { column: number; pixels: number }[] {
  const isFire = (i: number) => picture[3 * i] > 190 && picture[3 * i + 2] < 200;
  const fire = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(isFire(i)));
  const blobs: { column: number; pixels: number }[] = [];
  for (let start = 0; start < fire.length; start++) {
    let columns = 0, pixels = 0;
    const open = fire[start] ? [start] : [];
    fire[start] = 0;
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      columns += i % SIZE + 0.5;
      pixels++;
      for (const next of [i - 1, i + 1, i - SIZE, i + SIZE]) {
        if (!fire[next] || Math.abs(next % SIZE - i % SIZE) > 1) continue;
        fire[next] = 0;
        open.push(next);
      }
    }
    if (pixels > 2) blobs.push({ column: columns / pixels, pixels });
  }
  return blobs;
}
