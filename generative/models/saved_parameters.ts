import { evaluationParameters } from "../train/average.ts";
import type { NamedArray } from "../train/safetensors.ts";

/**
 * What a run's checkpoint offers to sample and to measure with: the best epoch's parameters where training looks for
 * one, else the average where there is one, else the newest.
 */
export function savedParameters(
  { parameters = {}, average, best }: Record<string, Record<string, NamedArray> | undefined>,
): Record<string, NamedArray> {
  return evaluationParameters({ parameters, average: best ?? average });
}
