/**
 * Training: the loop, the optimiser, schedules, checkpoints, metrics, run folders and configurations.
 *
 * @module
 */
export { stackBatches } from "./accumulate.ts";
export * from "./adamw.ts";
export * from "./average.ts";
export * from "./checkpoint.ts";
export * from "./events.ts";
export * from "./keras_adam.ts";
export * from "./metrics_line.ts";
export * from "./metrics_lines.ts";
export * from "./metrics_writer.ts";
export * from "./model.ts";
export * from "./resolve_config.ts";
export * from "./restore_state.ts";
export * from "./run_folder.ts";
export * from "./run_kind.ts";
export * from "./run_lock.ts";
export * from "./safetensors.ts";
export * from "./safetensors_file.ts";
/** Learning rates as functions of the step. */
export * as schedules from "./schedules.ts";
export type { Schedule } from "./schedules.ts";
export * from "./tensor_arrays.ts";
export * from "./tensorboard.ts";
export * from "./train.ts";
export * from "./train_step.ts";
