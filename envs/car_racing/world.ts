// @ts-types="npm:@types/matter-js@0.20.2"
import Matter from "matter-js";
import { Car } from "./car.ts";

/** Length of a Matter.js step at which its velocities are displacements of one step, ms. */
const MATTER_STEP = 1000 / 60;

/**
 * The Matter.js world that the cars of an environment live in, without gravity. One of its steps stands for one
 * step of the simulation; lengths are in u, velocities in u (and rad) a step.
 */
export class World {
  readonly #engine = Matter.Engine.create({ gravity: { x: 0, y: 0, scale: 0 } });
  readonly #cars: Car[] = [];

  /** Adds a car at the origin. */
  addCar(): Car {
    const car = new Car();
    Matter.Composite.add(this.#engine.world, car.body);
    this.#cars.push(car);
    return car;
  }

  /** Moves everything by one step: cars set the velocities of their hulls, Matter.js moves these, wheels follow. */
  step(): void {
    for (const car of this.#cars) car.setOff();
    Matter.Engine.update(this.#engine, MATTER_STEP);
    for (const car of this.#cars) car.arrive();
  }

  /** Takes all cars out. */
  clear(): void {
    Matter.Composite.clear(this.#engine.world, false);
    Matter.Engine.clear(this.#engine);
    this.#cars.length = 0;
  }
}
