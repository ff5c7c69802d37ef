/**
 * Music as notes with their times, standard MIDI files, piano rolls, and how it sounds.
 *
 * @module
 */
export * from "./midi.ts";
export * from "./piano_roll.ts";
export * from "./piece.ts";
export * from "./tones.ts";
export * from "./wav.ts";
