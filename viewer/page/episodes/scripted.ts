import { RandomStream } from "../../../core/random_stream.ts";
import { COLLECT_POLICIES } from "../../../envs/recordings/policies.ts";
import "../../../envs/register_all.ts";
import { make } from "../../../envs/registry.ts";
import { RecordInMemory } from "../../../envs/wrappers/recorded_env.ts";
import { DEFAULT_ENVIRONMENT } from "../environments/default_environment.ts";

/**
 * Lets the scripted driver act in a real episode from start to end; returns the recording.
 *
 * @param seed The episode's, an integer >= 0. @throws RangeError for another one.
 */
export function driveScripted(seed: number): Uint8Array<ArrayBuffer> {
  const env = new RecordInMemory(make(DEFAULT_ENVIRONMENT), { metadata: { driver: "scripted" } });
  try {
    env.reset({ seed });
    const act = COLLECT_POLICIES.scripted(env, new RandomStream(seed));
    for (let over = false; !over;) {
      const { terminated, truncated } = env.advance(act());
      over = terminated || truncated;
    }
    return env.bytes();
  } finally {
    env.close();
  }
}
