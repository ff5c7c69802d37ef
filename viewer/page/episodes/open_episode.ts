import { parseRecording, type Recording } from "../../../envs/recordings/reader.ts";
import { redrawRecording } from "../../../envs/recordings/redraw.ts";
import { AGENT_FRAME, agentSight } from "../../../envs/agent_view.ts";
import { knownSpec, make } from "../../../envs/registry.ts";
import { ShownEnv } from "../../../envs/wrappers/shown_env.ts";
import type { Episode } from "./episode.ts";
import { colorsOfGray } from "./pictures.ts";
import { type Replay, replayPictures } from "./replay_pictures.ts";

/** Most bytes of an episode's pictures: what browsers give one array. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads a recording and draws all its pictures, ready to be shown in any order. Grey pictures are shown as colours; where
 * observations are no pictures, the episode is played again and rendered.
 *
 * @throws RecordingError when nothing is readable, RangeError when its environment or the shape of its pictures is
 * unknown here, or when they are too many.
 */
export async function openEpisode(bytes: Uint8Array, title: string): Promise<Episode> {
  const recording = parseRecording(bytes, { name: title });
  const { header, steps, states, actions, rewards, terminated, truncated, damage } = recording;
  const { frames, height, width, problem } = await picturesOf(recording, title);
  const returns = new Float64Array(steps + 1);
  for (let t = 0; t < steps; t++) returns[t + 1] = returns[t] + rewards[t];
  const seen = seenByAgents(recording, { frames, height, width });
  return {
    title,
    bytes,
    header,
    steps,
    stepLength: Number(header.metadata.frameSkip) || 1,
    frames,
    height,
    width,
    agentFrames: seen.frames,
    agentSize: [seen.height, seen.width],
    states,
    actions,
    rewards,
    returns,
    terminated,
    truncated,
    damage: damage?.message ?? problem,
  };
}

async function picturesOf(recording: Recording, title: string): Promise<Replay> {
  const { header: { observationShape: shape, content }, steps } = recording;
  if (shape.length === 1) return await replayPictures(recording, title);
  const [height, width, channels = 1] = shape;
  if (shape.length > 3 || ![1, 3].includes(channels) || content === "vectors") {
    throw new RangeError(
      `Cannot show "${title}": expected pictures of [H, W, 3] or [H, W], or vectors, got ${
        content === "vectors" ? "floats of " : ""
      }[${shape.join(", ")}]`,
    );
  }
  const size = height * width * 3;
  if ((steps + 1) * size > MOST_BYTES) {
    throw new RangeError(
      `Cannot show "${title}": expected at most ${Math.floor(MOST_BYTES / size)} pictures of ` +
        `${width} x ${height}, got ${steps + 1}`,
    );
  }
  const frames = new Uint8Array((steps + 1) * size);
  let at = 0;
  for await (const frame of redrawRecording(recording)) {
    frames.set(channels === 1 ? colorsOfGray(frame) : frame, at++ * size);
  }
  return { frames, height, width };
}

/** Pictures of one size, `[T, H, W, 3]`. */
type Pictures = Pick<Replay, "frames" | "height" | "width">;

/** What agents saw, by the view of the recorded environment; none where agents know no such pictures. */
function seenByAgents({ header }: Recording, { frames, height, width }: Pictures): Pictures {
  if (height === AGENT_FRAME && width === AGENT_FRAME) return { frames: frames.slice(), height, width };
  const none = { frames: new Uint8Array(0), height: AGENT_FRAME, width: AGENT_FRAME };
  if (header.observationShape.length === 1 || !knownSpec(header.env)) return none;
  const { env, options } = header;
  // grey pictures were turned into colours
  const inColours = "observation" in options ? { ...options, observation: "rgb" } : options;
  const shown = new ShownEnv(make(env, inColours));
  const sight = agentSight(shown);
  const [rows, columns] = sight.observationSpace.shape;
  const [from, to] = [height * width * 3, rows * columns * 3];
  const count = frames.length / from;
  const seen = new Uint8Array(count * to);
  for (let i = 0; i < count; i++) {
    shown.show(frames.subarray(i * from, (i + 1) * from));
    sight.observe(seen.subarray(i * to, (i + 1) * to));
  }
  return { frames: seen, height: rows, width: columns };
}
