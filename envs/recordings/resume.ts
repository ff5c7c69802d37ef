import type { Env, Observation } from "../env.ts";
import { make } from "../registry.ts";
import "../register_all.ts";
import type { RecordingFile } from "./recording_file.ts";

/** Options of {@link resumeRecording}. */
export interface ResumeOptions<O extends Observation = Uint8Array> {
  /** What was recorded, where `make` alone does not build it: the wrappers inside the recorder, say. */
  env?: Env<O>;
}

/**
 * An environment that stands where the recorded one stood after `step` steps, ready to go on: the same actions give
 * the recorded future, bit by bit, and others give another one.
 *
 * It sets the last key state before the step, or begins with the seed where there is none, and takes the recorded
 * actions from there on without drawing.
 *
 * @throws RangeError when there is no such step, or `make` does not know the environment; TypeError when the key state
 * does not fit the environment; RecordingError when a chunk that is needed is damaged.
 */
export function resumeRecording<O extends Observation = Uint8Array>(
  recording: RecordingFile,
  step: number,
  options: ResumeOptions<O> = {},
): Env<O> {
  const { header, steps } = recording;
  if (!(Number.isInteger(step) && 0 <= step && step <= steps)) {
    throw new RangeError(`Cannot resume a recording: expected a step in 0 .. ${steps}, got ${step}`);
  }
  const key = recording.keyState(step);
  const past = recording.range(key?.step ?? 0, step);
  const env = options.env ?? make<O>(header.env, header.options);
  try {
    if (key) env.setState(key.state);
    else env.reset({ seed: header.seed, options: header.resetOptions });
    for (let i = 0; i < past.steps; i++) {
      env.advance(past.actions.subarray(i * header.actionSize, (i + 1) * header.actionSize));
    }
    return env;
  } catch (error) {
    if (!options.env) env.close();
    throw error;
  }
}
