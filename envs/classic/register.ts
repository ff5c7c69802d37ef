import { register } from "../registry.ts";
import { Acrobot, type AcrobotOptions } from "./acrobot.ts";
import { CartPole, type CartPoleOptions } from "./cart_pole.ts";
import { MountainCarContinuous, type MountainCarContinuousOptions } from "./mountain_car_continuous.ts";
import { Pendulum, type PendulumOptions } from "./pendulum.ts";

register("CartPole-v1", {
  create: (options) => new CartPole(options as CartPoleOptions),
  options: {
    suttonBartoReward: "-1 for the step that ends it, 0 for others (default false: 1 for every step)",
  },
  maxEpisodeSteps: 500,
});

register("MountainCarContinuous-v0", {
  create: (options) => new MountainCarContinuous(options as MountainCarContinuousOptions),
  options: { goalVelocity: "velocity that the car must have at the goal, -0.07 .. 0.07 (default 0)" },
  maxEpisodeSteps: 999,
});

register("Pendulum-v1", {
  create: (options) => new Pendulum(options as PendulumOptions),
  options: { g: "gravity in m/s^2 (default 10)" },
  maxEpisodeSteps: 200,
});

register("Acrobot-v1", {
  create: (options) => new Acrobot(options as AcrobotOptions),
  options: {
    bookOrNips:
      'equations of Sutton and Barto\'s book or of the older paper: "book" or "nips" (default "book")',
    torqueNoiseMax: "size of the noise that each step adds to the torque, N m (default 0)",
  },
  maxEpisodeSteps: 500,
});
