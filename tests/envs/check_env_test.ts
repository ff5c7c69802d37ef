import { assertThrows } from "@std/assert";
import {
  checkEnv,
  type Env,
  make,
  makeFromRecipe,
  type ResetOptions,
  type ResetResult,
  type Transition,
} from "../../envs/mod.ts";
import { CounterEnv } from "../support/counter_env.ts";

Deno.test("checkEnv accepts environments that keep the contract, wrapped or not", () => {
  checkEnv(new CounterEnv(), { close: true });
  checkEnv(make("Counter-v0"), { close: true, seed: 5 });
  checkEnv(makeFromRecipe({ id: "Counter-v0", options: { size: 96 }, frameSkip: 3, cropResize: true }), {
    close: true,
  });
});

for (const id of ["CarRacing-v3", "CarRacingFair-v0"]) {
  for (const options of [{}, { domainRandomize: true }, { continuous: false }]) {
    Deno.test(`checkEnv accepts ${id} with ${JSON.stringify(options)}`, () => {
      checkEnv(make(id, options), { close: true, endingSteps: 1000 });
    });
  }
}

/** One broken promise each, and what the checker says of it. */
const broken: [string, () => Env][] = [
  ["an equal observation with the same seed", () =>
    new class extends CounterEnv {
      #resets = 0;
      override reset(options?: ResetOptions): ResetResult {
        return super.reset({ seed: (options?.seed ?? 0) + this.#resets++ });
      }
    }()],
  ["observations that later steps leave", () =>
    new class extends CounterEnv {
      #frame = new Uint8Array(192);
      override observe(target?: Uint8Array): Uint8Array {
        return super.observe(target ?? this.#frame);
      }
    }()],
  ["an equal observation with advance and observe instead of step", () =>
    new class extends CounterEnv {
      override step(action: ArrayLike<number>) {
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
  ["a finite reward, got NaN", () =>
    new class extends CounterEnv {
      override advance(action: ArrayLike<number>): Transition {
        return { ...super.advance(action), reward: NaN };
      }
    }()],
  ["a TypeError or RangeError for step before the first reset, got no error", () => {
    const env = new CounterEnv();
    env.reset();
    return env;
  }],
  ["a TypeError or RangeError for an action of NaN, got no error", () =>
    new class extends CounterEnv {
      override advance(action: ArrayLike<number>): Transition {
        return super.advance(Array.from(action, (value) => value || 0));
      }
    }()],
  ["a TypeError or RangeError for a step after the end, got no error", () =>
    new class extends CounterEnv {
      override advance(action: ArrayLike<number>): Transition {
        const transition = super.advance(action);
        return { ...transition, truncated: transition.info.steps === 60 };
      }
    }({ limit: 1000 })],
  ["step to leave the action as it is", () =>
    new class extends CounterEnv {
      override advance(action: ArrayLike<number>): Transition {
        const transition = super.advance(action);
        (action as Float32Array).fill(0);
        return transition;
      }
    }()],
  ["plain values in the info", () =>
    new class extends CounterEnv {
      override advance(action: ArrayLike<number>): Transition {
        return { ...super.advance(action), info: { draw: () => 1 } };
      }
    }()],
  ["width x height x 3 bytes", () =>
    new class extends CounterEnv {
      override render() {
        return { width: 3, height: 3, data: new Uint8Array(3) };
      }
    }()],
  ["a TypeError or RangeError for reset after close, got no error", () =>
    new class extends CounterEnv {
      override close(): void {}
    }()],
];

for (const [message, build] of broken) {
  Deno.test(`checkEnv tells of the broken promise: ${message}`, () => {
    assertThrows(() => checkEnv(build(), { close: true }), Error, message);
  });
}
