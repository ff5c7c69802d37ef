/**
 * The world model of Dreamer (Hafner et al., 2019 to 2023): a recurrent state-space model.
 *
 * @module
 */
export * from "./create_rssm.ts";
export * from "./fields.ts";
export * from "./frozen_sight.ts";
export * from "./rssm.ts";
export * from "./rssm_kind.ts";
export * from "./rssm_world_model.ts";
