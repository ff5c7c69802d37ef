import type { NoiseLevel } from "../../generative/diffusion/noise_level.ts";
import { curvedSigma } from "../../generative/diffusion/noise_schedule.ts";
import { CLEAN, samplingPlan, type SamplingTurn } from "../../generative/diffusion/sampling_plan.ts";

/** The noise of a sampler's first turn, and the least that a denoiser learns at and is asked at. */
export const FIRST_NOISE = 5, LEAST_NOISE = 0.002;

/** The turns of Euler's method, at noises that are closer the smaller they are (Karras et al., 2022, equation 5). */
export function denoisingPlan(turns: number): SamplingTurn[] {
  const levels = Array.from({ length: turns }, (_, i): NoiseLevel => ({
    signal: 1,
    noise: curvedSigma(turns === 1 ? 0 : i / (turns - 1), { from: FIRST_NOISE, to: LEAST_NOISE }),
  }));
  return samplingPlan("ddim", [...levels, CLEAN]);
}
