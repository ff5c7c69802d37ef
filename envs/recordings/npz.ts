import { Zip, ZipDeflate } from "fflate";
import type { Observation } from "../env.ts";
import { npyHeader, type NpyType } from "./npy.ts";
import type { RecordingFile } from "./recording_file.ts";
import { redrawRecording } from "./redraw.ts";

/** The steps that are exported. */
export interface NpzOptions {
  /** First step, from 0. @default 0 */
  from?: number;
  /** The step before which to stop. @default all, `steps` */
  to?: number;
}

/** What a zip archive holds at most without extensions that not every reader knows. */
const MOST_BYTES = 2 ** 32 - 1;

/**
 * An episode, or the steps `from .. to - 1` of it, as a NumPy archive (`numpy.load`), in parts as it comes into being:
 *
 * | array                     | type, shape                                                        |
 * | ------------------------- | ------------------------------------------------------------------ |
 * | `observations`            | uint8 or float32 `[T + 1, ...]`: before each step, and after the last one |
 * | `actions`                 | float32 `[T, A]`                                                   |
 * | `rewards`                 | float64 `[T]`                                                      |
 * | `terminated`, `truncated` | bool `[T]`                                                         |
 * | `states`                  | float64 `[T + 1, S]`, where the recording holds states             |
 * | `header`                  | text, the recording's header as JSON                               |
 *
 * @throws RangeError for steps that are not there, and for more than 4 GiB of observations; as `redrawRecording`.
 */
export async function* recordingToNpz(
  recording: RecordingFile,
  options: NpzOptions = {},
): AsyncGenerator<Uint8Array> {
  const part = recording.range(options.from, options.to);
  const { header, steps } = part;
  const ready: Uint8Array[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, bytes) => error ? failure = error : ready.push(bytes));
  const begin = (name: string, type: NpyType, shape: readonly number[]): ZipDeflate => {
    const file = new ZipDeflate(`${name}.npy`);
    file.mtime = EPOCH;
    zip.add(file);
    file.push(npyHeader(type, shape));
    return file;
  };
  const put = (name: string, type: NpyType, shape: readonly number[], array: ArrayBufferView) =>
    begin(name, type, shape).push(bytesOf(array), true);

  put("actions", "<f4", [steps, header.actionSize], part.actions);
  put("rewards", "<f8", [steps], part.rewards);
  put("terminated", "|b1", [steps], part.terminated);
  put("truncated", "|b1", [steps], part.truncated);
  if (header.content === "states") put("states", "<f8", [steps + 1, header.stateSize], part.states);
  const text = Uint32Array.from([...JSON.stringify(header)], (letter) => letter.codePointAt(0)!);
  put("header", `<U${text.length}`, [], text);
  let observations: ZipDeflate | undefined;
  for await (const observation of redrawRecording<Observation>(part)) {
    if (!observations) {
      demandRoom(observation.byteLength * (steps + 1), steps);
      const type = observation instanceof Uint8Array ? "|u1" : "<f4";
      observations = begin("observations", type, [steps + 1, ...header.observationShape]);
    }
    observations.push(bytesOf(observation));
    if (failure) throw failure;
    yield* ready.splice(0);
  }
  observations!.push(new Uint8Array(0), true);
  zip.end();
  if (failure) throw failure;
  yield* ready;
}

/** Archives of the same episode are the same: the time in them is the earliest that zip can tell. */
const EPOCH = new Date(1980, 0, 1);

function demandRoom(bytes: number, steps: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new RangeError(
    `Cannot export ${steps} steps: expected at most ${MOST_BYTES} bytes of observations, got ${bytes}; ` +
      "choose fewer steps",
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
