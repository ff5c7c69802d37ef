import type { TensorFlowBinding, TensorMetadata } from "./binding.ts";
import { GraphBuilder, type NodeOutput, packOutputs } from "./graph_builder.ts";
import { findInputVariables, type InputVariable } from "./input_variables.ts";
import type { RecordedEntry, RecordedLoop, Recording } from "./recording.ts";

/** A function that TensorFlow's context knows, made of a recording. */
export interface GraphFunction {
  /** The name to call it by. */
  name: string;
  /** Handles that go after the inputs in each call: captured tensors and large constants. Ours to delete. */
  captured: number[];
  /** The inputs that are variables in each call. */
  variables: InputVariable[];
  /** The functions that it calls itself. */
  called: GraphFunction[];
  /** Types of what it returns, and the shapes that do not depend on values. */
  outputs: { dtype: number; shape?: number[] }[];
}

/** How a function is built. */
export interface GraphFunctionOptions {
  /** A name that no other function of the context has. */
  name: string;
  /** The tensors that are the function's inputs. */
  inputs: TensorMetadata[];
  /** The tensors that it returns. */
  outputs: TensorMetadata[];
  /** How many of the first inputs are given up to be changed in place. */
  inPlace: number;
  /** Whether XLA compiles it. */
  xla: boolean;
}

/** Turns a recording into a function of TensorFlow's context, with the ops that the outputs need. */
export function buildFunction(recording: Recording, options: GraphFunctionOptions): GraphFunction {
  const { binding } = recording;
  const graph = new GraphBuilder(binding);
  const captured: number[] = [];
  const called: GraphFunction[] = [];
  try {
    const needed = reachable(recording, options.outputs.map(({ id }) => id));
    const variables = findInputVariables(recording, { ...options, needed: needed.entries });
    for (const { made, assigned } of variables) {
      for (const entry of [made, assigned]) needed.entries.delete(entry);
    }
    const parameters = options.inputs.map((input, i) => {
      const variable = variables.find(({ input }) => input === i);
      return variable ? graph.variable(variable, input) : graph.placeholder(input);
    });
    const capture = (id: number, handle: number) => {
      captured.push(binding.share(handle));
      parameters.push(graph.placeholder({ ...binding.metadata(handle), id }));
    };
    const call = ({ turn, parameters }: RecordedLoop, outputs: TensorMetadata[]) => {
      const name = `${options.name}_part${called.length}`; // steps' own names end in a bare number
      called.push(buildFunction(turn, { name, inputs: parameters, outputs, inPlace: 0, xla: false }));
      return name;
    };
    const turnFunctions = (entry: RecordedLoop) => ({
      cond: call(entry, [entry.condition]),
      body: call(entry, entry.next),
    });
    const given = new Set(options.inputs.map(({ id }) => id));
    for (const [id, handle] of recording.captured) {
      if (needed.tensors.has(id) && !given.has(id)) capture(id, handle);
    }
    for (const entry of recording.entries) {
      if (!needed.entries.has(entry)) continue;
      if (entry.kind === "op") graph.op(entry);
      else if (entry.kind === "loop") graph.op(entry, turnFunctions(entry));
      else if (entry.held !== undefined) capture(entry.id, entry.held);
      else graph.constant(entry);
    }
    const results = options.outputs.map(({ id }) => graph.identity(id));
    addFunction(graph, { name: options.name, xla: options.xla, parameters, results });
    const outputs = options.outputs.map(({ shape, dtype }, i) =>
      graph.hasFixedShape(results[i]) ? { shape, dtype } : { dtype }
    );
    return { name: options.name, captured, variables, called, outputs };
  } catch (error) {
    release(binding, { captured, called });
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

/** Takes a function, and those that it calls, out of the context and frees what they captured. */
export function removeFunction(binding: TensorFlowBinding, built: GraphFunction): void {
  const { symbols, memory, status } = binding.library;
  symbols.TFE_ContextRemoveFunction(binding.context, memory.text(built.name), status);
  binding.library.check(`remove function ${built.name}`);
  release(binding, built);
}

/** Frees what a function depends on. */
function release(
  binding: TensorFlowBinding,
  { captured, called }: Pick<GraphFunction, "captured" | "called">,
): void {
  for (const id of captured) binding.deleteTensor(id);
  for (const built of called) removeFunction(binding, built);
}

/** The entries and tensors that some outputs depend on. */
function reachable(recording: Recording, outputs: number[]) {
  const entries = new Set<RecordedEntry>();
  const tensors = new Set<number>();
  const open: (number | RecordedEntry)[] = [...outputs];
  while (open.length > 0) {
    const next = open.pop()!;
    const entry = typeof next === "number" ? recording.madeBy.get(next) : next;
    if (typeof next === "number") tensors.add(next);
    if (entry === undefined || entries.has(entry)) continue;
    entries.add(entry);
    if (entry.kind !== "constant") open.push(...entry.inputs);
    if (entry.kind === "op") open.push(...entry.after);
  }
  return { entries, tensors };
}
