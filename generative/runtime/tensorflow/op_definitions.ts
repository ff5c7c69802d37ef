import type { TensorFlowLibrary } from "./library.ts";
import type { Pointer } from "./memory.ts";

/** What a graph node of an op takes: eager ops need none of this, nodes do. */
export interface OpDefinition {
  /** The inputs in order; a list takes any number of tensors, counted by the attribute `countedBy` if it has one. */
  inputs: { list: boolean; countedBy?: string }[];
  /** The attributes that the op has; kernels of tfjs set some that it lacks. */
  attributes: Set<string>;
}

const definitions = new Map<string, OpDefinition>();

/**
 * Looks an op up in TensorFlow's registry.
 *
 * @param graph Any `TF_Graph*`.
 */
export function opDefinition(library: TensorFlowLibrary, graph: Pointer, name: string): OpDefinition {
  let definition = definitions.get(name);
  if (definition === undefined) {
    const { symbols, memory, status } = library;
    const buffer = symbols.TF_NewBuffer();
    symbols.TF_GraphGetOpDef(graph, memory.text(name), buffer, status);
    library.check(`look up op ${name}`);
    definition = parseOpDef(readBuffer(library, buffer));
    symbols.TF_DeleteBuffer(buffer);
    definitions.set(name, definition);
  }
  return definition;
}

/** Field numbers of tensorflow/core/framework/op_def.proto. */
const OP_DEF = { inputArg: 2, attr: 4 };
const ARG_DEF = { numberAttr: 5, typeListAttr: 6 };
const ATTR_DEF = { name: 1 };

function parseOpDef(bytes: Uint8Array): OpDefinition {
  const definition: OpDefinition = { inputs: [], attributes: new Set() };
  for (const [field, value] of protobufFields(bytes)) {
    if (field === OP_DEF.inputArg) {
      const argument = new Map(protobufFields(value));
      const countedBy = text(argument.get(ARG_DEF.numberAttr)) || undefined;
      definition.inputs.push({
        list: countedBy !== undefined || text(argument.get(ARG_DEF.typeListAttr)) !== "",
        countedBy,
      });
    } else if (field === OP_DEF.attr) {
      definition.attributes.add(text(new Map(protobufFields(value)).get(ATTR_DEF.name)));
    }
  }
  return definition;
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

/** The length-delimited fields of a protobuf message: texts and messages. Numbers are passed over. */
function* protobufFields(bytes: Uint8Array): Generator<[field: number, value: Uint8Array]> {
  let position = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1;; factor *= 128) {
      const byte = bytes[position++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (position < bytes.length) {
    const key = varint();
    switch (key & 7) {
      case 0:
        varint();
        break;
      case 1:
        position += 8;
        break;
      case 2: {
        const length = varint();
        yield [key >>> 3, bytes.subarray(position, position + length)];
        position += length;
        break;
      }
      default:
        position += 4;
    }
  }
}

/** Copies a `TF_Buffer { data, length }` out. */
function readBuffer({ symbols }: TensorFlowLibrary, buffer: Pointer): Uint8Array {
  const view = new Deno.UnsafePointerView(Deno.UnsafePointer.create(buffer)!);
  const length = view.getBigUint64(8);
  const copy = new ArrayBuffer(Number(length));
  if (length > 0n) symbols.copyOut(copy, view.getBigUint64(0), length);
  return new Uint8Array(copy);
}
