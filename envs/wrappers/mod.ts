/**
 * Environments around environments, with Gymnasium's semantics: what they change is in their names.
 *
 * @module
 */
export * from "./action_wrapper.ts";
export * from "./clip_action.ts";
export * from "./crop.ts";
export * from "./crop_resize.ts";
export * from "./disturb_picture.ts";
export * from "./frame_skip.ts";
export * from "./frame_stack.ts";
export * from "./grayscale.ts";
export * from "./mask_observation.ts";
export * from "./normalize_observation.ts";
export * from "./normalize_reward.ts";
export * from "./observation_wrapper.ts";
export * from "./record_episode.ts";
export * from "./record_episode_statistics.ts";
export * from "./record_video.ts";
export * from "./recorded_env.ts";
export * from "./rescale_action.ts";
export * from "./resize.ts";
export type { Statistics } from "./running_statistics.ts";
export * from "./shown_env.ts";
export * from "./statistics_file.ts";
export * from "./time_limit.ts";
export * from "./transform_observation.ts";
export * from "./transform_reward.ts";
export * from "./wrap.ts";
export * from "./wrapper.ts";
