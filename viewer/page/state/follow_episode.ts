import { joinArrays } from "../../../core/join_arrays.ts";
import type { Followed, FollowRequest, LabState } from "../../lab/lab.ts";
import type { Episode } from "../episodes/episode.ts";
import { pictureIn } from "../episodes/pictures.ts";
import { decisionActions } from "./decision_actions.ts";
import { decisionRewards } from "./decision_rewards.ts";
import type { FollowedEpisode, Perception } from "./session.ts";

/** Frames that are followed in a call of the lab; where the world model stood is kept at the last of each. */
export const FOLLOW_PART = 16;

/**
 * Lets a world model follow an episode, from its first frame to the last decision's.
 *
 * @param options.told Hears how many of how many frames were seen; what it throws ends the work.
 */
export async function followEpisode(
  { episode, model: { lab, card }, frameSkip }: Pick<Perception, "episode" | "model" | "frameSkip">,
  { told }: { told(seen: number, of: number): void },
): Promise<FollowedEpisode> {
  const frames = Math.floor(episode.steps / frameSkip) + 1;
  const parts: Followed[] = [];
  for (let at = 0; at < frames; at += FOLLOW_PART) {
    told(at, frames);
    const span = { from: at, count: Math.min(FOLLOW_PART, frames - at), frameSkip };
    parts.push(await lab.follow(card.id, { ...stepsOf(episode, span), from: parts.at(-1)?.to }));
  }
  return joinParts(parts, frames);
}

const stands = new WeakMap<Perception, { decision: number; state: Promise<LabState> }>();

/** Where the world model stood once it had seen the frame of a decision, `[1, ...]`: a dream may start there. */
export function standAt(seen: Perception, decision: number): Promise<LabState> {
  const known = stands.get(seen);
  if (known?.decision === decision) return known.state;
  const state = findStand(seen, decision);
  stands.set(seen, { decision, state });
  state.catch(() => stands.delete(seen)); // another call may try again
  return state;
}

/** It follows on from the last place that was kept. */
async function findStand(
  { episode, model: { lab, card }, frameSkip, followed }: Perception,
  decision: number,
): Promise<LabState> {
  const before = Math.floor((decision + 1) / FOLLOW_PART);
  const from = followed.stands[before - 1];
  const span = { from: before * FOLLOW_PART, count: decision + 1 - before * FOLLOW_PART, frameSkip };
  if (span.count === 0) return from;
  return (await lab.follow(card.id, { ...stepsOf(episode, span), from, onlyTo: true })).to;
}

/** The frames of decisions, `[count, H, W, 3]`, as agents see them. */
export function decisionFrames(
  { agentFrames, agentSize }: Episode,
  { from, count, frameSkip }: { from: number; count: number; frameSkip: number },
): Uint8Array {
  const { length } = pictureIn(agentFrames, 0, agentSize).data;
  const frames = new Uint8Array(count * length);
  for (let d = 0; d < count; d++) {
    frames.set(pictureIn(agentFrames, (from + d) * frameSkip, agentSize).data, d * length);
  }
  return frames;
}

/** Frames of decisions, and what led there: nothing led to an episode's first. */
function stepsOf(
  episode: Episode,
  { from, count, frameSkip }: { from: number; count: number; frameSkip: number },
): FollowRequest {
  const { actionSize } = episode.header;
  const begins = from === 0 ? 1 : 0;
  const before = { from: from + begins - 1, count: count - begins, frameSkip };
  const actions = new Float32Array(count * actionSize);
  actions.set(decisionActions(episode, before), begins * actionSize);
  const rewards = new Float32Array(count);
  rewards.set(decisionRewards(episode, before), begins);
  return { frames: decisionFrames(episode, { from, count, frameSkip }), actions, rewards };
}

function joinParts(parts: readonly Followed[], frames: number): FollowedEpisode {
  const join = (read: (part: Followed) => Float32Array) => joinArrays(Float32Array, parts.map(read));
  /** Nothing was expected before the first frame. */
  const ofDecisions = (read: (part: Followed) => Float32Array) => {
    const rows = join(read);
    return rows.subarray(rows.length / frames);
  };
  return {
    pictures: joinArrays(Uint8Array, parts.map(({ pictures }) => pictures)),
    features: join(({ features }) => features),
    values: join(({ values }) => values),
    policy: join(({ policy }) => policy),
    rewards: ofDecisions(({ rewards }) => rewards),
    done: ofDecisions(({ done }) => done),
    weights: ofDecisions(({ weights }) => weights),
    means: ofDecisions(({ means }) => means),
    deviations: ofDecisions(({ deviations }) => deviations),
    stands: parts.map(({ to }) => to),
  };
}
