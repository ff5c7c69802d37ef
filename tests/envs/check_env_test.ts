import { assertEquals, assertThrows } from "@std/assert";
import "../../envs/car_racing/register.ts";
import { checkEnv } from "../../envs/check_env.ts";
import type { EnvState, Picture, ResetOptions, ResetResult, StepResult, Transition } from "../../envs/env.ts";
import { makeFromRecipe } from "../../envs/recipe.ts";
import { make } from "../../envs/registry.ts";
import { Box, Discrete, type Space } from "../../envs/spaces.ts";
import { TimeLimit } from "../../envs/wrappers/time_limit.ts";
import { CounterEnv } from "../support/counter_env.ts";

type Action = ArrayLike<number>;

Deno.test("checkEnv accepts environments that keep the contract, wrapped or not", () => {
  assertEquals(checkEnv(new CounterEnv(), { close: true, other: new CounterEnv() }), []);
  checkEnv(make("Counter-v0"), { close: true, seed: 5, other: make("Counter-v0") });
  checkEnv(makeFromRecipe({ id: "Counter-v0", options: { size: 96 }, frameSkip: 3, agentView: true }), {
    close: true,
  });
});

Deno.test("checkEnv remarks on spaces that make learning harder", () => {
  const env = new class extends CounterEnv {
    override readonly actionSpace = new Box([-2, 0], [2, Infinity]);
  }();
  assertEquals(checkEnv(env), [
    "actionSpace is not normalised to [-1, 1] or [0, 1]",
    "actionSpace has numbers without bounds",
  ]);
});

for (const id of ["CarRacing-v3", "CarRacingLap-v0"]) {
  for (const options of [{}, { domainRandomize: true }, { continuous: false }, { observation: "state" }]) {
    Deno.test(`checkEnv accepts ${id} with ${JSON.stringify(options)}`, () => {
      checkEnv(make(id, options), { close: true, endingSteps: 1000, other: make(id, options) });
    });
  }
}

/** A counter with one fault; `explain` of what it hands out is left whole. */
function spaceOf(changes: Partial<Space & { low: number[]; high: number[]; count: number }>): CounterEnv {
  const space = Object.assign(Object.create(new Box([-1, 0], [1, 1])), changes);
  return Object.defineProperty(new CounterEnv(), "actionSpace", { value: space });
}

/** One that returns something else from `advance`. */
function advancing(change: (transition: Transition, action: Action) => object): CounterEnv {
  return new class extends CounterEnv {
    override advance(action: Action): Transition {
      return change(super.advance(action), action) as Transition;
    }
  }();
}

/** One that returns something else from `reset`. */
function resetting(change: (result: ResetResult, options: ResetOptions) => unknown): CounterEnv {
  return new class extends CounterEnv {
    override reset(options: ResetOptions = {}): ResetResult {
      return change(super.reset(options), options) as ResetResult;
    }
  }();
}

/** One that shows something else. */
function showing(change: (frame: Uint8Array, target: Uint8Array | undefined) => unknown): CounterEnv {
  return new class extends CounterEnv {
    override observe(target?: Uint8Array): Uint8Array {
      return change(super.observe(target), target) as Uint8Array;
    }
  }();
}

/** One that returns another state. */
function saving(change: (state: EnvState) => unknown): CounterEnv {
  return new class extends CounterEnv {
    override getState(): EnvState {
      return change(super.getState()) as EnvState;
    }
  }();
}

/** One that restores something else. */
function restoring(change: (state: EnvState) => EnvState): CounterEnv {
  return new class extends CounterEnv {
    override setState(state: EnvState): void {
      super.setState(change(state));
    }
  }();
}

/** One broken promise each: what the checker says of it, and an environment that breaks it. */
const broken: [string, () => CounterEnv][] = [
  // Spaces.
  ["a name in id, got ", () =>
    new class extends CounterEnv {
      override readonly id = "";
    }()],
  [
    "a space in actionSpace, got undefined",
    () => Object.defineProperty(new CounterEnv(), "actionSpace", { value: undefined }),
  ],
  ["whole numbers above 0 in actionSpace.shape, got [2.5]", () => spaceOf({ shape: [2.5] })],
  ["2 numbers in actionSpace.low, got 1", () => spaceOf({ low: [0] })],
  ["low <= high in actionSpace, got [3, 1]", () => spaceOf({ low: [3, 0] })],
  ["a whole count above 0 in actionSpace, got 0", () => spaceOf({ count: 0 })],
  ["the shape [] of a discrete actionSpace", () => spaceOf({ count: 2 })],
  ["a sample of actionSpace that belongs to it", () => spaceOf({ sample: () => Float32Array.of(7, 7) })],
  ["equal samples of actionSpace from equal streams", () => {
    let calls = 0;
    return spaceOf({ sample: () => Float32Array.of(0, ++calls / 10) });
  }],
  ["actionSpace to explain a value of a wrong length", () => spaceOf({ explain: () => undefined })],
  [
    "uint8 or float32 observations, got int32",
    () =>
      Object.defineProperty(new CounterEnv(), "observationSpace", {
        value: new Box(0, 255, { shape: [8, 8, 3], dtype: "int32" }),
      }),
  ],
  // Observations.
  ["a Uint8Array of reset (its space's dtype), got Float32Array", () => showing((f) => Float32Array.from(f))],
  [
    "a Float32Array of reset (its space's dtype), got Uint8Array",
    () =>
      Object.defineProperty(new CounterEnv(), "observationSpace", {
        value: new Box(0, 255, { shape: [192] }),
      }),
  ],
  ['an observation of reset in its space, got "expected 192 numbers', () => showing((f) => f.slice(1))],
  ["an observation of step in its space", () => {
    const env = new CounterEnv();
    const space = new Box(0, 255, { shape: [8, 8, 3], dtype: "uint8" });
    // The first frames are dark enough, later ones have a column brighter than this.
    space.high.fill(120);
    return Object.defineProperty(env, "observationSpace", { value: space });
  }],
  [
    "observe after reset to equal the reset's observation",
    () => resetting(({ observation, info }) => ({ observation: observation.map((one) => one ^ 1), info })),
  ],
  ["a new observation from every step, got the memory of an earlier one", () => {
    const frame = new Uint8Array(192);
    return showing((now, target) => {
      (target ?? frame).set(now);
      return target ?? frame;
    });
  }],
  ["observations that later steps leave as they were", () =>
    new class extends CounterEnv {
      #last?: Uint8Array;
      override advance(action: Action): Transition {
        this.#last?.fill(9);
        return super.advance(action);
      }
      override observe(target?: Uint8Array): Uint8Array {
        const frame = super.observe(target);
        if (!target) this.#last = frame;
        return frame;
      }
    }()],
  ["observe(target) to return its target", () => showing((frame) => frame.slice())],
  ["observe to give the same twice", () => {
    let drawn = false;
    return showing((frame, target) => {
      if (!target && drawn) frame[0] ^= 1;
      drawn = target !== undefined;
      return frame;
    });
  }],
  ["an equal observation with advance and observe instead of step", () =>
    new class extends CounterEnv {
      override step(action: Action): StepResult {
        const step = super.step(action);
        step.observation[0] ^= 1;
        return step;
      }
    }()],
  ["redraw to give the same picture", () =>
    new class extends CounterEnv {
      override redraw(state: Float64Array, target?: Uint8Array): Uint8Array {
        return super.redraw(state.map((value) => value + 1), target);
      }
    }()],
  // What steps return.
  ["a number as reward, got string 1", () => advancing((t) => ({ ...t, reward: "1" }))],
  ["a finite reward, got NaN", () => advancing((t) => ({ ...t, reward: NaN }))],
  ["a finite reward, got Infinity", () => advancing((t) => ({ ...t, reward: Infinity }))],
  ["true or false in terminated, got 0", () => advancing((t) => ({ ...t, terminated: 0 }))],
  ["true or false in truncated, got undefined", () => advancing(({ truncated: _, ...t }) => t)],
  ["an object as the info of a step, got 1,2", () => advancing((t) => ({ ...t, info: [1, 2] }))],
  ["plain values in the info of a step", () => advancing((t) => ({ ...t, info: { draw: () => 1 } }))],
  ["a new info from every step", () => {
    const info = {};
    return advancing((t) => ({ ...t, info: Object.assign(info, t.info) }));
  }],
  ["step to leave the action as it is", () =>
    advancing((t, action) => {
      (action as Float32Array).fill(0);
      return t;
    })],
  ["an episode of more than one step", () => advancing((t) => ({ ...t, truncated: true }))],
  // The same again.
  ["an equal observation with the same seed", () => {
    let resets = 0;
    return new class extends CounterEnv {
      override reset(options?: ResetOptions): ResetResult {
        return super.reset({ seed: (options?.seed ?? 0) + resets++ });
      }
    }();
  }],
  ["equal rewards with the same seed", () => {
    let steps = 0;
    return advancing((t) => ({ ...t, reward: steps++ }));
  }],
  ["equal infos with the same seed", () => {
    let steps = 0;
    return advancing((t) => ({ ...t, info: { steps: steps++ } }));
  }],
  ["an equal state at last with the same seed", () => {
    let steps = 0;
    return new class extends CounterEnv {
      override advance(action: Action): Transition {
        steps++;
        return super.advance(action);
      }
      override getState(): EnvState {
        return { ...super.getState(), steps };
      }
    }();
  }],
  ["an equally long episode with the same seed", () => {
    let steps = 0;
    return advancing((t) => ({ ...t, truncated: ++steps === 40 || steps === 50 }));
  }],
  // Resets and seeds.
  [
    "{ observation, info } of reset, got Array",
    () => resetting(({ observation, info }) => [observation, info]),
  ],
  ["a new observation and info from every reset", () => {
    const seen = new Map<number, Uint8Array>();
    return resetting(({ observation, info }, { seed = 0 }) => {
      if (!seen.has(seed)) seen.set(seed, observation);
      return { observation: seen.get(seed)!, info };
    });
  }],
  [
    "an object as the info of reset, got null",
    () => resetting(({ observation }) => ({ observation, info: null })),
  ],
  [
    "plain values in the info of reset",
    () => resetting(({ observation }) => ({ observation, info: { env: () => 0 } })),
  ],
  ["another state from another seed", () =>
    new class extends CounterEnv {
      #next = 1;
      override reset({ seed }: ResetOptions = {}): ResetResult {
        if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0)) throw new RangeError("no seed");
        return super.reset({ seed: seed === undefined ? this.#next++ : this.#next = 0 });
      }
    }()],
  ["the same episode from reset() after the same seed", () => {
    let resets = 50;
    return new class extends CounterEnv {
      override reset({ seed = resets++ }: ResetOptions = {}): ResetResult {
        return super.reset({ seed });
      }
    }();
  }],
  ["reset() to continue from the last seed", () =>
    new class extends CounterEnv {
      override reset({ seed = 0 }: ResetOptions = {}): ResetResult {
        return super.reset({ seed });
      }
    }()],
  ["reset() to start another episode, got the seeded one again", () => {
    let last = 0;
    return new class extends CounterEnv {
      override reset({ seed = last }: ResetOptions = {}): ResetResult {
        last = seed;
        return super.reset({ seed });
      }
    }();
  }],
  ["a TypeError or RangeError for a reset with seed -1, got no error", () =>
    new class extends CounterEnv {
      override reset({ seed }: ResetOptions = {}): ResetResult {
        return super.reset({ seed: seed === undefined ? undefined : Math.abs(seed) });
      }
    }()],
  // Mistakes of the caller.
  ["a TypeError or RangeError for step before the first reset, got no error", () => {
    const env = new CounterEnv();
    env.reset();
    return env;
  }],
  [
    "a TypeError or RangeError for step before the first reset, got Error: lost",
    () =>
      new class extends CounterEnv {
        override advance(action: Action): Transition {
          try {
            return super.advance(action);
          } catch {
            throw new Error("lost");
          }
        }
      }(),
  ],
  ["a TypeError or RangeError for an action of NaN, got no error", () =>
    new class extends CounterEnv {
      override advance(action: Action): Transition {
        return super.advance(Array.from(action, (value) => value || 0));
      }
    }()],
  [
    "a TypeError or RangeError for an action that is too long, got no error",
    () =>
      new class extends CounterEnv {
        override advance(action: Action): Transition {
          return super.advance(Array.from(action).slice(0, 2));
        }
      }(),
  ],
  ["a TypeError or RangeError for an action beyond the last, got no error", () => {
    const env = new class extends CounterEnv {
      override advance(action: Action): Transition {
        const length = action.length;
        return super.advance({ length, 0: action[0], 1: 0 });
      }
    }();
    const explain = (value: Action) => value?.length === 1 && Number.isFinite(value[0]) ? undefined : "no";
    return Object.defineProperty(env, "actionSpace", { value: Object.assign(new Discrete(2), { explain }) });
  }],
  ["refused actions to change nothing", () => {
    let refused = 0;
    return new class extends CounterEnv {
      override advance(action: Action): Transition {
        if (action.length !== 2) refused++;
        return super.advance(action);
      }
      override getState(): EnvState {
        return { ...super.getState(), refused };
      }
    }();
  }],
  ["a TypeError or RangeError for a step after the end, got no error", () =>
    new class extends CounterEnv {
      override advance(action: Action): Transition {
        const transition = super.advance(action);
        return { ...transition, truncated: transition.info.steps === 60 };
      }
    }({ limit: 1000 })],
  // Pictures for people.
  ["width x height x 3 bytes", () =>
    new class extends CounterEnv {
      override render(): Picture {
        return { width: 3, height: 3, data: new Uint8Array(3) };
      }
    }()],
  ["a new picture from every render", () => {
    const data = new Uint8Array(192);
    return new class extends CounterEnv {
      override render(): Picture {
        return { width: 8, height: 8, data };
      }
    }();
  }],
  ["render to leave the episode as it is", () =>
    new class extends CounterEnv {
      override render(): Picture {
        this.advance([0, 0]);
        return super.render();
      }
    }()],
  // States.
  ["an object from getState, got number 7", () => saving(() => 7)],
  ["plain values in a state", () => saving((state) => ({ ...state, go: () => 1 }))],
  ["getState to give the same twice", () => {
    let calls = 0;
    return saving((state) => ({ ...state, calls: calls++ }));
  }],
  ["a state that later steps leave as it is", () => {
    const shared: Record<string, unknown> = {};
    const env = new class extends CounterEnv {
      override advance(action: Action): Transition {
        const transition = super.advance(action);
        Object.assign(shared, super.getState());
        return transition;
      }
      override getState(): EnvState {
        return Object.assign(shared, super.getState());
      }
    }();
    return env;
  }],
  ["equal observations after setState", () => restoring((s) => ({ ...s, position: Number(s.position) + 3 }))],
  ["equal rewards, endings and infos after setState", () => {
    let hidden = 0;
    return new class extends CounterEnv {
      override reset(options?: ResetOptions): ResetResult {
        hidden = 0;
        return super.reset(options);
      }
      override advance(action: Action): Transition {
        const transition = super.advance(action);
        return { ...transition, reward: ++hidden };
      }
    }();
  }],
  ["setState to leave the state as it is", () =>
    restoring((state) => {
      const copy = { ...state };
      Object.assign(state, { position: 0 });
      return copy;
    })],
  [
    "a TypeError or RangeError for an empty state, got no error",
    () => restoring((state) => ("position" in state ? state : { ...new CounterEnv().getState() })),
  ],
  [
    'a TypeError or RangeError for a state without "seed", got no error',
    () => restoring((state) => ("position" in state ? { seed: 0, ...state } : state)),
  ],
  ["refused states to change nothing", () =>
    new class extends CounterEnv {
      override setState(state: EnvState): void {
        if (!("seed" in state)) this.advance([0, 0]);
        super.setState(state);
      }
    }()],
  // Closing.
  ["a TypeError or RangeError for reset after close, got no error", () =>
    new class extends CounterEnv {
      override close(): void {}
    }()],
  ["close to be allowed twice, got Error: closed already", () => {
    let closed = false;
    return new class extends CounterEnv {
      override close(): void {
        if (closed) throw new Error("closed already");
        closed = true;
        super.close();
      }
    }();
  }],
];

for (const [message, build] of broken) {
  Deno.test(`checkEnv tells of the broken promise: ${message}`, () => {
    const { message: told } = assertThrows(() => checkEnv(build(), { close: true }), Error, message);
    assertEquals(told.split("\n").length, 1, "one sentence");
  });
}

Deno.test("checkEnv tells of a state that another environment does not take over", () => {
  /** Keeps its states at home and hands out their keys. */
  class Hoarder extends CounterEnv {
    #states = new Map<string, EnvState>();
    override getState(): EnvState {
      const key = JSON.stringify(super.getState());
      this.#states.set(key, super.getState());
      return { key };
    }
    override setState({ key }: EnvState): void {
      const state = this.#states.get(key as string);
      if (state) super.setState(state);
      else this.reset({ seed: 99 });
    }
  }
  const check = () => checkEnv(new Hoarder(), { other: new Hoarder() });
  assertThrows(check, Error, "equal observations after setState in another environment");
});

Deno.test("checkEnv follows an episode to its time limit", () => {
  checkEnv(new TimeLimit(new CounterEnv({ limit: 1e9 }), 120), { steps: 20, endingSteps: 200, close: true });
});
