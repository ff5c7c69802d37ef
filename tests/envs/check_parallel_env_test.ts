import { assertThrows } from "@std/assert";
import { checkParallelEnv } from "../../envs/check_parallel_env.ts";
import type { EnvState } from "../../envs/env.ts";
import type { ByAgent, ParallelTransition } from "../../envs/parallel_env.ts";
import { Box, type Space } from "../../envs/spaces.ts";
import { TagEnv } from "../support/tag_env.ts";

type Actions = ByAgent<ArrayLike<number>>;

/** Environments with one fault each, and a part of what is said about it. */
const broken: Record<string, { env: TagEnv; said: string }> = {
  "two agents of one name": {
    env: new class extends TagEnv {
      override possibleAgents = ["red", "red"];
    }(),
    said: "expected names that differ",
  },
  "a new space each time": {
    env: new class extends TagEnv {
      override actionSpace(agent: string): Space {
        super.actionSpace(agent);
        return new Box(-1, 1, { shape: [1] });
      }
    }(),
    said: "expected the same actionSpace(red) each time",
  },
  "spaces of strangers": {
    env: new class extends TagEnv {
      override expectAgent(): void {}
    }(),
    said: "the space of an agent that there is not",
  },
  "agents before the first reset": {
    env: new class extends TagEnv {
      override agents = ["red"];
    }(),
    said: "expected no agents before the first reset",
  },
  "an observation outside its space": {
    env: new class extends TagEnv {
      override observe(agent: string, target?: Float32Array): Float32Array {
        const observation = super.observe(agent, target);
        observation[1] = 1000;
        return observation;
      }
    }(),
    said: "expected an observation of red in its space at reset",
  },
  "an agent that stays after its end": {
    env: new class extends TagEnv {
      override advance(actions: Actions): ParallelTransition {
        const acting = this.agents;
        const transition = super.advance(actions);
        this.agents = this.steps < 50 ? acting : [];
        return transition;
      }
    }(),
    said: "expected agents",
  },
  "a reward for those who are out": {
    env: new class extends TagEnv {
      override advance(actions: Actions): ParallelTransition {
        const transition = super.advance(actions);
        return { ...transition, rewards: this.each(this.possibleAgents, () => 0) };
      }
    }(),
    said: "expected rewards of",
  },
  "a reward of NaN": {
    env: new class extends TagEnv {
      override advance(actions: Actions): ParallelTransition {
        const transition = super.advance(actions);
        return { ...transition, rewards: this.each(Object.keys(actions), () => NaN) };
      }
    }(),
    said: "expected a finite reward of red at step 1, got NaN",
  },
  "a seed that is not heard": {
    env: new class extends TagEnv {
      override reset() {
        return super.reset();
      }
    }(),
    said: "expected an equal start and equal agents with the same seed",
  },
  "a state that forgets a part": {
    env: new class extends TagEnv {
      override setState(state: EnvState): void {
        const { steps } = this;
        super.setState(state);
        this.steps = steps;
      }
    }(),
    said: "the same future after setState",
  },
  "missing actions that are taken": {
    env: new class extends TagEnv {
      override advance(actions: Actions): ParallelTransition {
        return super.advance({ ...this.each(this.agents, () => [0]), ...actions });
      }
    }(),
    said: "a step without an agent's action",
  },
  "an episode without an end": {
    env: new class extends TagEnv {
      override advance(actions: Actions): ParallelTransition {
        this.steps = 0;
        this.places = { red: 0, green: 0, blue: 0 };
        return super.advance(actions);
      }
    }(),
    said: "expected an end within 60 steps",
  },
};

Deno.test("a sound environment of several agents passes", () => {
  checkParallelEnv(new TagEnv(), { steps: 60 });
  checkParallelEnv(new TagEnv(), { seed: 5, steps: 60 });
});

for (const [fault, { env, said }] of Object.entries(broken)) {
  Deno.test(`checkParallelEnv finds ${fault}`, () => {
    assertThrows(() => checkParallelEnv(env, { steps: 60 }), Error, said);
  });
}
