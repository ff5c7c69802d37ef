import { DataType, dataTypeName } from "./attributes.ts";
import type { TensorFlowLibrary } from "./library.ts";
import type { Pointer } from "./memory.ts";

/** The numbers of a tensor in JavaScript; texts as one byte array each. */
export type TensorValues = Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];

/** A tensor on its way from JavaScript to TensorFlow. */
export interface HostTensor {
  shape: number[];
  /** TensorFlow's number of the element type. */
  dtype: number;
  values: TensorValues;
}

/** Up to this size V8 may keep a typed array on its moving heap, where C code must not look. */
const SMALL_BYTES = 256;
/** `sizeof(TF_TString)`. */
const STRING_BYTES = 24;

/** Copies values into a new `TF_Tensor*`. @throws RangeError when their number does not fit the shape. */
export function copyToTensor(library: TensorFlowLibrary, { shape, dtype, values }: HostTensor): Pointer {
  const { symbols, memory } = library;
  if (dtype === DataType.string) return copyTexts(library, shape, values as Uint8Array[]);
  const source = values as Exclude<TensorValues, Uint8Array[]>;
  const count = shape.reduce((product, size) => product * size, 1);
  const size = source.byteLength;
  if (size !== count * bytesPerElement(dtype)) {
    throw new RangeError(
      `Cannot create a ${dataTypeName(dtype)} tensor of shape [${shape}]: expected ${count} values, ` +
        `got ${source.length} (${size} bytes)`,
    );
  }
  const tensor = symbols.TF_AllocateTensor(dtype, memory.int64s(shape), shape.length, BigInt(size));
  if (size > SMALL_BYTES) {
    symbols.copyIn(
      symbols.TF_TensorData(tensor),
      source as Exclude<typeof source, BigInt64Array>,
      BigInt(size),
    );
  } else if (size > 0) {
    const bytes = memory.uint8s(new Uint8Array(source.buffer, source.byteOffset, size));
    symbols.copyWithin(symbols.TF_TensorData(tensor), bytes, BigInt(size));
  }
  return tensor;
}

/** Copies the values of a `TF_Tensor*` out. */
export function copyFromTensor({ symbols }: TensorFlowLibrary, tensor: Pointer, dtype: number): TensorValues {
  const size = symbols.TF_TensorByteSize(tensor);
  let source = symbols.TF_TensorData(tensor);
  if (dtype === DataType.string) {
    return Array.from({ length: Number(size) / STRING_BYTES }, () => {
      const length = symbols.TF_StringGetSize(source);
      const text = new ArrayBuffer(Number(length));
      if (length > 0n) symbols.copyOut(text, symbols.TF_StringGetDataPointer(source), length);
      source += BigInt(STRING_BYTES);
      return new Uint8Array(text);
    });
  }
  const bytes = new ArrayBuffer(Number(size)); // unlike a small typed array, always off the heap
  if (size > 0n) symbols.copyOut(bytes, source, size);
  switch (dtype) {
    case DataType.float32:
    case DataType.complex64:
      return new Float32Array(bytes);
    case DataType.int32:
      return new Int32Array(bytes);
    case DataType.int64:
      return new BigInt64Array(bytes);
    default:
      return new Uint8Array(bytes);
  }
}

function copyTexts({ symbols, memory }: TensorFlowLibrary, shape: number[], texts: Uint8Array[]): Pointer {
  const size = BigInt(texts.length * STRING_BYTES);
  const tensor = symbols.TF_AllocateTensor(DataType.string, memory.int64s(shape), shape.length, size);
  let target = symbols.TF_TensorData(tensor);
  for (const text of texts) {
    const bytes = new Uint8Array(new ArrayBuffer(Math.max(1, text.length)));
    bytes.set(text);
    symbols.TF_StringInit(target);
    symbols.TF_StringCopy(target, bytes, BigInt(text.length));
    target += BigInt(STRING_BYTES);
  }
  return tensor;
}

function bytesPerElement(dtype: number): number {
  switch (dtype) {
    case DataType.bool:
    case DataType.uint8:
      return 1;
    case DataType.int64:
    case DataType.complex64:
      return 8;
    default:
      return 4;
  }
}
