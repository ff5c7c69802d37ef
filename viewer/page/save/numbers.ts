import { actionParts } from "../episodes/action_parts.ts";
import type { Episode } from "../episodes/episode.ts";
import { pace } from "../state/playhead.ts";
import type { Encoding, Perception } from "../state/session.ts";
import { toCsv } from "./csv.ts";

/** A named column of numbers. */
type Column = readonly [name: string, values: ArrayLike<number>];

/**
 * An episode as a table, a row for each step of the range: the step leads from picture `step` to the next one.
 * Columns: step, seconds, actions, reward, the return after it, terminated, truncated.
 */
export function stepsCsv(episode: Episode, [from, to]: readonly [number, number]): string {
  const { actions, rewards, returns, terminated, truncated, header } = episode;
  const columns: Column[] = [
    ["seconds", Float64Array.from(rewards, (_, t) => t / pace.value)],
    ...matrixColumns(actions, actionNames(header)),
    ["reward", rewards],
    ["return", returns.subarray(1)],
    ["terminated", terminated],
    ["truncated", truncated],
  ];
  return columnsCsv("step", columns, { from, to: Math.min(to, episode.steps - 1) });
}

/** An episode as a world model sees it, with its latents where the model has such. */
type Modelled = Perception & Partial<Pick<Encoding, "encoded">>;

/**
 * What the model makes of an episode as a table, a row for each decision whose picture is in the range of steps.
 * Columns: decision, step, the expected reward, probability of the end, value, the controller's own action, and where
 * the model has latents their means and log-variances.
 */
export function modelCsv(perception: Modelled, range: readonly [number, number]): string {
  const { encoded, followed, model, episode, frameSkip: skip } = perception;
  const dimensions = Array.from({ length: model.card.latentSize }, (_, dimension) => dimension);
  const count = followed.rewards.length + 1;
  const columns: Column[] = [
    ["step", Float64Array.from({ length: count }, (_, d) => d * skip)],
    ["expected_reward", followed.rewards],
    ["expected_end", followed.done],
    ...(followed.values.length > 0 ? [["value", followed.values] as const] : []),
    ...matrixColumns(
      followed.policy,
      actionNames(episode.header).map((name) => `policy_${name}`),
    ),
  ];
  if (encoded) {
    columns.push(
      ...matrixColumns(encoded.mu, dimensions.map((dimension) => `mu_${dimension}`)),
      ...matrixColumns(encoded.logVar, dimensions.map((dimension) => `log_var_${dimension}`)),
    );
  }
  const rows = { from: Math.ceil(range[0] / skip), to: Math.min(Math.floor(range[1] / skip), count - 1) };
  return columnsCsv("decision", columns, rows);
}

/** Both tables and what the recording says of itself as JSON; matrices row by row. */
export function numbersJson(episode: Episode, perception?: Modelled): string {
  const { header, steps, actions, rewards, terminated, truncated } = episode;
  const model = perception && {
    run: perception.model.card.name,
    frameSkip: perception.frameSkip,
    ...perception.encoded && {
      mu: matrixRows(perception.encoded.mu, perception.model.card.latentSize),
      logVar: matrixRows(perception.encoded.logVar, perception.model.card.latentSize),
    },
    expectedRewards: [...perception.followed.rewards],
    expectedEnd: [...perception.followed.done],
    values: [...perception.followed.values],
    policy: matrixRows(perception.followed.policy, header.actionSize),
  };
  const { env, seed, options, metadata } = header;
  return JSON.stringify({
    episode: { title: episode.title, env, seed, options, metadata, steps },
    stepsPerSecond: pace.value,
    actionNames: actionNames(header),
    actions: matrixRows(actions, header.actionSize),
    rewards: [...rewards],
    terminated: [...terminated],
    truncated: [...truncated],
    model,
  });
}

/** Rows `from` to `to` of the columns, numbered in a column before them. */
function columnsCsv(index: string, columns: Column[], { from, to }: { from: number; to: number }): string {
  const length = Math.max(0, to - from + 1);
  const rows = (values: ArrayLike<number>) => Array.from({ length }, (_, row) => values[from + row]);
  return toCsv([
    { name: index, values: Array.from({ length }, (_, row) => from + row) },
    ...columns.map(([name, values]) => ({ name, values: rows(values) })),
  ]);
}

function actionNames(header: Episode["header"]): string[] {
  return actionParts(header).map(({ name }) => name);
}

function matrixColumns(values: ArrayLike<number>, names: readonly string[]): Column[] {
  const rows = values.length / names.length;
  return names.map((name, column) => [
    name,
    Float64Array.from({ length: rows }, (_, row) => values[row * names.length + column]),
  ]);
}

function matrixRows(values: Float32Array, width: number): number[][] {
  return Array.from(
    { length: values.length / width },
    (_, row) => [...values.subarray(row * width, (row + 1) * width)],
  );
}
