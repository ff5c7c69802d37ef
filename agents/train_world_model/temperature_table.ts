import type { TestReport } from "./events.ts";
import { readRunConfig } from "./read_run_config.ts";
import { Session, type SessionHooks } from "./session.ts";
import { refreshStates, rolloutsAfter } from "./stages.ts";
import { driveRandomly, learnAndDrive } from "./test_stages.ts";

/** What a temperature table is made of. */
export interface TemperatureTableOptions extends SessionHooks {
  /** Temperatures of dreams, each above 0. */
  temperatures: readonly number[];
  /** Seeds of the real episodes, alike for all. */
  seeds: number[];
  /** Hands every row on as it comes: the random policy's first. */
  onRow: (row: TestReport) => void;
}

/**
 * The experiment of Ha & Schmidhuber 2018, table 2: for each temperature a new controller learns in dreams of that
 * temperature, with as many updates as the run's own, and is measured in these dreams and in reality. The run stays as
 * it is.
 *
 * @param folder Of a run whose rounds are done and whose rollouts are there.
 * @throws Error when something of the run is missing or damaged.
 */
export async function temperatureTable(
  folder: string,
  { temperatures, seeds, onRow, ...hooks }: TemperatureTableOptions,
): Promise<void> {
  const config = readRunConfig(folder);
  for (const temperature of [undefined, ...temperatures]) {
    const changes = temperature === undefined ? {} : { temperature };
    const session = new Session({ ...config, ...changes, testEpisodes: seeds.length }, folder, hooks);
    try {
      session.restore();
      const { rounds } = session.progress;
      if (rounds.length < config.rounds) {
        throw new Error(
          `Cannot vary the temperature of "${folder}": expected ${config.rounds} rounds that are done, got ${rounds.length}; ` +
            "resume its training first",
        );
      }
      session.restoreReplay(rolloutsAfter(session, config.rounds - 1));
      if (temperature === undefined) {
        const { episodes, mean, deviation } = await driveRandomly(session, seeds);
        onRow({ driver: "random policy", episodes: episodes.length, mean, deviation });
        continue;
      }
      if (config.controller !== "cma-es") await refreshStates(session);
      const { networks: { worldModel, policy }, world, replay } = session;
      const learner = { worldModel, policy, world, replay };
      onRow(await learnAndDrive(session, `temperature ${temperature}`, learner, seeds));
    } finally {
      session.dispose();
    }
  }
}
