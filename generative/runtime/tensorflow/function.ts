import { type Attribute, DataType, setGraphAttribute } from "./attributes.ts";
import type { TensorFlowBinding, TensorMetadata } from "./binding.ts";
import type { Pointer } from "./memory.ts";
import { opDefinition } from "./op_definitions.ts";
import type { RecordedConstant, RecordedOp, Recording } from "./recording.ts";
import { copyToTensor } from "./tensor_values.ts";

/** A function that TensorFlow's context knows, made of a recording. */
export interface GraphFunction {
  /** The name to call it by. */
  name: string;
  /** Handles that go after the inputs in each call: captured tensors and large constants. Ours to delete. */
  captured: number[];
  /** Types of what it returns, and the shapes that do not depend on values. */
  outputs: { dtype: number; shape?: number[] }[];
}

/** How a function is built. */
export interface GraphFunctionOptions {
  /** A name that no other function of the context has. */
  name: string;
  /** The numbers of the tensors that are the function's inputs. */
  inputs: number[];
  /** The numbers of the tensors that it returns. */
  outputs: number[];
  /** Whether XLA compiles it. */
  xla: boolean;
}

/** Turns a recording into a function of TensorFlow's context, with the ops that the outputs need. */
export function buildFunction(recording: Recording, options: GraphFunctionOptions): GraphFunction {
  const { binding } = recording;
  const graph = new GraphBuilder(binding);
  const captured: number[] = [];
  try {
    const parameters = options.inputs.map((id) => graph.placeholder(id, binding.metadata(id)));
    const capture = (id: number, handle: number) => {
      captured.push(binding.share(handle));
      parameters.push(graph.placeholder(id, binding.metadata(handle)));
    };
    const needed = reachable(recording, options.outputs);
    for (const [id, handle] of recording.captured) if (needed.tensors.has(id)) capture(id, handle);
    for (const entry of recording.entries) {
      if (!needed.entries.has(entry)) continue;
      if (entry.kind === "op") graph.op(entry);
      else if (entry.held !== undefined) capture(entry.id, entry.held);
      else graph.constant(entry);
    }
    const results = options.outputs.map((id) => graph.identity(id));
    addFunction(graph, { name: options.name, xla: options.xla, parameters, results });
    const outputs = options.outputs.map((id, i) => {
      const { shape, dtype } = binding.metadata(id);
      return graph.hasFixedShape(results[i]) ? { shape, dtype } : { dtype };
    });
    return { name: options.name, captured, outputs };
  } catch (error) {
    for (const id of captured) binding.deleteTensor(id);
    throw error;
  } finally {
    binding.library.symbols.TF_DeleteGraph(graph.address);
  }
}

/** Makes a function of a graph and adds it to the context. */
function addFunction(
  graph: GraphBuilder,
  { name, xla, parameters, results }: {
    name: string;
    xla: boolean;
    parameters: NodeOutput[];
    results: NodeOutput[];
  },
): void {
  const { context, library } = graph.binding;
  const { symbols, memory, status } = library;
  const function_ = symbols.TF_GraphToFunction(
    graph.address,
    memory.text(name),
    0, // the name is unique as it is
    -1, // all nodes of the graph
    0n,
    parameters.length,
    packOutputs(parameters),
    results.length,
    packOutputs(results),
    0n,
    0n,
    0n,
    status,
  );
  library.check(`build function ${name}`);
  try {
    if (xla) {
      const attribute = memory.text("_XlaMustCompile");
      // AttrValue { b: true }
      symbols.TF_FunctionSetAttrValueProto(function_, attribute, memory.uint8s([0x28, 1]), 2n, status);
      library.check(`let XLA compile ${name}`);
    }
    symbols.TFE_ContextAddFunction(context, function_, status);
    library.check(`add function ${name}`);
  } finally {
    symbols.TF_DeleteFunction(function_);
  }
}

/** Takes a function out of the context and frees what it captured. */
export function removeFunction(binding: TensorFlowBinding, { name, captured }: GraphFunction): void {
  const { symbols, memory, status } = binding.library;
  symbols.TFE_ContextRemoveFunction(binding.context, memory.text(name), status);
  binding.library.check(`remove function ${name}`);
  for (const id of captured) binding.deleteTensor(id);
}

/** The entries and tensors that some outputs depend on. */
function reachable(recording: Recording, outputs: number[]) {
  const entries = new Set<RecordedOp | RecordedConstant>();
  const tensors = new Set<number>();
  const open = [...outputs];
  while (open.length > 0) {
    const id = open.pop()!;
    if (tensors.has(id)) continue;
    tensors.add(id);
    const entry = recording.madeBy.get(id);
    if (entry === undefined) continue;
    entries.add(entry);
    if (entry.kind === "op") open.push(...entry.inputs);
  }
  return { entries, tensors };
}

/** A tensor in a graph: a node and which of its outputs. */
type NodeOutput = readonly [node: Pointer, index: number];

/** An array of `TF_Output { TF_Operation* oper; int index; }`. */
function packOutputs(outputs: readonly NodeOutput[]): ArrayBuffer {
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
class GraphBuilder {
  readonly address: Pointer;
  readonly #nodes = new Map<number, NodeOutput>();
  readonly #constants = new Map<string, NodeOutput>();
  #count = 0;

  constructor(readonly binding: TensorFlowBinding) {
    this.address = binding.library.symbols.TF_NewGraph();
  }

  placeholder(id: number, { shape, dtype }: TensorMetadata): NodeOutput {
    const { symbols, memory } = this.binding.library;
    const node = this.#begin("Placeholder");
    symbols.TF_SetAttrType(node, memory.text("dtype"), dtype);
    symbols.TF_SetAttrShape(node, memory.text("shape"), memory.int64s(shape), shape.length);
    return this.#remember(id, this.#finish(node, "Placeholder"));
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
    this.#remember(entry.id, output);
  }

  op(entry: RecordedOp): void {
    const { library } = this.binding;
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
    for (const attribute of entry.attributes) {
      if (definition.attributes.has(attribute.name)) setGraphAttribute(library, node, attribute);
    }
    const [address] = this.#finish(node, entry.name);
    entry.outputs.forEach((output, i) => this.#remember(output.id, [address, i]));
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

  #remember(id: number, output: NodeOutput): NodeOutput {
    this.#nodes.set(id, output);
    return output;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** How many tensors go into a list input: what is left beside the others, or what its attribute says. */
function listLength(
  entry: RecordedOp,
  inputs: { list: boolean }[],
  countedBy: string | undefined,
): number {
  if (inputs.filter(({ list }) => list).length === 1) return entry.inputs.length - (inputs.length - 1);
  const attribute: Attribute | undefined = entry.attributes.find(({ name }) => name === countedBy);
  if (attribute === undefined) {
    throw new Error(
      `Cannot compile op ${entry.name}: expected a count for each of its input lists, got none`,
    );
  }
  return attribute.value as number;
}

/** Element types that tfjs tensors have, to TensorFlow's numbers. */
export const TFJS_TYPES: Record<string, number> = {
  float32: DataType.float32,
  int32: DataType.int32,
  bool: DataType.bool,
  complex64: DataType.complex64,
  string: DataType.string,
};
