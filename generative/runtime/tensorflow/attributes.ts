import type { TensorFlowLibrary } from "./library.ts";
import type { Pointer } from "./memory.ts";

/** TensorFlow's numbers of the element types that tfjs knows (tensorflow/c/tf_datatype.h). */
export const DataType = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  resource: 20,
} as const;

/** The name of an element type, for messages. */
export function dataTypeName(type: number): string {
  return Object.entries(DataType).find(([, number]) => number === type)?.[0] ?? `type ${type}`;
}

/** Element types that tfjs tensors have, to TensorFlow's numbers. */
export const TFJS_TYPES: Record<string, number> = {
  float32: DataType.float32,
  int32: DataType.int32,
  bool: DataType.bool,
  complex64: DataType.complex64,
  string: DataType.string,
};

/** What kind of value an attribute holds, numbered as in tfjs-node's binding. */
export const AttributeType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/** The value of an attribute. */
export type AttributeValue = string | number | boolean | Uint8Array | readonly (number | boolean)[];

/** An attribute of an op, in the form of tfjs-node's binding. */
export interface Attribute {
  name: string;
  /** One of {@link AttributeType}. */
  type: number;
  value: AttributeValue;
}

/** Sets an attribute on an eager op (`TFE_Op*`). */
export function setEagerAttribute(library: TensorFlowLibrary, op: Pointer, attribute: Attribute): void {
  set(library, "TFE_OpSetAttr", op, attribute);
}

/** Sets an attribute on a graph node under construction (`TF_OperationDescription*`). */
export function setGraphAttribute(library: TensorFlowLibrary, node: Pointer, attribute: Attribute): void {
  set(library, "TF_SetAttr", node, attribute);
}

/** Both families of C functions take the same arguments, but for the status of the eager shape setter. */
function set(
  { symbols, memory, status }: TensorFlowLibrary,
  family: "TFE_OpSetAttr" | "TF_SetAttr",
  target: Pointer,
  { name, type, value }: Attribute,
): void {
  const key = memory.text(name);
  const list = Array.isArray(value) ? value as number[] : undefined;
  switch (type) {
    case AttributeType.type:
      if (list) symbols[`${family}TypeList`](target, key, memory.int32s(list), list.length);
      else symbols[`${family}Type`](target, key, value as number);
      break;
    case AttributeType.int:
      if (list) symbols[`${family}IntList`](target, key, memory.int64s(list), list.length);
      else symbols[`${family}Int`](target, key, BigInt(value as number));
      break;
    case AttributeType.float:
      if (list) symbols[`${family}FloatList`](target, key, memory.float32s(list), list.length);
      else symbols[`${family}Float`](target, key, value as number);
      break;
    case AttributeType.bool:
      if (list) symbols[`${family}BoolList`](target, key, memory.uint8s(list), list.length);
      else symbols[`${family}Bool`](target, key, value ? 1 : 0);
      break;
    case AttributeType.string: {
      const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(value as string);
      symbols[`${family}String`](target, key, memory.uint8s(bytes), BigInt(bytes.length));
      break;
    }
    case AttributeType.shape: {
      const sizes = memory.int64s(list!);
      if (family === "TFE_OpSetAttr") {
        symbols.TFE_OpSetAttrShape(target, key, sizes, list!.length, status);
      } else symbols.TF_SetAttrShape(target, key, sizes, list!.length);
      break;
    }
    default:
      throw new TypeError(`Cannot set attribute "${name}": expected a known attribute type, got ${type}`);
  }
}
