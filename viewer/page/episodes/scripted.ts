import { RandomStream } from "../../../core/random_stream.ts";
import { COLLECT_POLICIES } from "../../../envs/recordings/policies.ts";
import "../../../envs/register_all.ts";
import { make } from "../../../envs/registry.ts";
import { RecordInMemory } from "../../../envs/wrappers/recorded_env.ts";
import { SCRIPTED_ENV } from "./episode.ts";

/**
 * Lets the scripted driver drive a real track from start to end; returns the recording.
 *
 * @param seed The track's, an integer >= 0. @throws RangeError for another one.
 */
export function driveScripted(seed: number): Uint8Array<ArrayBuffer> {
  const env = new RecordInMemory(make(SCRIPTED_ENV), { metadata: { driver: "pursuit" } });
  try {
    env.reset({ seed });
    const act = COLLECT_POLICIES.pursuit(env, new RandomStream(seed));
    for (let over = false; !over;) {
      const { terminated, truncated } = env.advance(act());
      over = terminated || truncated;
    }
    return env.bytes();
  } finally {
    env.close();
  }
}
