/**
 * The world model of Ha & Schmidhuber (2018): a variational autoencoder that sees, an MDN-RNN that remembers.
 *
 * @module
 */
export * from "./baselines.ts";
export * from "./create_mdn_rnn.ts";
export * from "./encode_frames.ts";
export * from "./fields.ts";
export * from "./first_frames.ts";
export * from "./mdn_rnn_kind.ts";
export * from "./memory.ts";
export * from "./memory_batch.ts";
export * from "./mixture.ts";
export * from "./pace.ts";
export * from "./recurrent_world_model.ts";
export * from "./unroll_states.ts";
export * from "./vision.ts";
