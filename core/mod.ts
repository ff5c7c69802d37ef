/**
 * What every package stands on and none owns: the random stream, atomic files, names for error messages.
 *
 * @module
 */
export * from "./atomic_file.ts";
export * from "./flag_name.ts";
export * from "./join_bytes.ts";
export * from "./nearest_name.ts";
export * from "./process_is_alive.ts";
export * from "./random_stream.ts";
