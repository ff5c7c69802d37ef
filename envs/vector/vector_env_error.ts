/** Which environments went down with a failure, see {@link VectorEnvError}. */
export interface VectorEnvLoss {
  /** The worker, counted from 0; `undefined` where the environments run in the caller's thread. */
  worker?: number;
  /** The environments of that worker or thread. */
  indices: number[];
  /** What each was last reset with; `undefined` after `setState`. */
  seeds: (number | undefined)[];
  /** The one that was at work, one of `indices`; `undefined` where none was. */
  atWork?: number;
}

/** How many environments an error lists before it says how many more there are. */
const LISTED = 8;

/**
 * An environment or its worker failed in the middle of a call. The environments no longer stand at one step, so the
 * vector refuses all further calls with this error; `cause` is what was thrown, where something was.
 */
export class VectorEnvError extends Error {
  /** The error's class. */
  override readonly name = "VectorEnvError";

  /**
   * An error about a vector.
   *
   * @param vector What failed, "4 x CarRacing-v3".
   * @param what How, "worker 1 exited with code 3".
   * @param loss What it took along.
   * @param cause What was thrown, where something was.
   */
  constructor(vector: string, what: string, readonly loss: VectorEnvLoss, cause?: unknown) {
    const { indices, seeds, atWork } = loss;
    const at = atWork === undefined ? "" : `, at work on number ${atWork}`;
    super(
      `Cannot continue with ${vector}: ${what}${at} (lost: numbers ${list(indices)} with seeds ${
        list(seeds)
      })`,
      cause === undefined ? undefined : { cause },
    );
  }
}

function list(values: (number | undefined)[]): string {
  const more = values.length - LISTED;
  const listed = values.slice(0, LISTED).map((value) => value ?? "unknown").join(", ");
  return more > 0 ? `${listed} and ${more} more` : listed;
}
