import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { readPng } from "../../../core/pictures/png.ts";
import "../../../envs/classic/mod.ts";
import { make } from "../../../envs/registry.ts";
import { readFixture } from "../../support/fixtures.ts";
import { scripted } from "./scripted.ts";

/** What Gymnasium did, see tests/fixtures/classic/make_traces.py; arrays are bytes in base64. */
interface Trace {
  id: string;
  kind: string;
  seed: number;
  options: Record<string, unknown>;
  resetOptions: Record<string, unknown>;
  actions: string;
  observations: string;
  rewards: string;
  ends: number[];
}

const { traces } = await readFixture<{ traces: Trace[] }>("classic/traces.json.gz");
const singles = (text: string) => new Float32Array(Uint8Array.fromBase64(text).buffer);
const doubles = (text: string) => new Float64Array(Uint8Array.fromBase64(text).buffer);

/** The same actions here: an episode begins without a seed where the last one ended. */
function replay({ id, options, seed, resetOptions, actions }: Trace) {
  const env = make<Float32Array>(id, { ...options, maxEpisodeSteps: Infinity });
  const observations = [env.reset({ seed, options: resetOptions }).observation];
  const starts = [0];
  const rewards: number[] = [];
  const ends: number[] = [];
  singles(actions).forEach((action, i) => {
    const { observation, reward, terminated } = env.step([action]);
    observations.push(observation);
    rewards.push(reward);
    if (!terminated) return;
    ends.push(i);
    starts.push(observations.length);
    observations.push(env.reset({ options: resetOptions }).observation);
  });
  return { observations, starts, rewards, ends };
}

for (const id of new Set(traces.map((trace) => trace.id))) {
  Deno.test(`${id}: starts, observations and endings are Gymnasium's to the last bit, rewards to 1e-9`, () => {
    for (const trace of traces.filter((one) => one.id === id)) {
      const name = `${trace.kind}, seed ${trace.seed}, ${
        JSON.stringify([trace.options, trace.resetOptions])
      }`;
      const { observations, starts, rewards, ends } = replay(trace);
      const expected = singles(trace.observations);
      const size = observations[0].length;
      if (id === "Acrobot-v1") {
        // Gymnasium takes the start's sines and cosines in single precision, by a routine of NumPy's that errs by a bit.
        for (const start of starts) {
          const there = expected.subarray(start * size, (start + 1) * size);
          observations[start].forEach((one, i) => assertAlmostEquals(one, there[i], 2 ** -23, name));
          observations[start].set(there);
        }
      }
      assertEquals(Float32Array.from(observations.flatMap((one) => [...one])), expected, name);
      assertEquals(ends, trace.ends, name);
      doubles(trace.rewards).forEach((reward, i) => assertAlmostEquals(rewards[i], reward, 1e-9, name));
    }
  });

  Deno.test(`${id}: the picture is Gymnasium's but for the smoothing of edges`, () => {
    const env = make<Float32Array>(id);
    let { observation } = env.reset({ seed: 3 });
    for (let step = 0; step < 25; step++) observation = env.step(scripted[id](observation)).observation;
    if (id === "Pendulum-v1") {
      // Without the arrow of the last torque, which is another one there.
      const { inner, ...own } = env.getState();
      const { physics, ...others } = inner as { physics: Float64Array };
      env.setState({ ...own, inner: { ...others, physics: physics.with(2, 0) } });
    }
    const { width, height, data } = env.render();
    const path = new URL(`../../fixtures/classic/frames/${id}.png`, import.meta.url).pathname;
    const expected = readPng(path);
    assertEquals([width, height], [expected.width, expected.height]);
    const errors = Array.from(data, (level, i) => Math.abs(level - expected.data[i]));
    assertLess(errors.reduce((sum, error) => sum + error, 0) / errors.length, 1);
    // A pixel is another one only where an outline passes.
    const different = errors.filter((error) => error > 128).length / errors.length;
    assertLess(different, 0.005);
  });
}
