// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench worlds [--compare RUN,RUN]`: what world models of any kind foresee of the same held-out drives. Each run's
 * controller drives an equal share of them, on episodes that no training draws. From decisions 20, 60 and 100 on, a world is
 * shown nothing more than the actions, and its dream is compared with what came 1, 5, 15 and 50 decisions later: frames by
 * their signal-to-noise ratio, and what was earned by its correlation. `FD` is the Fréchet distance of all dreamt frames
 * to the real ones, of 8x8 pixels each. All but the speed depends on no clock.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { createDreamRollout } from "../agents/dream_rollout.ts";
import { FORESIGHT_SEEDS } from "../agents/seeds.ts";
import { assembleEnvironments } from "../agents/train_world_model/assemble_environments.ts";
import { collectRollout } from "../agents/train_world_model/collect_rollout.ts";
import { readFinishedRun } from "../agents/train_world_model/finished_run.ts";
import { type LoadedRun, loadRun } from "../agents/train_world_model/load_run.ts";
import { readRunConfig } from "../agents/train_world_model/read_run_config.ts";
import { RandomStream } from "../core/mod.ts";
import { contactSheet, type Picture, writePng } from "../core/pictures/mod.ts";
import { fitGaussian, frechetDistance } from "../generative/metrics/frechet_distance.ts";
import { countParameters } from "../generative/nn/mod.ts";
import { disposeTree, startBackend } from "../generative/runtime/mod.ts";
import { benchmark } from "../tasks/benchmarks.ts";
import type { Given } from "../tasks/cli.ts";
import { findNewestRun, findRun } from "../tasks/find_run.ts";
import { formatCount, table } from "../tasks/format.ts";
import { projectPath, shownPath } from "../tasks/paths.ts";
import { UsageError } from "../tasks/run_task.ts";
import { closeness, foresee, type Foresight, realCourse, type Rollout, WORLD_KINDS } from "../worlds/mod.ts";

/** Decisions that are foreseen, from where on, and after how many of them dream and reality are compared. */
const DECISIONS = 50, STARTS = [20, 60, 100], AHEAD = [1, 5, 15, 50];
/** Decisions of a drive. */
const LENGTH = Math.max(...STARTS) + DECISIONS + 1;
/** Pictures of a row. */
const COLUMNS = 10;
/** Dreams side by side of which the speed is measured. */
const DREAMS = 64;
/** Pixels a side of what frames are reduced to before their distributions are compared. */
const COARSE = 8;
const SEED = 1;

/** A run that takes part. */
interface Entrant extends LoadedRun {
  name: string;
  folder: string;
}

const TASK = benchmark("worlds");

if (import.meta.main) await TASK.run(main);

async function main({ flags }: Given<typeof TASK.options.flags>): Promise<void> {
  const { name, version } = await startBackend();
  const entrants = chooseRuns(flags.compare).map((folder): Entrant => ({
    ...loadRun(folder),
    folder,
    name: shownPath(folder).split("/").at(-1)!,
  }));
  expectAlike(entrants);
  const rollout = await drive(entrants, flags.streams);
  if (rollout.streams < 2) {
    throw new UsageError(
      `Cannot compare world models: of ${flags.streams} drives too few are ${LENGTH} decisions long`,
    );
  }
  const sizes = { starts: STARTS.length, decisions: DECISIONS, streams: rollout.streams };
  const real = realCourse(rollout, { starts: STARTS, decisions: DECISIONS });
  console.log(
    `${rollout.streams} drives of ${LENGTH} decisions in ${
      entrants[0].config.environment
    }; ${name} ${version}\n`,
  );
  const rows: string[][] = [];
  const strips = [strip(real, rollout)];
  for (const entrant of entrants) {
    const { networks: { worldModel, components }, world, config } = entrant;
    const dreamt = await foresee(worldModel, world, rollout, {
      starts: STARTS,
      decisions: DECISIONS,
      temperature: config.temperature,
      random: new RandomStream(SEED),
    });
    strips.push(strip(dreamt, rollout));
    const close = AHEAD.map((ahead) => closeness(dreamt, real, ahead, sizes));
    const parameters = components.reduce((sum, { network }) => sum + countParameters(network.parameters), 0);
    rows.push([
      entrant.name,
      config.world,
      ...close.map(({ psnr }) => psnr.toFixed(1)),
      ...close.map(({ returnCorrelation }) => returnCorrelation.toFixed(2)),
      frechetDistance(fitGaussian(coarse(dreamt, rollout)), fitGaussian(coarse(real, rollout))).toFixed(2),
      formatCount(Math.round(await dreamsPerSecond(entrant))),
      formatCount(parameters),
      minutesOf(entrant.folder),
    ]);
  }
  const ahead = (what: string) => AHEAD.map((count) => `${what}${count}`);
  console.log(table([
    ["run", "world", ...ahead("PSNR "), ...ahead("corr "), "FD", "steps/s", "parameters", "minutes"],
    ...rows,
  ]));
  const picture = flags.picture ?? projectPath(join("runs", "worlds.png"));
  Deno.mkdirSync(dirname(picture), { recursive: true });
  writePng(picture, contactSheet(strips.flat(), COLUMNS));
  const order = ["reality", ...entrants.map(({ name }) => name)].join(", ");
  console.log(
    `\nPicture: ${shownPath(picture)}: the same ${DECISIONS} decisions, from top to bottom ${order}`,
  );
  for (const entrant of entrants) entrant.dispose();
}

/** @throws UsageError when none is there. */
function chooseRuns(named: string | undefined): string[] {
  if (named) return named.split(",").map((name) => findRun(name, "compare"));
  const newest = WORLD_KINDS.flatMap(({ name }) =>
    findNewestRun({
      task: "compare",
      kinds: ["world model"],
      fits: (folder) => readRunConfig(folder).world === name && minutesOf(folder) !== "-",
    })?.folder ?? []
  );
  if (newest.length > 0) return newest;
  throw new UsageError(
    "Cannot compare world models: expected finished runs, got none; deno task train-world-model makes one",
  );
}

/** @throws UsageError when runs see or do different things. */
function expectAlike(entrants: readonly Entrant[]): void {
  const [{ config: first, name }, ...others] = entrants;
  for (const option of ["environment", "frameSkip", "gasLimit", "controller"] as const) {
    const other = others.find(({ config }) => config[option] !== first[option]);
    if (!other) continue;
    throw new UsageError(
      `Cannot compare "${name}" and "${other.name}": expected the same ${option}, got ${first[option]} and ${
        other.config[option]
      }`,
    );
  }
}

/** Drives on unseen episodes: each run's controller drives as many as any other. */
async function drive(entrants: readonly Entrant[], streams: number): Promise<Rollout> {
  const shares = entrants.map((_, i) =>
    Math.floor((i + 1) * streams / entrants.length) - Math.floor(i * streams / entrants.length)
  );
  const random = new RandomStream(SEED).fork("drives");
  const parts: Rollout[] = [];
  for (const [i, entrant] of entrants.entries()) {
    if (shares[i] === 0) continue;
    const env = assembleEnvironments(entrant.config, shares[i]);
    const agent = entrant.drive();
    parts.push(
      await collectRollout({ env, agent }, {
        decisions: LENGTH,
        episodeLength: [LENGTH + 1, LENGTH + 2],
        seedRange: FORESIGHT_SEEDS,
        random,
      }),
    );
    agent.close();
    await env.close();
  }
  return sideBySide(parts);
}

/** Rollouts of as many decisions as one, without the drives that ended early. */
function sideBySide(parts: readonly Rollout[]): Rollout {
  const kept = parts.flatMap((part) =>
    Array.from({ length: part.streams }, (_, n) => ({ part, n })).filter(({ part, n }) => {
      for (let t = 1; t < LENGTH; t++) if (part.resets[t * part.streams + n]) return false;
      return true;
    })
  );
  const join = <T extends Float32Array | Int32Array | Uint8Array>(pick: (part: Rollout) => T): T => {
    const size = pick(parts[0]).length / (LENGTH * parts[0].streams);
    const joined = new (pick(parts[0]).constructor as new (length: number) => T)(LENGTH * kept.length * size);
    for (let t = 0; t < LENGTH; t++) {
      kept.forEach(({ part, n }, i) => {
        const from = (t * part.streams + n) * size;
        joined.set(pick(part).subarray(from, from + size), (t * kept.length + i) * size);
      });
    }
    return joined;
  };
  return {
    streams: kept.length,
    decisions: LENGTH,
    actionSize: parts[0].actionSize,
    actions: join(({ actions }) => actions),
    rewards: join(({ rewards }) => rewards),
    dones: join(({ dones }) => dones),
    resets: join(({ resets }) => resets),
    seeds: join(({ seeds }) => seeds),
    costs: join(({ costs }) => costs),
    frames: join(({ frames }) => frames!),
  };
}

/** Frames of the first drive from the first start on, as many as a row has. */
function strip({ frames }: Foresight, { streams }: Rollout): Picture[] {
  const length = frames.length / (STARTS.length * DECISIONS * streams), side = Math.sqrt(length / 3);
  return Array.from({ length: COLUMNS }, (_, column) => {
    const k = Math.round(column * (DECISIONS - 1) / (COLUMNS - 1));
    const at = k * streams * length;
    return { width: side, height: side, data: frames.subarray(at, at + length) };
  });
}

/** Frames reduced to the means of their squares, as rows of features, 0 to 1. */
function coarse({ frames }: Foresight, { streams }: Rollout) {
  const count = STARTS.length * DECISIONS * streams, length = frames.length / count;
  const side = Math.sqrt(length / 3), block = side / COARSE, size = COARSE * COARSE * 3;
  const values = new Float32Array(count * size);
  for (let i = 0; i < frames.length; i++) {
    const [frame, place] = [Math.floor(i / length), i % length];
    const [y, x, channel] = [Math.floor(place / 3 / side), Math.floor(place / 3) % side, place % 3];
    const cell = (Math.floor(y / block) * COARSE + Math.floor(x / block)) * 3 + channel;
    values[frame * size + cell] += frames[i] / 255 / block ** 2;
  }
  return { values, count, size };
}

/** Steps a second of dreams in which the run's controller acts, without pictures. */
async function dreamsPerSecond(
  { networks: { worldModel, policy }, world, weights }: Entrant,
): Promise<number> {
  const dreams = createDreamRollout(worldModel, (weights, ...decision) => policy.act(weights, ...decision), {
    decisions: DECISIONS,
  });
  const start = worldModel.initial(DREAMS);
  const run = () => dreams.run(world, weights, start, new RandomStream(SEED));
  await run();
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const begun = performance.now();
    await run();
    best = Math.min(best, performance.now() - begun);
  }
  dreams.dispose();
  disposeTree(start);
  return DREAMS * DECISIONS / best * 1000;
}

/** How long a run was trained, "-" where it is not finished or does not say. */
function minutesOf(folder: string): string {
  try {
    return String(Math.round(readFinishedRun(folder).seconds / 60));
  } catch {
    return "-";
  }
}
