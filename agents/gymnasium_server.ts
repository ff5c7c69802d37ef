import { Buffer } from "node:buffer";
import { cropAndResize } from "../envs/wrappers/crop_resize.ts";
import type { Agent } from "./agent.ts";

/** Bytes of Gymnasium's frame, 96x96x3. */
const FRAME_BYTES = 96 * 96 * 3;

/** More bytes than any line of the protocol has. */
const LONGEST_LINE = 1024;

const BRACE = 0x7b, NEWLINE = 0x0a;

/** What drives in {@link serveGymnasium}. */
export interface GymnasiumDriver {
  /** Acts on 64x64 frames, one row. */
  agent: Agent;
  /** Frames that an action is held; the agent sees every `frameSkip`-th only. */
  frameSkip: number;
  /** Turns the agent's outputs into `[steer, gas, brake]`. @default they are that */
  toActions?: (outputs: Float32Array) => Float32Array;
}

/**
 * Drives Gymnasium's CarRacing over a stream of bytes.
 *
 * A line `{"reset": seed}` starts an episode; then a 4-byte little-endian length and that many raw bytes (a frame,
 * 96x96x3) are an observation, answered by one line `{"action":[steer,gas,brake]}`. What the action earned comes as a
 * line `{"reward": number}` before the next observation. The end of the stream ends it.
 *
 * @returns The answers, one line each with its newline.
 * @throws RangeError or SyntaxError for a message that is none or comes out of order, an observation of another length,
 * and a stream that ends inside a message.
 */
export async function* serveGymnasium(
  input: AsyncIterable<Uint8Array>,
  { agent, frameSkip, toActions = (outputs) => outputs }: GymnasiumDriver,
): AsyncGenerator<string> {
  const bytes = new ByteQueue(input);
  let due: "reset" | "observation" | "reward" = "reset";
  let frames = 0; // of the episode, so far
  let earned = 0; // since the last decision
  let action = "";
  for (;;) {
    if (!await bytes.has(1)) return;
    if (bytes.first === BRACE) {
      const { reward } = readMessage(await bytes.takeLine());
      if (reward === undefined) {
        agent.reset(1);
        frames = earned = 0;
      } else if (due === "reward") {
        earned += reward;
      } else {
        const wanted = due === "reset" ? 'a line {"reset": seed}' : "an observation";
        throw new RangeError(`Cannot take a reward: expected ${wanted} before it, got none`);
      }
      due = "observation";
      continue;
    }
    const frame = await takeFrame(bytes);
    if (due === "reset") {
      throw new RangeError(
        'Cannot act: expected a line {"reset": seed} before the first observation, got none',
      );
    }
    if (due === "reward") {
      throw new RangeError(
        'Cannot act: expected a line {"reward": number}, which the last action earned, before each observation ' +
          "after the first, got none",
      );
    }
    due = "reward";
    if (frames++ % frameSkip === 0) {
      const seen = { observations: cropAndResize(frame), rewards: [earned] };
      earned = 0;
      action = JSON.stringify({ action: Array.from(toActions(await agent.act(seen))) });
    }
    yield `${action}\n`;
  }
}

/** A line with a reset, or with a reward. */
function readMessage(line: string): { reward?: number } {
  const wrong = () =>
    new SyntaxError(
      `Cannot read a message: expected {"reset": seed} or {"reward": number}, got ${line.slice(0, 80)}`,
    );
  let message: { reset?: unknown; reward?: unknown };
  try {
    message = JSON.parse(line);
  } catch {
    throw wrong();
  }
  const { reset, reward } = message;
  if (Number.isFinite(reward) && reset === undefined) return { reward: reward as number };
  if (reward !== undefined || !Number.isSafeInteger(reset) || (reset as number) < 0) throw wrong();
  return {};
}

async function takeFrame(bytes: ByteQueue): Promise<Uint8Array> {
  const head = await bytes.take(4, "the length of an observation");
  const length = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (length !== FRAME_BYTES) {
    throw new RangeError(
      `Cannot read an observation: expected ${FRAME_BYTES} bytes (96x96x3), got a length of ${length}`,
    );
  }
  return await bytes.take(length, "an observation");
}

/** Bytes that have arrived and were not taken. */
class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#source = input[Symbol.asyncIterator]();
  }

  get first(): number {
    return this.#bytes[0];
  }

  /** Waits for so many bytes. @returns Whether they came before the end. */
  async has(count: number): Promise<boolean> {
    const parts = [this.#bytes];
    let length = this.#bytes.length;
    while (length < count) {
      const { done, value } = await this.#source.next();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    if (parts.length > 1) this.#bytes = Buffer.concat(parts);
    return length >= count;
  }

  async take(count: number, what: string): Promise<Uint8Array> {
    if (!await this.has(count)) {
      throw new RangeError(
        `Cannot read ${what}: expected ${count} bytes, got ${this.#bytes.length} before the end`,
      );
    }
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** Takes up to a newline, or to the end. */
  async takeLine(): Promise<string> {
    let end: number;
    while ((end = this.#bytes.indexOf(NEWLINE)) < 0 && this.#bytes.length <= LONGEST_LINE) {
      if (await this.has(this.#bytes.length + 1)) continue;
      end = this.#bytes.length;
      break;
    }
    if (end < 0 || end > LONGEST_LINE) {
      throw new RangeError(
        `Cannot read a message: expected a line of at most ${LONGEST_LINE} bytes, got more`,
      );
    }
    const line = new TextDecoder().decode(this.#bytes.subarray(0, end));
    this.#bytes = this.#bytes.subarray(end + 1);
    return line;
  }
}
