import { DATA_KINDS, type DataShape } from "../data/dataset.ts";

/** The shape of what a model learned from, as the metadata of its parameters' file: enough to make the model again. */
export function shapeMetadata(shape: DataShape): Record<string, string> {
  return { data: JSON.stringify(shape) };
}

/** Reads {@link shapeMetadata}. @throws SyntaxError when it is not there or damaged. */
export function dataShapeOf(metadata: Record<string, string>, name: string): DataShape {
  try {
    const shape = JSON.parse(metadata.data) as DataShape;
    if (DATA_KINDS.includes(shape.kind)) return shape;
  } catch {
    // Told below.
  }
  throw new SyntaxError(
    `Cannot load "${name}": expected the shape of its data in the parameters' file, got none; train it again`,
  );
}
