/** The name in each run's `config.json`. */
export const RUN_FORMAT = "somnium-run";
/** The version that this code writes and reads. */
export const RUN_VERSION = 1;
