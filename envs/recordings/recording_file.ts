import type { EnvState, Info } from "../env.ts";
import { isCount, isMap } from "./check_chunk.ts";
import type { ByteSource } from "./chunk.ts";
import {
  END_MAGIC,
  type EndChunk,
  type EpisodeIndex,
  type HeaderChunk,
  type RecordingHeader,
  TERMINATED,
  TRAILER_BYTES,
  TRUNCATED,
} from "./format.ts";
import { type PlacedSteps, readChunk, readChunks, readHeader } from "./read_chunks.ts";
import { joinSteps, type ParseOptions, type Recording } from "./reader.ts";
import { RecordingError } from "./recording_error.ts";
import { unpack } from "./unpack.ts";

/** The environment's whole state before a step. */
export interface KeyState {
  /** Steps that were taken when it was saved. */
  step: number;
  /** What `setState` takes. */
  state: EnvState;
}

/** Where a chunk of steps is. */
interface StepsPlace {
  byte: number;
  first: number;
  count: number;
  keyed: boolean;
}

/**
 * A recording that is read in parts: only its header and its index are read at once, so that an episode of a million
 * steps opens at once. Where there is no index (a file that was cut off, is still being written, or is old) the file
 * is read through to find its chunks.
 *
 * Unlike `parseRecording` it does not look at chunks that nobody asks for: `check` reads them all.
 */
export class RecordingFile {
  /** What the file says of the episode. */
  readonly header: RecordingHeader;
  /** Size of the file. */
  readonly bytes: number;
  /** Whether the file has an index, so that it was not read through. */
  readonly indexed: boolean;
  /** How many steps can be read. Pictures are numbered 0 (the reset's) to `steps`. */
  readonly steps: number;
  /** The sum of their rewards. */
  readonly return: number;
  /** Whether the last step terminated the episode. */
  readonly terminated: boolean;
  /** Whether the last step truncated it. */
  readonly truncated: boolean;
  /** The steps before which a key state was saved, in order. */
  readonly keySteps: readonly number[];
  /** The info of the last step; `undefined` when the file has no final chunk. */
  readonly info?: Info;
  /** What is wrong with the rest of the file, where that was seen when it was opened. */
  readonly damage?: RecordingError;
  readonly #source: ByteSource;
  readonly #name: string;
  readonly #head: HeaderChunk;
  readonly #start: number;
  readonly #places: readonly StepsPlace[];

  /**
   * Opens a recording; the source is closed with it, also when this throws.
   *
   * @throws RecordingError when nothing is readable: another format, a newer version, a damaged header.
   */
  constructor(source: ByteSource, options: ParseOptions = {}) {
    this.#source = source;
    this.#name = options.name ?? "recording";
    try {
      const { header, next } = readHeader(source, this.#name);
      const { first: _, ...described } = this.#head = header;
      this.header = described;
      this.bytes = source.length;
      this.#start = next;
      const indexed = readIndex(source, { header, start: next });
      const found = indexed ?? this.#walk();
      this.indexed = indexed !== undefined;
      this.#places = found.places;
      this.steps = found.steps;
      this.return = found.return;
      this.terminated = (found.flags & TERMINATED) > 0;
      this.truncated = (found.flags & TRUNCATED) > 0;
      this.info = found.info;
      this.damage = found.damage;
      this.keySteps = found.places.filter(({ keyed }) => keyed).map(({ first }) => first);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  /**
   * The steps `from .. to - 1` and the pictures `from .. to` as a recording of their own, whose picture 0 is the
   * episode's picture `from`. Reads the chunks that hold them and no others.
   *
   * @throws RangeError when the range does not lie in `0 .. steps`, RecordingError when one of its chunks is damaged.
   */
  range(from = 0, to: number = this.steps): Recording {
    if (!(isCount(from) && isCount(to) && from <= to && to <= this.steps)) {
      throw new RangeError(
        `Cannot read "${this.#name}": expected 0 <= from <= to <= ${this.steps}, got from ${from} to ${to}`,
      );
    }
    const parts = this.#places.slice(
      this.#placeOf(Math.max(0, from - 1)),
      this.#placeOf(Math.max(0, to - 1)) + 1,
    );
    const recording = joinSteps(this.#head, parts.map((place) => this.#read(place)), { from, to });
    return to === this.steps ? { ...recording, info: this.info, damage: this.damage } : recording;
  }

  /**
   * The last key state at or before a step, if there is one.
   *
   * @throws RecordingError when its chunk is damaged.
   */
  keyState(step: number): KeyState | undefined {
    const place = this.#places.findLast(({ keyed, first }) => keyed && first <= step);
    if (!place) return undefined;
    const { chunk } = this.#read(place);
    try {
      const state = unpack(chunk.state!.slice());
      if (isMap(state)) return { step: place.first, state };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw this.#damaged("the key state is not a map", place);
  }

  /** Reads the whole file and says what is wrong with it, if anything. */
  check(): RecordingError | undefined {
    const walk = readChunks(this.#source, this.#start, { header: this.header, name: this.#name });
    let at = walk.next(), place = 0;
    for (; !at.done; at = walk.next(), place++) {
      const problem = this.indexed ? mismatch(at.value, this.#places[place]) : undefined;
      if (problem) return this.#damaged(problem, at.value);
    }
    return at.value.damage;
  }

  /** Closes the file; it is not read after. */
  close(): void {
    this.#source.close();
  }

  /** Closes the file, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #walk(): FoundEpisode {
    const places: StepsPlace[] = [];
    const walk = readChunks(this.#source, this.#start, { header: this.header, name: this.#name });
    let at = walk.next(), total = 0, flags = 0;
    for (; !at.done; at = walk.next()) {
      const { byte, first, chunk } = at.value;
      places.push({ byte, first, count: chunk.count, keyed: chunk.state !== undefined });
      for (const reward of new Float64Array(chunk.rewards.slice().buffer)) total += reward;
      flags = chunk.flags[chunk.count - 1];
    }
    const { steps, end, damage } = at.value;
    return { places, steps, return: total, flags, info: end?.info, damage };
  }

  /** Number of the chunk that holds a step. */
  #placeOf(step: number): number {
    let low = 0, high = this.#places.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#places[middle].first <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #read(place: StepsPlace): PlacedSteps {
    const decoded = readChunk(this.#source, place.byte, this.header);
    if ("problem" in decoded) throw this.#damaged(decoded.problem, place);
    const placed = { ...place, chunk: decoded.chunk as PlacedSteps["chunk"] };
    const problem = mismatch(placed, place);
    if (problem) throw this.#damaged(problem, place);
    return placed;
  }

  #damaged(problem: string, { byte, first }: { byte: number; first: number }): RecordingError {
    return new RecordingError(
      `Cannot read all of "${this.#name}": ${problem} at byte ${byte} of ${this.bytes}, ` +
        `the ${first} steps before it are good`,
      { code: "damaged", byte, steps: first, version: this.header.version },
    );
  }
}

interface FoundEpisode {
  places: StepsPlace[];
  steps: number;
  return: number;
  flags: number;
  info?: Info;
  damage?: RecordingError;
}

/** What the end of the file tells of the rest; nothing where it has no index, or one that makes no sense. */
function readIndex(
  source: ByteSource,
  { header, start }: { header: RecordingHeader; start: number },
): FoundEpisode | undefined {
  if (source.length < start + TRAILER_BYTES) return undefined;
  const trailer = source.read(source.length - TRAILER_BYTES, source.length).slice();
  if (!END_MAGIC.every((byte, i) => byte === trailer[i + 8])) return undefined;
  const endByte = Number(new DataView(trailer.buffer).getBigUint64(0, true));
  if (!isCount(endByte) || endByte < start || endByte >= source.length) return undefined;
  const decoded = readChunk(source, endByte, header);
  if ("problem" in decoded || decoded.chunk.kind !== "end" || decoded.next !== source.length) {
    return undefined;
  }
  const { steps, info, index } = decoded.chunk as EndChunk;
  const places = placesOf(index, { start, endByte });
  const last = places?.at(-1);
  if (!places || (last ? last.first + last.count : 0) !== steps) return undefined;
  return { places, steps, return: index!.return, flags: index!.flags, info };
}

function placesOf(
  index: EpisodeIndex | undefined,
  { start, endByte }: { start: number; endByte: number },
): StepsPlace[] | undefined {
  if (!isMap(index) || typeof index.return !== "number" || !isCount(index.flags)) return undefined;
  const { offsets, counts, keyed } = index as unknown as EpisodeIndex;
  if (![offsets, counts, keyed].every((bytes) => bytes instanceof Uint8Array)) return undefined;
  const count = keyed.length;
  if (offsets.length !== 8 * count || counts.length !== 4 * count) return undefined;
  const bytes = new BigUint64Array(offsets.slice().buffer);
  const steps = new Uint32Array(counts.slice().buffer);
  const places: StepsPlace[] = [];
  let first = 0, least = start;
  for (let i = 0; i < count; i++) {
    const byte = Number(bytes[i]);
    if (byte < least || byte >= endByte || (i === 0 && byte !== start) || steps[i] === 0) return undefined;
    places.push({ byte, first, count: steps[i], keyed: keyed[i] === 1 });
    first += steps[i];
    least = byte + 1;
  }
  return places;
}

/** In what a chunk is not the one that the index tells of. */
function mismatch({ byte, chunk }: PlacedSteps, place: StepsPlace | undefined): string | undefined {
  const same = place && byte === place.byte && chunk.kind === "steps" && chunk.count === place.count &&
    (chunk.state !== undefined) === place.keyed;
  return same ? undefined : "the index tells of another chunk";
}
