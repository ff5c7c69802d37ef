/**
 * IRIS (Micheli et al., 2023): a world model that tells frames in the words of a codebook, and foresees them word by word.
 *
 * @module
 */
export * from "./create_iris.ts";
export * from "./fields.ts";
export * from "./iris.ts";
export * from "./iris_kind.ts";
export * from "./iris_pictures.ts";
export * from "./iris_world_model.ts";
export * from "./token_transformer.ts";
export * from "./tokenizer.ts";
