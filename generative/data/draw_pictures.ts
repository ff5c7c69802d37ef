import { cachedArrays } from "./array_cache.ts";
import type { ResolvedLoadOptions } from "./load_dataset.ts";

/** What is drawn. */
export interface DrawRequest {
  /** Side in pixels. */
  size: number;
  /** Pictures depend on it. */
  seed: number;
  /** Pictures depend on it. */
  split: "train" | "test";
}

/** Draws a picture: `[size, size, channels]`, 0 .. 255, the same for the same request and index. */
export type Drawer = (index: number) => Uint8Array;

/** What a module of {@link DrawnSet.module} exports. */
export interface DrawingModule {
  /** Gets ready. */
  createDrawer(request: DrawRequest): Promise<Drawer> | Drawer;
}

/** Pictures that are computed one by one. */
export interface DrawnSet {
  /** The data set's name. */
  name: string;
  /** Changes whenever the pictures do. */
  version: number;
  /** Channels of a picture: 1 or 3. */
  channels: number;
  /** The address of a {@link DrawingModule}; workers load it. */
  module: string;
  /** Called before anything is drawn: fetches what drawing needs. */
  prepare?: () => Promise<void>;
}

/** From this many pictures on, workers draw them. */
const WORTH_WORKERS = 500;
/** Pictures that a worker hands over at a time. */
const CHUNK = 200;

/**
 * Draws the first `count` pictures of a set, two at a time where that is worth it, and keeps them: a larger count
 * later draws only the rest.
 *
 * @returns `[count, size, size, channels]`.
 * @throws Error when the drawing module fails.
 */
export async function drawPictures(
  { name, version, channels, module, prepare }: DrawnSet,
  count: number,
  { size, seed, split, onEvent }: DrawRequest & Pick<ResolvedLoadOptions, "onEvent">,
): Promise<Uint8Array> {
  const length = size * size * channels;
  const request: DrawRequest = { size, seed, split };
  const { arrays } = await cachedArrays(`${name}-${version}-${size}-${split}-${seed}`, async (kept) => {
    await prepare?.();
    const pictures = new Uint8Array(count * length);
    if (kept) pictures.set(kept.arrays.pictures.data as Uint8Array);
    const first = kept ? kept.arrays.pictures.shape[0] : 0;
    let done = 0;
    const place = (start: number, drawn: Uint8Array) => {
      pictures.set(drawn, start * length);
      done += drawn.length / length;
      if (done % CHUNK === 0 || done === count - first) {
        onEvent?.({ type: "progress", dataset: name, done, of: count - first });
      }
    };
    await (count - first >= WORTH_WORKERS ? drawInWorkers : drawHere)(module, request, {
      first,
      count,
      place,
    });
    return { arrays: { pictures: { shape: [count, size, size, channels], data: pictures } }, metadata: {} };
  }, { dataset: name, onEvent, enough: (kept) => kept.arrays.pictures.shape[0] >= count });
  return (arrays.pictures.data as Uint8Array).subarray(0, count * length);
}

/** Which pictures, and where they go. */
interface Range {
  first: number;
  count: number;
  place: (start: number, drawn: Uint8Array) => void;
}

async function drawHere(module: string, request: DrawRequest, { first, count, place }: Range): Promise<void> {
  const { createDrawer }: DrawingModule = await import(module);
  const draw = await createDrawer(request);
  for (let index = first; index < count; index++) place(index, draw(index));
}

/** Two workers share chunks. */
async function drawInWorkers(module: string, request: DrawRequest, range: Range): Promise<void> {
  const { first, count, place } = range;
  let next = first;
  const workers = [0, 1].map(() =>
    new Worker(new URL("./draw_worker.ts", import.meta.url), { type: "module" })
  );
  const run = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const ask = () => {
        if (next >= count) return resolve();
        worker.postMessage({ module, request, first: next, count: Math.min(CHUNK, count - next) });
        next += CHUNK;
      };
      worker.onmessage = ({ data: { first, drawn, failure } }) => {
        if (failure !== undefined) return reject(new Error(failure));
        place(first, drawn);
        ask();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      ask();
    });
  try {
    await Promise.all(workers.map(run));
  } finally {
    for (const worker of workers) worker.terminate();
  }
}
