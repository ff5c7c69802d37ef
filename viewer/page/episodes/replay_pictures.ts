import type { Env, Observation, Picture } from "../../../envs/env.ts";
import type { Recording } from "../../../envs/recordings/reader.ts";
import { redrawRecording } from "../../../envs/recordings/redraw.ts";
import "../../../envs/register_all.ts";
import { make } from "../../../envs/registry.ts";
import { joinPictures, type Pictures } from "./pictures.ts";

/** Pixels of the longer side, at most: an episode's pictures are all kept. */
const LONGEST_SIDE = 240;
/** How far a number may lie from the recorded one: browsers' sines differ from Deno's in the last bit, at times. */
const NEAR = 1e-3;

/** Pictures of an episode that was played again. */
export interface Replay extends Pictures {
  /** In what the second game was not the first one, where it was not. */
  problem?: string;
}

/**
 * The pictures for people of an episode whose observations are none: the environment takes the recorded actions again
 * from the same start, and renders.
 *
 * Where it observes something else than was recorded (its arithmetic is another machine's, or the recorder acted through a
 * wrapper) the pictures stop: the last true one stays, and `problem` says from which frame on.
 *
 * @throws RangeError when `make` does not know the environment.
 */
export async function replayPictures(recording: Recording, title: string): Promise<Replay> {
  const { header, steps, actions } = recording;
  const env = make<Observation>(header.env, header.options);
  try {
    let { observation } = env.reset({ seed: header.seed, options: header.resetOptions });
    const size = sizeOf(env.render());
    let picture: Picture | undefined, problem: string | undefined, at = 0;
    const pictures: Picture[] = [];
    for await (const recorded of redrawRecording<Observation>(recording)) {
      if (problem === undefined && !near(observation, recorded)) {
        problem = `Cannot draw all of "${title}": expected ${header.env} to repeat the episode, ` +
          `got a different result from frame ${at} on`;
      }
      if (problem === undefined || picture === undefined) picture = env.render(size);
      pictures.push(picture);
      if (problem === undefined && at < steps) {
        ({ observation } = env.step(actions.subarray(at * header.actionSize, (at + 1) * header.actionSize)));
      }
      at++;
    }
    return { ...joinPictures(pictures), problem };
  } finally {
    env.close();
  }
}

/** The usual size, or a smaller one of the same shape. */
function sizeOf({ width, height }: Picture): Parameters<Env["render"]>[0] {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function near(present: Observation, recorded: Observation): boolean {
  return present.length === recorded.length &&
    present.every((value, i) => Math.abs(value - recorded[i]) <= NEAR * Math.max(1, Math.abs(recorded[i])));
}
