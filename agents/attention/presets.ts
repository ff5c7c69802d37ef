import type { AttentionConfig } from "./fields.ts";

/** What an agent that looks at patches does otherwise in some environments. */
export const ATTENTION_ENVIRONMENTS: Readonly<Record<string, Partial<AttentionConfig>>> = {
  "CarRacing-v3": { frameSkip: 4, grayscale: false, gasLimit: 0.3 },
};
