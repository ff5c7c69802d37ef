/**
 * What every package stands on and none owns: the random stream, options, atomic files, names for error messages.
 *
 * @module
 */
export * from "./atomic_file.ts";
export * from "./fields/describe_fields.ts";
export * from "./fields/field.ts";
export * from "./fields/field_ends.ts";
export * from "./fields/value_schemas.ts";
export * from "./fields/value_shape.ts";
export * from "./fields/value_words.ts";
export * from "./flag_name.ts";
export * from "./join_arrays.ts";
export * from "./kind_registry.ts";
export * from "./nearest_name.ts";
export * from "./process_is_alive.ts";
export * from "./random_stream.ts";
