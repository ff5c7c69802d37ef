import type { Env, Observation } from "../env.ts";
import { register } from "../registry.ts";
import { Acrobot, type AcrobotOptions } from "./acrobot.ts";
import { CLASSIC_BASELINES } from "./baselines.ts";
import { CartPole, type CartPoleOptions } from "./cart_pole.ts";
import { MountainCarContinuous, type MountainCarContinuousOptions } from "./mountain_car_continuous.ts";
import { Pendulum, type PendulumOptions } from "./pendulum.ts";

/** The rule of thumb for a task, on what it observes. */
const scripted = (env: Env<Observation>) => () => CLASSIC_BASELINES[env.id](env.observe() as Float32Array);

register("CartPole-v1", {
  scripted,
  stepsPerSecond: 50,
  aim: "survival",
  rewardThreshold: 475,
  // Nobody can push not at all: idle hands push to and fro.
  play: {
    does: { across: "push" },
    action: ({ across }, before = [0]) => [across === 0 ? 1 - before[0] : Number(across > 0)],
  },
  actions: () => [{ name: "push", title: "Push", meaning: "0 to the left, 1 to the right", range: [0, 1] }],
  create: (options) => new CartPole(options as CartPoleOptions),
  options: {
    suttonBartoReward: "-1 for the step that ends it, 0 for others (default false: 1 for every step)",
  },
  maxEpisodeSteps: 500,
});

register("MountainCarContinuous-v0", {
  scripted,
  stepsPerSecond: 30,
  rewardThreshold: 90,
  play: { does: { across: "force" }, action: ({ across }) => [across] },
  actions: () => [{ name: "force", title: "Force", meaning: "-1 left to 1 right", range: [-1, 1] }],
  create: (options) => new MountainCarContinuous(options as MountainCarContinuousOptions),
  options: { goalVelocity: "velocity that the car must have at the goal, -0.07 .. 0.07 (default 0)" },
  maxEpisodeSteps: 999,
});

register("Pendulum-v1", {
  scripted,
  stepsPerSecond: 30,
  play: { does: { across: "torque" }, action: ({ across }) => [-2 * across] },
  actions: () => [{ name: "torque", title: "Torque", meaning: "-2 to 2 N m, anticlockwise", range: [-2, 2] }],
  create: (options) => new Pendulum(options as PendulumOptions),
  options: { g: "gravity in m/s^2 (default 10)" },
  maxEpisodeSteps: 200,
});

register("Acrobot-v1", {
  scripted,
  stepsPerSecond: 15,
  rewardThreshold: -100,
  play: { does: { across: "torque" }, action: ({ across }) => [1 + Math.sign(across)] },
  actions: () => [{ name: "torque", title: "Torque", meaning: "0: -1, 1: none, 2: 1 N m", range: [0, 2] }],
  create: (options) => new Acrobot(options as AcrobotOptions),
  options: {
    bookOrNips:
      'equations of Sutton and Barto\'s book or of the older paper: "book" or "nips" (default "book")',
    torqueNoiseMax: "size of the noise that each step adds to the torque, N m (default 0)",
  },
  maxEpisodeSteps: 500,
});
