import { RandomStream } from "../../core/random_stream.ts";
import type { EnvState } from "../env.ts";
import { readEnvState } from "../env_state.ts";
import type { Opponent } from "../seat_env.ts";
import type { CarRace } from "./car_race.ts";
import { ScriptedDriver } from "./scripted_driver.ts";
import { SKILL_NAMES, type SkillName, SKILLS } from "./skills.ts";

/** A scripted driver that acts for an agent of a {@link CarRace} with continuous actions. */
export class ScriptedOpponent implements Opponent {
  readonly #race: CarRace;
  readonly #agent: string;
  readonly #skill: SkillName | "mixed";
  /** What it was reset with: its skill may be drawn from it. */
  #seed = 0;
  #driver: ScriptedDriver;

  /** For this agent; `"mixed"` draws a skill for each episode. */
  constructor(race: CarRace, agent: string, skill: SkillName | "mixed") {
    this.#race = race;
    this.#agent = agent;
    this.#skill = skill;
    this.#driver = this.#makeDriver();
  }

  reset(seed: number): void {
    this.#seed = seed;
    this.#driver = this.#makeDriver();
  }

  act(): number[] {
    const { race, possibleAgents } = this.#race;
    return this.#driver.act(race, race.racers[possibleAgents.indexOf(this.#agent)]);
  }

  getState(): EnvState {
    return { seed: this.#seed, driver: this.#driver.save() };
  }

  setState(state: EnvState): void {
    const { seed, driver } = readEnvState<{ seed: number; driver: EnvState }>(this.#race.id, state, {
      seed: "count",
      driver: "object",
    });
    this.reset(seed);
    this.#driver.restore(this.#race.id, driver);
  }

  #makeDriver(): ScriptedDriver {
    const random = new RandomStream(this.#seed);
    const drawn = SKILL_NAMES[random.fork("skill").integer(0, SKILL_NAMES.length)];
    return new ScriptedDriver(SKILLS[this.#skill === "mixed" ? drawn : this.#skill], random.fork("driver"));
  }
}
