/** Seeds of the episodes that training draws: none of the others is among them. */
export const TRAIN_SEEDS: [from: number, to: number] = [1_000_000, 2_000_000_000];

/** First seed of the episodes that rounds are assessed on. */
export const ASSESS_SEED = 500_000;

/** Seeds of the episodes that world models are compared on. */
export const FORESIGHT_SEEDS: [from: number, to: number] = [600_000, 700_000];

/** First seed of the episodes that are recorded while an agent learns. */
export const RECORD_SEED = 700_000;

/** First seed of the test episodes: 0, 1, 2, ... */
export const TEST_SEED = 0;
