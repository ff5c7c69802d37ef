import { TRAIN_WORLD_MODEL_PRESETS } from "../../../agents/train_world_model/config.ts";
import { explorationNoise } from "../../../agents/train_world_model/stages.ts";
import { assert, assertEquals } from "@std/assert";
import type { Agent, Seen } from "../../../agents/mod.ts";
import { collectRollout, redrawFrames } from "../../../agents/train_world_model/collect_rollout.ts";
import { loadRollout, saveRollout } from "../../../agents/train_world_model/rollout_file.ts";
import { RandomStream } from "../../../core/mod.ts";
import { SyncVectorEnv } from "../../../envs/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

/** Moves right at full speed, and notes which rows were restarted and what was earned before each decision. */
class Pusher implements Agent {
  readonly actionSize = 2;
  readonly restarts: number[] = [];
  readonly earned: number[] = [];
  #count = 0;

  reset(count: number, indices?: ArrayLike<number>): void {
    this.#count = count;
    if (indices) this.restarts.push(...Array.from(indices));
  }

  act({ rewards }: Seen): Promise<Float32Array> {
    this.earned.push(...Array.from(rewards));
    return Promise.resolve(Float32Array.from({ length: 2 * this.#count }, (_, i) => i % 2 ? 0 : 1));
  }
}

const options = () => ({
  decisions: 20,
  episodeLength: [4, 9] as [number, number],
  seedRange: [100, 200] as [number, number],
  random: new RandomStream(3),
});
const environments = () => new SyncVectorEnv(Array.from({ length: 3 }, () => new CounterEnv({ limit: 5 })));

Deno.test("collectRollout() marks first decisions, ends and cuts, and restarts agent and environment together", async () => {
  const agent = new Pusher();
  const { resets, dones, rewards, seeds, frames } = await collectRollout(
    { env: environments(), agent },
    options(),
  );
  let restarts = 0;
  for (let n = 0; n < 3; n++) {
    let position = 0;
    for (let t = 0; t < 20; t++) {
      const place = 3 * t + n;
      if (resets[place]) {
        position = 0;
        if (t > 0) restarts++;
      } else assertEquals(seeds[place], seeds[place - 3]);
      position++;
      assertEquals(rewards[place], position);
      assertEquals(agent.earned[place], resets[place] ? 0 : rewards[place - 3]);
      assertEquals(dones[place], position > 5 ? 1 : 0); // the counter ends beyond its limit
      if (dones[place] && t < 19) assertEquals(resets[place + 3], 1);
      assert(position <= 8, "cut after at most eight decisions");
      assert(seeds[place] >= 100 && seeds[place] < 200);
    }
    assertEquals(resets[n], 1);
  }
  assert(restarts > 6);
  assertEquals(agent.restarts.length, restarts);
  assertEquals(frames!.length, 60 * 8 * 8 * 3);
});

Deno.test("redrawFrames() gives the very frames that were seen, also from a file", async () => {
  const rollout = await collectRollout({ env: environments(), agent: new Pusher() }, options());
  assertEquals(await redrawFrames(environments(), rollout), rollout.frames);
  const folder = Deno.makeTempDirSync();
  const encodings = { mu: new Float32Array(120).map((_, i) => i), logVar: new Float32Array(120).fill(-1) };
  await saveRollout(`${folder}/r.safetensors`, { ...rollout, encodings });
  const read = loadRollout(`${folder}/r.safetensors`);
  const { frames, ...kept } = rollout;
  assertEquals(read, { ...kept, encodings });
  assertEquals(await redrawFrames(environments(), read), frames);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("the noise of explorers is the same in all environments, or evenly spaced around the same mean", () => {
  const { default: config } = TRAIN_WORLD_MODEL_PRESETS;
  const noise = (explorationSpread: number, roundStreams: number) =>
    explorationNoise({ ...config, explorationNoise: 0.5, explorationSpread, roundStreams });
  assertEquals(noise(0, 3), [0.5, 0.5, 0.5]);
  assertEquals(noise(1, 5), [0, 0.25, 0.5, 0.75, 1]);
  assertEquals(noise(0.5, 3), [0.25, 0.5, 0.75]);
  assertEquals(noise(1, 1), [0.5]);
});
