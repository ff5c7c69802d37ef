import { serve, workerLine } from "../../../viewer/rpc.ts";

/** A lab without TensorFlow: it remembers what is open and answers with what it got. */
const open = { models: new Set<number>(), agents: new Set<number>(), streams: 0 };
let made = 0;

const lab = {
  backend: () => Promise.resolve({ place: "server", name: "stub", reason: JSON.stringify(sizes()) }),
  open: () => {
    open.models.add(++made);
    return Promise.resolve({ id: made });
  },
  close: (id: number) => Promise.resolve(void open.models.delete(id)),
  /** Counts with no end, says what it was given, sends too much, or fails. */
  async *ask(_: number, ability: string, { frames = new Uint8Array(0) }: { frames?: Uint8Array }) {
    if (ability === "sample") throw new RangeError("Cannot sample: expected another day");
    if (ability === "decode") yield new Uint8Array(70 * 2 ** 20);
    if (ability === "encode") {
      yield {
        mu: Float32Array.from(frames),
        logVar: new Float32Array([NaN, -0, 1e-40]),
        frames,
        doubles: new Float64Array([Math.PI]),
        whole: new Int32Array([-7]),
        nothing: new Float32Array(0),
      };
    }
    if (ability !== "count") return;
    open.streams++;
    try {
      for (let n = 1;; n++) yield n;
    } finally {
      open.streams--;
    }
  },
  follow: () => {
    setTimeout(() => {
      throw new Error("the worker falls over");
    });
    return new Promise(() => {});
  },
  startAgent: () => {
    open.agents.add(++made);
    return Promise.resolve(made);
  },
  stopAgent: (id: number) => Promise.resolve(void open.agents.delete(id)),
};

function sizes(): number[] {
  return [open.models.size, open.agents.size, open.streams];
}

serve(lab, Object.keys(lab) as (keyof typeof lab)[], workerLine(globalThis));
