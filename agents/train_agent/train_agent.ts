import type { Episode } from "../evaluate.ts";
import { type LearnerConfig, type LearnerKind, stepsOption } from "../learner_kind.ts";
import { TEST_SEED } from "../seeds.ts";
import { restoreAgent, saveAgent } from "./agent_checkpoint.ts";
import { beginLearning, type Learning } from "./begin_learning.ts";
import type { AgentEvent, AgentTest } from "./events.ts";
import { recordProgress } from "./record_progress.ts";
import { recordAgent, testAgent } from "./test_agent.ts";

/** Checkpoints while an agent learns, beside the last one. */
const CHECKPOINTS = 20;
/** Test episodes that are recorded. */
const RECORDED = 3;

/** What {@link trainAgent} talks to. */
export interface TrainAgentHooks {
  /** Hears what happens. */
  onEvent?: (event: AgentEvent) => void;
  /** The time in milliseconds, for rates. */
  now?: () => number;
  /** Stops between two rounds; what was learned is saved. */
  signal?: AbortSignal;
}

/** What a run came to. */
export type AgentResult = {
  /** How long it learned: decisions, or updates. */
  steps: number;
  /** The agent in the test episodes. */
  test: AgentTest;
};

/**
 * Trains an agent in real environments or from recordings, and tests it, or goes on where its folder stands: the same seed
 * ends with the same numbers however often it was stopped in between.
 *
 * A finished run goes on when `decisions` or `updates` have grown, by the schedules of the longer run, and is tested anew.
 *
 * @param folder The run's; `checkpoints/` and `recordings/` lie inside.
 * @throws RangeError or TypeError for options that do not fit the environment or the recordings; Error when what is learned
 * is not finite any more, or something cannot be read or written.
 */
export async function trainAgent<C extends LearnerConfig>(
  kind: LearnerKind<C>,
  config: C,
  folder: string,
  hooks: TrainAgentHooks = {},
): Promise<AgentResult> {
  const learning = await beginLearning(kind as LearnerKind, config, hooks);
  const { learner } = learning;
  try {
    const unit = stepsOption(config), steps = (config as unknown as Record<typeof unit, number>)[unit];
    const run: Run = { learning, config, steps, name: kind.name, folder, hooks };
    const tested = restoreAgent(folder, learner);
    hooks.onEvent?.({
      type: "plan",
      name: kind.name,
      environment: config.environment,
      from: learning.from,
      parameters: learner.parameterCount,
      steps,
      unit,
    });
    const done = learner.steps >= steps;
    if (!done) await learn(run);
    const test = done && tested ? tested : await takeTest(run);
    return { steps: learner.steps, test };
  } finally {
    await learning.close();
  }
}

/** A run at work. */
interface Run {
  learning: Learning;
  config: LearnerConfig;
  steps: number;
  name: string;
  folder: string;
  hooks: TrainAgentHooks;
}

/** Round after round, with checkpoints in between; a signal stops it with one. */
async function learn({ learning, config, steps, name, folder, hooks }: Run): Promise<void> {
  const { onEvent = () => {}, now = () => 0, signal } = hooks;
  const { learner } = learning;
  const first = learner.steps, start = now();
  const between = steps / CHECKPOINTS;
  let [saved, lastStep, lastTime] = [first, first, start];
  const save = async () => {
    if (saved === learner.steps) return;
    await saveAgent(folder, learner, undefined);
    saved = learner.steps;
    onEvent({ type: "checkpoint", name, step: saved });
  };
  onEvent({ type: "start", name, step: first, steps });
  if (first === 0) await recordProgress(learner, config, { steps, folder });
  while (learner.steps < steps) {
    if (signal?.aborted) await save();
    signal?.throwIfAborted();
    const losses = await learning.round();
    const step = learner.steps, time = now();
    const rate = perSecond(step - lastStep, time - lastTime);
    const overall = perSecond(step - first, time - start);
    const remainingSeconds = overall > 0 ? Math.max(0, steps - step) / overall : 0;
    onEvent({ type: "progress", name, step, steps, losses, rate, remainingSeconds });
    await recordProgress(learner, config, { steps, since: lastStep, folder });
    [lastStep, lastTime] = [step, time];
    if (step - saved >= between || step >= steps) await save();
  }
  onEvent({ type: "end", name, step: learner.steps, seconds: (now() - start) / 1000 });
}

/** The likeliest actions in episodes that training never draws; the first of them are recorded. */
async function takeTest({ learning: { learner }, config, folder, hooks }: Run): Promise<AgentTest> {
  const { onEvent = () => {}, signal } = hooks;
  const agent = learner.agent();
  const report = (name: "test" | "record", of: number) => (_: Episode, done: number) => {
    signal?.throwIfAborted();
    onEvent({ type: "work", name, done, of });
  };
  try {
    const count = config.testEpisodes;
    const seeds = Array.from({ length: count }, (_, i) => TEST_SEED + i);
    const { mean, deviation, length, failures } = await testAgent(agent, config, {
      seeds,
      onEpisode: report("test", count),
    });
    const recorded = seeds.slice(0, RECORDED);
    await recordAgent(agent, config, {
      seeds: recorded,
      folder,
      name: "test",
      onEpisode: report("record", recorded.length),
    });
    const test = { episodes: count, mean, deviation, length, ...failures !== undefined && { failures } };
    await saveAgent(folder, learner, test);
    onEvent({ type: "test", report: test });
    return test;
  } finally {
    agent.close?.();
  }
}

function perSecond(count: number, milliseconds: number): number {
  return milliseconds > 0 ? count / (milliseconds / 1000) : 0;
}
