import { lineChart } from "../../core/pictures/line_chart.ts";
import type { Artifact } from "../models/model.ts";
import type { Diffusion } from "./diffusion.ts";
import { drawPointSamples, inTurn, pointNoise, type PointPicturesContext } from "./point_samples.ts";
import { CLEAN, type SamplerName, samplingLevels, samplingPlan } from "./sampling_plan.ts";

/** Points that samplers are compared by, the times that these ask the network, and the steps of what they should reach. */
const [COMPARED, EVALUATIONS, EXACT_STEPS] = [500, [5, 7, 9, 13, 19, 27, 39, 59], 400];

/** How far samples are from those of very many steps, by how often the network was asked. */
export async function compareSamplers(
  diffusion: Diffusion,
  { parameters, random, labels }: PointPicturesContext,
): Promise<Artifact> {
  const { schedule } = diffusion.options;
  const { signal, noise } = samplingLevels("heun", schedule, { steps: 2 })[0]; // where all of them can start
  const chosen = labels && inTurn(COMPARED, labels);
  const sample = (sampler: SamplerName, steps: number) => {
    // the levels of heun for all, so that they differ in nothing but the sampler
    const levels = [{ signal, noise }, ...samplingLevels("heun", schedule, { steps }).slice(1, -1), CLEAN];
    return drawPointSamples(diffusion, parameters, {
      x: pointNoise(COMPARED, random.fork("compared"), levels[0]),
      plan: samplingPlan(sampler, levels),
      random,
      labels: chosen,
    });
  };
  const exact = await sample("heun", EXACT_STEPS);
  const series = [];
  for (const sampler of ["ddim", "dpm", "heun"] as const) {
    const points: [number, number][] = [];
    for (const evaluations of EVALUATIONS) {
      const drawn = await sample(sampler, sampler === "heun" ? (evaluations + 1) / 2 : evaluations);
      points.push([
        evaluations,
        Math.sqrt(drawn.reduce((sum, value, i) => sum + (value - exact[i]) ** 2, 0) / COMPARED),
      ]);
    }
    series.push({ name: sampler, points });
  }
  return {
    name: "samplers",
    caption:
      `How far samples from the same noise are from those of ${EXACT_STEPS} steps, by how often the network is asked: ` +
      "ddim needs several times as many questions as the samplers of second order",
    content: {
      svg: lineChart({
        title: "Few steps",
        xLabel: "times that the network is asked",
        yLabel: "root mean square distance",
        series,
        logY: true,
      }),
    },
  };
}
