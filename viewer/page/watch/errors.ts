import { pictureIn } from "../episodes/pictures.ts";
import type { Dreams } from "../state/dream.ts";
import { frameSkip, type Perception } from "../state/session.ts";
import { meanDifference } from "./heat.ts";

const reconstructions = new WeakMap<Perception, Float32Array>();
/** By the frames of the dreams, which later parts are written into. */
const dreamt = new WeakMap<Uint8Array, { known: number; errors: Float32Array; distances: Float32Array }>();

/** How far reconstructions lie from the frames, `[D + 1]`, mean absolute difference in grey levels. */
export function reconstructionErrors(perception: Perception): Float32Array {
  const known = reconstructions.get(perception);
  if (known) return known;
  const { reconstructions: made, encoded, model: { card: { latentSize, picture } } } = perception;
  const errors = new Float32Array(made.length === 0 ? 0 : encoded.mu.length / latentSize);
  for (let d = 0; d < errors.length; d++) {
    const { data } = pictureIn(made, d, picture!);
    errors[d] = meanDifference(data, seenAt(perception, d, frameSkip.value));
  }
  reconstructions.set(perception, errors);
  return errors;
}

/** How far dreams lie from the frames that were really seen, `[S, N]`, grey levels; 0 where nothing is known yet. */
export function dreamErrors(dreams: Dreams): Float32Array {
  return measured(dreams).errors;
}

/** Euclidean distances of dreamt latents from those that the real frames were encoded to, `[S, N]`. */
export function latentDistances(dreams: Dreams): Float32Array {
  return measured(dreams).distances;
}

/** Measures what was not known before. */
function measured(dreams: Dreams) {
  const { perception, start, length, frames, latents, seeds, known, frameSkip } = dreams;
  const kept = dreamt.get(frames) ?? {
    known: 0,
    errors: new Float32Array(seeds.length * length),
    distances: new Float32Array(seeds.length * length),
  };
  const { latentSize: size, picture } = perception.model.card;
  for (let n = kept.known; n < known; n++) {
    const seen = seenAt(perception, start + n + 1, frameSkip);
    const mu = perception.encoded.mu.subarray((start + n + 1) * size, (start + n + 2) * size);
    for (let s = 0; s < seeds.length; s++) {
      const row = s * length + n;
      kept.errors[row] = meanDifference(pictureIn(frames, row, picture!).data, seen);
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (latents[row * size + i] - mu[i]) ** 2;
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
