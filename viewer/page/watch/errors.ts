import { pictureIn } from "../episodes/pictures.ts";
import type { Dreams } from "../state/dream.ts";
import type { Perception } from "../state/session.ts";
import { meanDifference } from "./heat.ts";

const reconstructions = new WeakMap<Perception, Float32Array>();
/** By the frames of the dreams, which later parts are written into. */
const dreamt = new WeakMap<Uint8Array, { known: number; errors: Float32Array; distances: Float32Array }>();

/** How far reconstructions lie from the frames, `[D + 1]`, mean absolute difference in grey levels. */
export function reconstructionErrors(perception: Perception): Float32Array {
  const known = reconstructions.get(perception);
  if (known) return known;
  const { followed: { pictures, rewards }, frameSkip, model: { card: { picture } } } = perception;
  const errors = new Float32Array(rewards.length + 1);
  for (let d = 0; d < errors.length; d++) {
    const { data } = pictureIn(pictures, d, picture!);
    errors[d] = meanDifference(data, seenAt(perception, d, frameSkip));
  }
  reconstructions.set(perception, errors);
  return errors;
}

/** How far dreams lie from the frames that were really seen, `[S, N]`, grey levels; 0 where nothing is known yet. */
export function dreamErrors(dreams: Dreams): Float32Array {
  return measured(dreams).errors;
}

/** Euclidean distances of what a policy sees of dreams from what it sees of reality, `[S, N]`. */
export function featureDistances(dreams: Dreams): Float32Array {
  return measured(dreams).distances;
}

/** Measures what was not known before. */
function measured(dreams: Dreams) {
  const { perception, start, length, frames, features, seeds, known, frameSkip } = dreams;
  const { followed, model: { card: { picture } } } = perception;
  const kept = dreamt.get(frames) ?? {
    known: 0,
    errors: new Float32Array(seeds.length * length),
    distances: new Float32Array(seeds.length * length),
  };
  const size = features.length / (seeds.length * length);
  for (let n = kept.known; n < known; n++) {
    const seen = seenAt(perception, start + n + 1, frameSkip);
    const real = followed.features.subarray((start + n + 1) * size, (start + n + 2) * size);
    for (let s = 0; s < seeds.length; s++) {
      const row = s * length + n;
      kept.errors[row] = meanDifference(pictureIn(frames, row, picture!).data, seen);
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (features[row * size + i] - real[i]) ** 2;
      kept.distances[row] = Math.sqrt(sum);
    }
  }
  kept.known = Math.max(kept.known, known);
  dreamt.set(frames, kept);
  return kept;
}

function seenAt({ episode }: Perception, decision: number, frameSkip: number): Uint8Array {
  return pictureIn(episode.agentFrames, decision * frameSkip, episode.agentSize).data;
}
