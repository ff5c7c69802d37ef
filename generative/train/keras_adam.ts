import { adamW, type AdamWOptions, type Optimiser } from "./adamw.ts";

/**
 * Adam (Kingma and Ba, 2014) as Keras computes it: no decay, an epsilon of 1e-7, added before the means' bias is
 * corrected. Its tensors are those of {@link adamW}.
 */
export function kerasAdam(
  options: Omit<AdamWOptions, "epsilon" | "epsilonHat" | "weightDecay">,
): Optimiser {
  return adamW({ ...options, epsilon: 1e-7, epsilonHat: true });
}
