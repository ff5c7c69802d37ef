/**
 * Data to learn from: sets with a name, the user's own files, and mini-batches.
 *
 * @module
 */
export * from "./batches.ts";
export * from "./dataset.ts";
export * from "./datasets.ts";
export * from "./examples.ts";
export * from "./fit_pictures.ts";
export * from "./load_dataset.ts";
export * from "./music/melody_words.ts";
export * from "./music/music_data.ts";
export * from "./music/passages.ts";
export * from "./music/voice_grid.ts";
export * from "./music/voices.ts";
export * from "./picture_tensors.ts";
export * from "./point_tensors.ts";
export * from "./split_by_content.ts";
export * from "./text/byte_pairs.ts";
export * from "./text/load_texts.ts";
export * from "./text/text_data.ts";
export * from "./text/text_tensors.ts";
export * from "./text/tokenise.ts";
export * from "./text/tokeniser.ts";
export * from "./text/vocabulary.ts";
