/**
 * CarTraffic-v0, CarRacing among scripted cars, guard rails and cones, for `make("CarTraffic-v0")`; and CarRace-v0, a race
 * of several agents, for `makeParallel("CarRace-v0")`.
 *
 * Read `race.ts` (what both are made of), `traffic_world.ts`, `rigid_body.ts`, `contact.ts` and `contact_solver.ts`
 * (collisions), `scripted_driver.ts`, `traffic_painter.ts`, then the environments `car_traffic.ts` and `car_race.ts`.
 *
 * @module
 */
import "./register.ts";

export type { Car } from "../car_racing/car.ts";
export type { HullBody } from "../car_racing/hull.ts";
export type { Tiles, TilesState } from "../car_racing/tiles.ts";
export type { Wheel } from "../car_racing/wheel.ts";
export { CarRace, type CarRaceInfo } from "./car_race.ts";
export type { CarRaceOptions } from "./car_race_options.ts";
export { CarTraffic, type CarTrafficInfo } from "./car_traffic.ts";
export type { CarTrafficOptions } from "./car_traffic_options.ts";
export type { Cone } from "./cone.ts";
export type { Race, RaceOptions, RaceState } from "./race.ts";
export type { Barriers, Rail } from "./rails.ts";
export type { CollisionCounts, Racer } from "./racer.ts";
export type { RigidBody, RigidBodyOptions } from "./rigid_body.ts";
export type { RigidCar } from "./rigid_car.ts";
export { ScriptedDriver } from "./scripted_driver.ts";
export { ScriptedOpponent } from "./scripted_opponent.ts";
export { type Skill, SKILL_NAMES, type SkillName, SKILLS } from "./skills.ts";
export type { Collisions } from "./traffic_world.ts";
