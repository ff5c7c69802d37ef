import { makeFromRecipe } from "../../../envs/mod.ts";

/** What an agent sees of a real track, `[decisions + 1, 64, 64, 3]`, how it was driven, `[decisions, 3]`, and what that earned. */
export function drivenFrames(
  decisions: number,
): { frames: Uint8Array; actions: Float32Array; rewards: Float32Array } {
  const env = makeFromRecipe({ id: "CarRacing-v3", frameSkip: 4, agentView: true });
  const seen = [env.reset({ seed: 3 }).observation];
  const taken: number[] = [], earned: number[] = [];
  for (let d = 0; d < decisions; d++) {
    const action = [0.3 * Math.sin(d / 3), d % 5 === 4 ? 0 : 0.15, d % 5 === 4 ? 0.2 : 0];
    taken.push(...action);
    const { observation, reward } = env.step(action);
    seen.push(observation);
    earned.push(reward);
  }
  env.close();
  const frames = new Uint8Array(seen.length * seen[0].length);
  seen.forEach((frame, i) => frames.set(frame, i * frame.length));
  return { frames, actions: Float32Array.from(taken), rewards: Float32Array.from(earned) };
}
