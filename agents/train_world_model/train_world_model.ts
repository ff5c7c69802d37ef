import { assess } from "./drive.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import type { RoundReport, TestReport } from "./events.ts";
import { drawPictures } from "./picture_stage.ts";
import { planStages, type Stage } from "./plan.ts";
import { Session, type SessionHooks } from "./session.ts";
import { collect, learnComponent, learnController, rolloutsAfter } from "./stages.ts";
import { driveBaselines, driveTest } from "./test_stages.ts";

/** What a run came to. */
export interface WorldModelResult {
  rounds: RoundReport[];
  /** The controller first, then the baselines, in the same episodes. */
  tests: TestReport[];
}

const PERFORM: Record<Stage["kind"], (session: Session, stage: Stage) => Promise<void>> = {
  collect,
  learn: learnComponent,
  controller: learnController,
  assess,
  test: driveTest,
  pictures: drawPictures,
  baselines: driveBaselines,
};

/**
 * The main job: collect rollouts, learn a world model, learn to drive inside the dream, drive in reality.
 *
 * A run that was stopped, even by SIGKILL, goes on from its folder and ends with the numbers of an unbroken one.
 *
 * A finished run goes on when `rounds` has grown: after its last round, by the schedules of the longer run from that round
 * on. What was drawn and tested in between is drawn and tested anew at the end.
 *
 * @param folder The run's folder, made by `RunFolder.open`.
 * @throws Error naming the file when the folder cannot be written or a checkpoint is damaged.
 */
export async function trainWorldModel(
  config: TrainWorldModelConfig,
  folder: string,
  hooks: SessionHooks = {},
): Promise<WorldModelResult> {
  const session = new Session(config, folder, hooks);
  try {
    session.restore();
    const stages = planStages(config, session.networks);
    const { progress } = session;
    const last = progress.rounds.length;
    if (progress.tests.length > 0 && last < config.rounds) { // a finished run goes on with more rounds
      progress.stage = stages.findIndex(({ kind, round }) => kind === "assess" && round === last) + 1;
      progress.tests = [];
      session.forgetChoice();
    }
    session.emit({ type: "plan", stages, done: progress.stage });
    const collections = stages.slice(0, progress.stage).filter(({ kind }) => kind === "collect");
    if (collections.length > 0) session.restoreReplay(rolloutsAfter(session, collections.at(-1)!.round));
    for (const [index, stage] of stages.entries()) {
      if (index < progress.stage) continue;
      session.emit({ type: "stage", stage, index, of: stages.length });
      await PERFORM[stage.kind](session, stage);
      progress.stage = index + 1;
      await session.save();
    }
    return { rounds: progress.rounds, tests: progress.tests };
  } finally {
    session.dispose();
  }
}
