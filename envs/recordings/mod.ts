/**
 * Recordings of episodes: writing, reading, drawing again, going on, exporting. README.md tells the format.
 *
 * @module
 */
export { bytesInMemory, type ByteSource } from "./chunk.ts";
export * from "./collect.ts";
export * from "./describe.ts";
export * from "./encoder.ts";
export type { RecordedPicture, RecordingHeader } from "./format.ts";
export * from "./npz.ts";
export * from "./open_recording.ts";
export * from "./policies.ts";
export * from "./read_recording.ts";
export { type FramePart, type ParseOptions, parseRecording, type Recording } from "./reader.ts";
export * from "./recording_error.ts";
export * from "./recording_file.ts";
export * from "./redraw.ts";
export * from "./replay_env.ts";
export * from "./resume.ts";
export * from "./write_npz.ts";
export * from "./writer.ts";
