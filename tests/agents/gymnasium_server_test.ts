import { assertEquals, assertRejects } from "@std/assert";
import type { Agent, Seen } from "../../agents/agent.ts";
import { type GymnasiumDriver, serveGymnasium } from "../../agents/gymnasium_server.ts";

/** Answers `[what it saw, decisions of this episode, what the last one earned]`. */
class Witness implements Agent {
  readonly actionSize = 3;
  resets = 0;
  #decisions = 0;
  reset(count: number): void {
    assertEquals(count, 1);
    this.#decisions = 0;
    this.resets++;
  }
  act({ observations, rewards }: Seen): Promise<Float32Array> {
    assertEquals(observations.length, 64 * 64 * 3);
    return Promise.resolve(Float32Array.of(observations[0], ++this.#decisions, ...Array.from(rewards)));
  }
}

const text = (line: string) => new TextEncoder().encode(line);
const reset = (seed: number) => text(`{"reset": ${seed}}\n`);
const reward = (value: number) => text(`{"reward": ${value}}\n`);

function frame(value: number, length = 96 * 96 * 3): Uint8Array {
  const message = new Uint8Array(4 + length).fill(value);
  new DataView(message.buffer).setUint32(0, length, true);
  return message;
}

/** Serves messages that arrive in pieces of so many bytes; the answers' actions. */
async function serve(
  messages: Uint8Array[],
  { piece = 1 << 20, ...driver }: Partial<GymnasiumDriver> & { piece?: number } = {},
): Promise<number[][]> {
  const bytes = new Uint8Array(await new Blob(messages as BlobPart[]).arrayBuffer());
  async function* input() {
    for (let at = 0; at < bytes.length; at += piece) {
      yield await Promise.resolve(bytes.subarray(at, at + piece));
    }
  }
  const actions: number[][] = [];
  for await (const line of serveGymnasium(input(), { agent: new Witness(), frameSkip: 1, ...driver })) {
    assertEquals(line.at(-1), "\n");
    assertEquals(line.indexOf("\n"), line.length - 1);
    actions.push(JSON.parse(line).action);
  }
  return actions;
}

Deno.test("every frame is answered, and a reset starts an episode", async () => {
  const agent = new Witness();
  const messages = [reset(3), frame(7), reward(2.5), frame(8), reward(9), reset(4), frame(9)];
  assertEquals(await serve(messages, { agent }), [[7, 1, 0], [8, 2, 2.5], [9, 1, 0]]);
  assertEquals(agent.resets, 2);
  assertEquals(await serve([]), []);
});

Deno.test("it does not matter in which pieces the bytes arrive", async () => {
  const messages = [reset(0), frame(123), reset(12345), frame(1), reward(-0.5), frame(2)];
  const whole = await serve(messages);
  for (const piece of [1, 7, 4096, 27655]) assertEquals(await serve(messages, { piece }), whole);
});

Deno.test("an action is held for frameSkip frames, from the first of an episode on; their rewards add up", async () => {
  const messages = [reset(1), frame(1)];
  for (const value of [2, 3, 4, 5, 6, 7, 8, 9]) messages.push(reward(value), frame(value));
  messages.push(reset(2), frame(7), reward(8), frame(8));
  const actions = await serve(messages, { frameSkip: 4 });
  assertEquals(actions.map(([seen]) => seen), [1, 1, 1, 1, 5, 5, 5, 5, 9, 7, 7]);
  assertEquals(actions.map(([, , earned]) => earned), [0, 0, 0, 0, 14, 14, 14, 14, 30, 0, 0]);
});

Deno.test("outputs become actions by the driver's mapping", async () => {
  const toActions = (outputs: Float32Array) => Float32Array.of(-1, outputs[0] / 2, 0.5);
  assertEquals(await serve([reset(1), frame(1)], { toActions }), [[-1, 0.5, 0.5]]);
});

Deno.test("what is no message gets a clear error", async () => {
  const cases: [messages: Uint8Array[], sentence: string][] = [
    [[frame(1)], 'expected a line {"reset": seed} before the first observation'],
    [
      [reset(1), frame(1), frame(2)],
      'expected a line {"reward": number}, which the last action earned, before',
    ],
    [[reward(1)], 'Cannot take a reward: expected a line {"reset": seed} before it, got none'],
    [[reset(1), reward(1)], "Cannot take a reward: expected an observation before it, got none"],
    [[text('{"reward": 1e999}\n')], 'or {"reward": number}, got {"reward": 1e999}'],
    [[text('{"reset": 1, "reward": 1}\n')], 'or {"reward": number}, got {"reset": 1, "reward": 1}'],
    [[reset(1), frame(1, 100)], "expected 27648 bytes (96x96x3), got a length of 100"],
    [[text("hello world\n")], "got a length of 1819043176"],
    [[reset(1), frame(1).subarray(0, 1000)], "expected 27648 bytes, got 996 before the end"],
    [[reset(1), Uint8Array.of(0, 108)], "the length of an observation: expected 4 bytes, got 2"],
    [[text('{"reset": -1}\n')], 'expected {"reset": seed} or {"reward": number}, got {"reset": -1}'],
    [[text('{"reset": "a"}\n')], 'expected {"reset": seed}'],
    [[text('{"rest": 1}\n')], 'expected {"reset": seed}'],
    [[text("{reset\n")], 'expected {"reset": seed} or {"reward": number}, got {reset'],
    [[text('{"reset": ')], 'expected {"reset": seed}'],
    [[text("{" + " ".repeat(5000) + "}\n")], "expected a line of at most 1024 bytes"],
  ];
  for (const [messages, sentence] of cases) await assertRejects(() => serve(messages), Error, sentence);
});
