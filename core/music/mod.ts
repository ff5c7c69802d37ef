/**
 * Music as notes with their times, standard MIDI files, and piano rolls.
 *
 * @module
 */
export * from "./midi.ts";
export * from "./piano_roll.ts";
export * from "./piece.ts";
