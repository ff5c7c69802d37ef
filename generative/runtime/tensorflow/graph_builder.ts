import { type Attribute, setGraphAttribute } from "./attributes.ts";
import type { TensorFlowBinding, TensorMetadata } from "./binding.ts";
import { type InputVariable, resourceOf } from "./input_variables.ts";
import type { Pointer } from "./memory.ts";
import { opDefinition } from "./op_definitions.ts";
import type { RecordedConstant, RecordedLoop, RecordedOp } from "./recording.ts";
import { copyToTensor } from "./tensor_values.ts";

/** A tensor in a graph: a node and which of its outputs. */
export type NodeOutput = readonly [node: Pointer, index: number];

/** An array of `TF_Output { TF_Operation* oper; int index; }`. */
export function packOutputs(outputs: readonly NodeOutput[]): ArrayBuffer {
  const packed = new ArrayBuffer(Math.max(1, outputs.length) * 16);
  const pointers = new BigUint64Array(packed);
  const indices = new Int32Array(packed);
  outputs.forEach(([node, index], i) => {
    pointers[2 * i] = node;
    indices[4 * i + 2] = index;
  });
  return packed;
}

/** A `TF_Graph*` under construction, with the node of each recorded tensor. */
export class GraphBuilder {
  readonly address: Pointer;
  readonly #nodes = new Map<number, NodeOutput>();
  /** Shape and type of each recorded tensor. */
  readonly #metadata = new Map<number, TensorMetadata>();
  /** The nodes of the ops that others must come after. */
  readonly #operations = new Map<RecordedOp | RecordedLoop, Pointer[]>();
  /** The nodes that read an input which is a variable. */
  readonly #readers = new Map<number, Pointer[]>();
  readonly #constants = new Map<string, NodeOutput>();
  #count = 0;

  constructor(readonly binding: TensorFlowBinding) {
    this.address = binding.library.symbols.TF_NewGraph();
  }

  placeholder(tensor: TensorMetadata): NodeOutput {
    const { shape, dtype } = tensor;
    const { symbols, memory } = this.binding.library;
    const node = this.#begin("Placeholder");
    symbols.TF_SetAttrType(node, memory.text("dtype"), dtype);
    symbols.TF_SetAttrShape(node, memory.text("shape"), memory.int64s(shape), shape.length);
    return this.#remember(tensor, this.#finish(node, "Placeholder"));
  }

  constant(entry: RecordedConstant): void {
    const { library } = this.binding;
    const { symbols, memory, status } = library;
    const key = Array.isArray(entry.values)
      ? `${entry.id}`
      : `${entry.dtype}|${entry.shape}|${bytesOf(entry.values)}`; // by its bits: -0 is not 0
    let output = this.#constants.get(key);
    if (output === undefined) {
      const node = this.#begin("Const");
      const tensor = copyToTensor(library, entry);
      symbols.TF_SetAttrType(node, memory.text("dtype"), entry.dtype);
      symbols.TF_SetAttrTensor(node, memory.text("value"), tensor, status);
      symbols.TF_DeleteTensor(tensor);
      library.check("add a constant");
      output = this.#finish(node, "Const");
      this.#constants.set(key, output);
    }
    this.#remember(entry, output);
  }

  /** A node of an op; a loop's calls functions, by the attributes that name them. */
  op(entry: RecordedOp | RecordedLoop, functions: Record<string, string> = {}): void {
    const { library } = this.binding;
    if (this.#changesNothing(entry)) {
      const [given] = entry.inputs, [made] = entry.outputs;
      this.#remember(made, this.#nodes.get(given)!);
      const readers = this.#readers.get(given);
      if (readers) this.#readers.set(made.id, readers);
      return;
    }
    const definition = opDefinition(library, this.address, entry.name);
    const node = this.#begin(entry.name);
    const inputs = entry.inputs.map((id) => this.#nodes.get(id)!);
    let next = 0;
    for (const { list, countedBy } of definition.inputs) {
      if (list) {
        const length = listLength(entry, definition.inputs, countedBy);
        this.#addInputList(node, inputs.slice(next, next + length));
        next += length;
      } else {
        this.#addInput(node, inputs[next++]);
      }
    }
    for (const attribute of attributesOf(entry)) {
      if (definition.attributes.has(attribute.name)) setGraphAttribute(library, node, attribute);
    }
    for (const [attribute, name] of Object.entries(functions)) {
      const { symbols, memory } = library;
      symbols.TF_SetAttrFuncName(node, memory.text(attribute), memory.text(name), BigInt(name.length));
    }
    for (const before of entry.kind === "op" ? entry.after : []) {
      for (const address of this.#operations.get(before)!) library.symbols.TF_AddControlInput(node, address);
    }
    const [address] = this.#finish(node, entry.name);
    this.#operations.set(entry, [address]);
    for (const id of entry.inputs) this.#readers.get(id)?.push(address);
    entry.outputs.forEach((output, i) => this.#remember(output, [address, i]));
    if (entry.name === "ReadVariableOp") this.#setShape(entry.outputs[0]);
  }

  /**
   * A parameter that is a variable, with the input that it stands for read from it, if anything else needs that. What
   * changes the variable comes after all that read it.
   */
  variable(variable: InputVariable, input: TensorMetadata): NodeOutput {
    const { symbols, memory } = this.binding.library;
    const resource = this.placeholder(resourceOf(variable));
    const readers: Pointer[] = [];
    this.#operations.set(variable.assigned, readers);
    if (!variable.read) return resource;
    const node = this.#begin("ReadVariableOp");
    this.#addInput(node, resource);
    symbols.TF_SetAttrType(node, memory.text("dtype"), input.dtype);
    this.#remember(input, this.#finish(node, "ReadVariableOp"));
    this.#setShape(input);
    readers.push(this.#nodes.get(input.id)![0]);
    this.#readers.set(input.id, readers);
    return resource;
  }

  /** Tells TensorFlow the shape of what was read from a variable. */
  #setShape({ id, shape }: TensorMetadata): void {
    const { symbols, memory, status } = this.binding.library;
    const place = new Uint8Array(packOutputs([this.#nodes.get(id)!]));
    symbols.TF_GraphSetTensorShape(this.address, place, memory.int64s(shape), shape.length, status);
    this.binding.library.check("set a shape");
  }

  /** A node that only passes a tensor on: an output may be an input as well, or occur twice. */
  identity(id: number): NodeOutput {
    const node = this.#begin("Identity");
    this.#addInput(node, this.#nodes.get(id)!);
    return this.#finish(node, "Identity");
  }

  /** Whether a tensor has the same shape whatever the values are, as far as TensorFlow can tell. */
  hasFixedShape(output: NodeOutput): boolean {
    const { symbols, status } = this.binding.library;
    const place = new Uint8Array(packOutputs([output]));
    const rank = symbols.TF_GraphGetTensorNumDims(this.address, place, status);
    this.binding.library.check("infer a shape");
    if (rank < 0) return false;
    const sizes = new BigInt64Array(new ArrayBuffer(8 * Math.max(1, rank)));
    symbols.TF_GraphGetTensorShape(this.address, place, sizes, rank, status);
    this.binding.library.check("infer a shape");
    return sizes.every((size) => size >= 0n);
  }

  #begin(op: string): Pointer {
    const { symbols, memory } = this.binding.library;
    return symbols.TF_NewOperation(this.address, memory.text(op), memory.text(`node${this.#count++}`));
  }

  #finish(node: Pointer, op: string): NodeOutput {
    const address = this.binding.library.symbols.TF_FinishOperation(node, this.binding.library.status);
    this.binding.library.check(`add a ${op} node`);
    return [address, 0];
  }

  #addInput(node: Pointer, input: NodeOutput): void {
    this.binding.library.symbols.TF_AddInput(node, new Uint8Array(packOutputs([input])));
  }

  #addInputList(node: Pointer, inputs: NodeOutput[]): void {
    this.binding.library.symbols.TF_AddInputList(node, packOutputs(inputs), inputs.length);
  }

  #remember(tensor: TensorMetadata, output: NodeOutput): NodeOutput {
    this.#nodes.set(tensor.id, output);
    this.#metadata.set(tensor.id, tensor);
    return output;
  }

  /** Whether an op only passes a tensor on: a cast to the type that it has, a reshape to its own shape. */
  #changesNothing({ name, inputs, outputs }: RecordedOp | RecordedLoop): boolean {
    if (name !== "Cast" && name !== "Reshape") return false;
    const { shape, dtype } = this.#metadata.get(inputs[0])!;
    const [made] = outputs;
    return dtype === made.dtype && `${shape}` === `${made.shape}`;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** How many tensors go into a list input: what is left beside the others, or what its attribute says. */
function listLength(
  entry: RecordedOp | RecordedLoop,
  inputs: { list: boolean }[],
  countedBy: string | undefined,
): number {
  if (inputs.filter(({ list }) => list).length === 1) return entry.inputs.length - (inputs.length - 1);
  const attribute: Attribute | undefined = attributesOf(entry).find(({ name }) => name === countedBy);
  if (attribute === undefined) {
    throw new Error(
      `Cannot compile op ${entry.name}: expected a count for each of its input lists, got none`,
    );
  }
  return attribute.value as number;
}

function attributesOf(entry: RecordedOp | RecordedLoop): Attribute[] {
  return entry.kind === "op" ? entry.attributes : [];
}
