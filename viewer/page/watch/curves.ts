import type { ActionPart } from "../../../envs/env_spec.ts";
import type { ChartColor, ChartSeries } from "../charts/series.ts";
import { actionParts } from "../episodes/action_parts.ts";
import type { Episode } from "../episodes/episode.ts";
import type { Dreams } from "../state/dream.ts";
import type { Perception } from "../state/session.ts";
import { dreamErrors, featureDistances, reconstructionErrors } from "./errors.ts";

/** What curves are drawn of. */
export interface CurveSources {
  episode: Episode;
  perception?: Perception;
  dreams?: Dreams;
  /** One dream of each of the worlds beside it, by run. */
  others?: ReadonlyMap<string, { dream: Dreams; color: ChartColor }>;
  /** Which dream is drawn as a line; the others make the band about it. */
  sample: number;
  /** Simulator steps that a decision is held for. */
  frameSkip: number;
}

/** A chart of an episode, over its frames. */
export interface Curve {
  /** Names it in {@link shownCharts}. */
  id: string;
  title: string;
  /** What is measured, and in which unit: a tooltip. */
  meaning: string;
  series: ChartSeries[];
  yDomain?: readonly [number, number];
}

/** All charts that there are numbers for. */
export function curvesOf(sources: CurveSources): Curve[] {
  return [
    errorCurve(sources),
    rewardCurve(sources),
    returnCurve(sources),
    ...actionCurves(sources),
    valueCurve(sources),
    endCurve(sources),
    featureCurve(sources),
  ].filter(({ series }) => series.length > 0);
}

function errorCurve({ perception, dreams, others = new Map(), sample, frameSkip }: CurveSources): Curve {
  const series: ChartSeries[] = [];
  if (perception) {
    const y = reconstructionErrors(perception);
    series.push({ name: "Reconstruction", color: "real", x: decisions(y.length, frameSkip), y });
  }
  if (dreams) series.push(dreamLine(dreams, { rows: dreamErrors(dreams), sample }));
  for (const [name, { dream, color }] of others) {
    series.push({ ...dreamLine(dream, { rows: dreamErrors(dream), sample: 0 }), name, color });
  }
  return {
    id: "error",
    title: "Error",
    meaning: "Mean absolute difference from the real frame, in grey levels of 255",
    series,
  };
}

function rewardCurve({ episode, perception, dreams, sample, frameSkip }: CurveSources): Curve {
  const expected = perception?.followed.rewards;
  const sums = new Float32Array(Math.floor(episode.steps / frameSkip));
  for (let t = 0; t < sums.length * frameSkip; t++) sums[Math.floor(t / frameSkip)] += episode.rewards[t];
  const x = decisions(sums.length, frameSkip, 1);
  const series: ChartSeries[] = [{ name: "Real", color: "real", x, y: sums }];
  if (expected) {
    series.push({ name: "Expected", color: 7, x: x.subarray(0, expected.length), y: expected, dashed: true });
  }
  if (dreams) series.push(dreamLine(dreams, { rows: dreams.rewards, sample }));
  const each = frameSkip === 1 ? "step" : "decision";
  return {
    id: "reward",
    title: "Reward",
    meaning: `Reward of each ${each}; predicted by the world model`,
    series,
  };
}

function returnCurve({ episode, dreams, sample }: CurveSources): Curve {
  const series: ChartSeries[] = [{ name: "Real", color: "real", y: episode.returns }];
  if (dreams) {
    const { start, length, known, rewards, seeds, frameSkip } = dreams;
    const sums = new Float32Array(rewards.length);
    for (let s = 0; s < seeds.length; s++) {
      let sum = episode.returns[start * frameSkip];
      for (let n = 0; n < known; n++) sums[s * length + n] = sum += rewards[s * length + n];
    }
    series.push(dreamLine(dreams, { rows: sums, sample }));
  }
  return {
    id: "return",
    title: "Return",
    meaning: "Sum of the rewards so far; the dream continues from reality's",
    series,
  };
}

/** Each number of the action by itself, or together with those of its group. */
function actionCurves(sources: CurveSources): Curve[] {
  const { episode: { header, actions, steps }, perception, dreams, sample, frameSkip } = sources;
  const size = header.actionSize;
  const column = (rows: Float32Array, at: number, count: number) =>
    Float32Array.from({ length: count }, (_, i) => rows[i * size + at]);
  const lines = (at: number, name: string, color: number): ChartSeries[] => {
    const policy = perception?.followed.policy;
    const series: ChartSeries[] = [{ name, color, y: column(actions, at, steps) }];
    if (policy) {
      const count = policy.length / size;
      const y = column(policy, at, count);
      series.push({
        name: `${name}, policy`,
        color,
        x: decisions(count, frameSkip),
        y,
        dashed: true,
      });
    }
    if (dreams && dreams.driver === "agent") {
      const rows = column(dreams.actions, at, dreams.seeds.length * dreams.length);
      series.push({ ...dreamLine(dreams, { rows, sample, shift: 0 }), name: `${name}, dream` });
    }
    return series;
  };
  const parts = actionParts(header);
  const groups = Map.groupBy(parts.map((part, i) => ({ ...part, i })), ({ title, group = title }) => group);
  return [...groups].map(([title, members]) => ({
    id: `action-${members[0].i}`,
    title,
    meaning: `${members.map(describePart).join("; ")}: taken, and as the controller would choose`,
    series: members.flatMap(({ title, i }) => lines(i, title, ACTION_COLORS[i % ACTION_COLORS.length])),
    yDomain: members[0].range,
  }));
}

/** What the numbers of an action are drawn in. */
const ACTION_COLORS = [0, 2, 6];

function describePart({ title, meaning, group }: ActionPart): string {
  return group ? `${title}, ${meaning}` : meaning;
}

function valueCurve({ perception, frameSkip }: CurveSources): Curve {
  const y = perception?.followed.values ?? new Float32Array(0);
  const series: ChartSeries[] = y.length === 0
    ? []
    : [{ name: "Value", color: "agent", x: decisions(y.length, frameSkip), y }];
  return { id: "value", title: "Value", meaning: "Return from here on, predicted by the critic", series };
}

function endCurve({ perception, dreams, sample, frameSkip }: CurveSources): Curve {
  const done = perception?.followed.done;
  const series: ChartSeries[] = [];
  if (done) series.push({ name: "Reality", color: "real", x: decisions(done.length, frameSkip, 1), y: done });
  if (dreams) series.push(dreamLine(dreams, { rows: dreams.done, sample }));
  return {
    id: "end",
    title: "Probability of the end",
    meaning: "Probability, predicted by the world model, that the episode ends with this decision",
    series,
    yDomain: [0, 1],
  };
}

function featureCurve({ dreams, sample }: CurveSources): Curve {
  const series = dreams ? [dreamLine(dreams, { rows: featureDistances(dreams), sample })] : [];
  return {
    id: "features",
    title: "Feature distance",
    meaning: "Euclidean distance between what a policy sees of the dream and of reality",
    series,
  };
}

/** A dream's numbers, `[S, N]`: one sample's line, and the range of all about it. `shift` 1 stands at what follows. */
function dreamLine(
  { seeds, length, known, start, frameSkip }: Dreams,
  { rows, sample, shift = 1 }: { rows: Float32Array; sample: number; shift?: number },
): ChartSeries {
  const x = Float32Array.from({ length: known }, (_, n) => (start + n + shift) * frameSkip);
  const row = Math.min(sample, seeds.length - 1) * length;
  const y = rows.subarray(row, row + known);
  if (seeds.length === 1) return { name: "Dream", color: "dream", x, y };
  const low = y.slice(), high = y.slice();
  for (let s = 0; s < seeds.length; s++) {
    for (let n = 0; n < known; n++) {
      low[n] = Math.min(low[n], rows[s * length + n]);
      high[n] = Math.max(high[n], rows[s * length + n]);
    }
  }
  return { name: "Dream", color: "dream", x, y, band: { low, high } };
}

/** Frames of decisions: 0, k, 2k .. or, shifted, k, 2k .. */
function decisions(count: number, frameSkip: number, shift = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, d) => (d + shift) * frameSkip);
}
