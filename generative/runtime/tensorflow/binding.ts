import type * as tf from "@tensorflow/tfjs";
import { type Attribute, AttributeType, DataType, dataTypeName, setEagerAttribute } from "./attributes.ts";
import type { TensorFlowLibrary } from "./library.ts";
import { addressOf, type Pointer, readText } from "./memory.ts";
import { copyFromTensor, copyToTensor, type TensorValues } from "./tensor_values.ts";

/** A tensor as the kernels see it: the number of its handle, its shape and TensorFlow's number of its type. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** Hears of everything that runs through the binding; see {@link Recording}. */
export interface Recorder {
  op(name: string, attributes: Attribute[], inputs: number[], outputs: TensorMetadata[]): void;
  create(id: number, shape: number[], dtype: number, values: TensorValues): void;
  read(id: number): void;
}

/** The part of tfjs-node's backend that the runtime calls; its own declaration hides some of it. */
export interface KernelBackend {
  /** The numbers of the tensors' handles; values that are still in JavaScript are uploaded first. */
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  /** A tfjs tensor around a handle. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  /** Runs an op on tfjs tensors. */
  executeMultipleOutputs(
    op: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    count: number,
  ): tf.Tensor[];
}

/** TensorFlow in this process. */
export interface TensorFlowParts {
  /** Calls into the library. */
  readonly binding: TensorFlowBinding;
  /** tfjs's backend on top of it. */
  readonly backend: KernelBackend;
}

/** How a context is opened. */
export interface ContextOptions {
  /** Threads that share one op. The first context of the process decides for all. */
  intraOpThreads: number;
  /** Ops that run side by side. */
  interOpThreads: number;
}

/** Where TensorFlow writes the outputs of an op. */
class OutputHandles {
  // How many outputs (in: room, out: count), then their handles.
  readonly #buffer: ArrayBuffer;
  readonly #count: Int32Array;
  readonly #handles: BigUint64Array;
  /** The address of the count. */
  readonly countAddress: Pointer;
  /** The address of the first handle. */
  readonly address: Pointer;

  constructor(readonly room: number) {
    this.#buffer = new ArrayBuffer(8 + 8 * room);
    this.#count = new Int32Array(this.#buffer, 0, 1);
    this.#handles = new BigUint64Array(this.#buffer, 8);
    this.countAddress = addressOf(this.#buffer);
    this.address = this.countAddress + 8n;
  }

  /** Asks for up to as many outputs, of which there must be room. */
  expect(count: number): void {
    this.#count[0] = count;
  }

  /** The handles that the op made. */
  made(): BigUint64Array {
    return this.#handles.subarray(0, this.#count[0]);
  }
}

/**
 * tfjs-node's `TFJSBinding` over the C API: what the addon of tfjs-node does in C++, done through FFI.
 *
 * Tensors are numbered handles. Numbers are never used twice, which recordings rely on.
 */
export class TensorFlowBinding {
  readonly TF_FLOAT: number = DataType.float32;
  readonly TF_INT32: number = DataType.int32;
  readonly TF_INT64: number = DataType.int64;
  readonly TF_BOOL: number = DataType.bool;
  readonly TF_COMPLEX64: number = DataType.complex64;
  readonly TF_STRING: number = DataType.string;
  readonly TF_RESOURCE: number = DataType.resource;
  readonly TF_UINT8: number = DataType.uint8;
  readonly TF_ATTR_STRING: number = AttributeType.string;
  readonly TF_ATTR_INT: number = AttributeType.int;
  readonly TF_ATTR_FLOAT: number = AttributeType.float;
  readonly TF_ATTR_BOOL: number = AttributeType.bool;
  readonly TF_ATTR_TYPE: number = AttributeType.type;
  readonly TF_ATTR_SHAPE: number = AttributeType.shape;
  readonly TF_ATTR_RESOURCE: number = 6;
  readonly TF_Version: string;

  /** The eager context (`TFE_Context*`). */
  readonly context: Pointer;
  /** The devices' names, as TensorFlow prints them. */
  readonly devices: string[] = [];
  /** Hears of every op while a step is being recorded. */
  recorder: Recorder | undefined;

  readonly #handles = new Map<number, Pointer>();
  readonly #op: Pointer;
  readonly #gpu: Pointer | undefined;
  #nextId = 0;
  #outputs = new OutputHandles(64);

  constructor(readonly library: TensorFlowLibrary, options: ContextOptions) {
    const { symbols, memory, status } = library;
    this.TF_Version = library.version;
    // ConfigProto: intra_op_parallelism_threads = 2, inter_op_parallelism_threads = 5.
    const config = [0x10, ...varint(options.intraOpThreads), 0x28, ...varint(options.interOpThreads)];
    const contextOptions = symbols.TFE_NewContextOptions();
    symbols.TFE_ContextOptionsSetConfig(contextOptions, memory.uint8s(config), BigInt(config.length), status);
    this.context = symbols.TFE_NewContext(contextOptions, status);
    symbols.TFE_DeleteContextOptions(contextOptions);
    library.check("open a TensorFlow context");

    const list = symbols.TFE_ContextListDevices(this.context, status);
    library.check("list the devices");
    for (let i = 0; i < symbols.TF_DeviceListCount(list); i++) {
      const name = readText(symbols.TF_DeviceListName(list, i, status));
      this.devices.push(name);
      if (readText(symbols.TF_DeviceListType(list, i, status)) === "GPU") this.#gpu ??= memory.text(name);
    }
    symbols.TF_DeleteDeviceList(list);
    this.#op = symbols.TFE_NewOp(this.context, memory.text("NoOp"), status);
    library.check("prepare an op");
  }

  /** Whether tensors live on a GPU. */
  isUsingGpuDevice(): boolean {
    return this.#gpu !== undefined;
  }

  /** How many handles are alive. */
  getNumOfTensors(): number {
    return this.#handles.size;
  }

  /** Takes a `TFE_TensorHandle*` over and gives it a number. */
  adopt(handle: Pointer): number {
    this.#handles.set(this.#nextId, handle);
    return this.#nextId++;
  }

  /** A second handle to a tensor's memory; it stays alive when the first is deleted. */
  share(id: number): number {
    const handle = this.library.symbols.TFE_TensorHandleCopySharingTensor(
      this.handle(id),
      this.library.status,
    );
    this.library.check(`share tensor ${id}`);
    return this.adopt(handle);
  }

  /** The `TFE_TensorHandle*` of a number. */
  handle(id: number): Pointer {
    const handle = this.#handles.get(id);
    if (handle === undefined) {
      throw new Error(`Cannot use tensor ${id}: expected a live tensor, got one that was disposed`);
    }
    return handle;
  }

  /** Shape and type of a handle. */
  metadata(id: number): TensorMetadata {
    const { symbols, status } = this.library;
    const handle = this.handle(id);
    const shape: number[] = new Array(symbols.TFE_TensorHandleNumDims(handle, status));
    for (let i = 0; i < shape.length; i++) shape[i] = Number(symbols.TFE_TensorHandleDim(handle, i, status));
    return { id, shape, dtype: symbols.TFE_TensorHandleDataType(handle) };
  }

  /** Copies values from JavaScript into a new tensor, on the GPU where there is one. */
  createTensor(shape: number[], dtype: number, values: TensorValues): number {
    const { symbols, status } = this.library;
    const tensor = copyToTensor(this.library, { shape, dtype, values });
    let handle = symbols.TFE_NewTensorHandle(tensor, status);
    symbols.TF_DeleteTensor(tensor);
    this.library.check(`create a ${dataTypeName(dtype)} [${shape}] tensor`);
    if (this.#gpu !== undefined && dtype !== DataType.int32 && dtype !== DataType.string) {
      const onHost = handle;
      handle = symbols.TFE_TensorHandleCopyToDevice(onHost, this.context, this.#gpu, status);
      symbols.TFE_DeleteTensorHandle(onHost);
      this.library.check(`copy a ${dataTypeName(dtype)} [${shape}] tensor to the GPU`);
    }
    const id = this.adopt(handle);
    this.recorder?.create(id, shape, dtype, values);
    return id;
  }

  /** Frees a tensor. */
  deleteTensor(id: number): void {
    const handle = this.handle(id);
    this.#handles.delete(id);
    this.library.symbols.TFE_DeleteTensorHandle(handle);
  }

  /** The values of a tensor. @throws Error while a step is being recorded. */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    this.recorder?.read(id);
    const { symbols, status } = this.library;
    const handle = this.handle(id);
    const tensor = symbols.TFE_TensorHandleResolve(handle, status);
    this.library.check(`read tensor ${id}`);
    const values = copyFromTensor(this.library, tensor, symbols.TFE_TensorHandleDataType(handle));
    symbols.TF_DeleteTensor(tensor);
    // The kernels' declarations leave out the types that tfjs itself never reads.
    return values as Float32Array;
  }

  /** Runs one op now. */
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputCount: number): TensorMetadata[] {
    const { symbols, status } = this.library;
    const outputs = this.#room(outputCount);
    try {
      this.#prepare(this.#op, name, attributes, inputs);
      symbols.TFE_Execute(this.#op, outputs.address, outputs.countAddress, status);
    } finally {
      if (symbols.TF_GetCode(status) !== 0) this.library.check(() => `run ${this.#describe(name, inputs)}`);
    }
    const made = this.#adoptOutputs(name, outputs, outputCount).map((id) => this.metadata(id));
    this.recorder?.op(name, attributes, inputs, made);
    return made;
  }

  /** Runs a function now; the shapes of its outputs are the caller's knowledge. */
  call(name: string, inputs: number[], outputCount: number): number[] {
    const { symbols, memory, status } = this.library;
    const outputs = this.#room(outputCount);
    this.#prepare(this.#op, name, [], inputs);
    symbols.TFE_Execute(this.#op, outputs.address, outputs.countAddress, status);
    const code = symbols.TF_GetCode(status);
    if (code !== 0) this.library.check(`run ${name}`);
    const ids = this.#adoptOutputs(name, outputs, outputCount);
    // The op would hold on to its inputs, a whole training state, until it is used again.
    symbols.TFE_OpReset(this.#op, memory.text("NoOp"), 0n, status);
    return ids;
  }

  /** {@link TensorFlowBinding.call} on another thread. The op itself keeps the inputs alive until it is done. */
  async callOffThread(name: string, inputs: number[], outputCount: number): Promise<number[]> {
    const { symbols, memory } = this.library;
    const status = symbols.TF_NewStatus();
    const op = symbols.TFE_NewOp(this.context, memory.text("NoOp"), status);
    const outputs = new OutputHandles(outputCount); // of its own: other ops run meanwhile
    try {
      this.#prepare(op, name, [], inputs);
      outputs.expect(outputCount);
      await symbols.executeOffThread(op, outputs.address, outputs.countAddress, status);
      this.library.check(`run ${name}`, status);
      return this.#adoptOutputs(name, outputs, outputCount);
    } finally {
      symbols.TFE_DeleteOp(op);
      symbols.TF_DeleteStatus(status);
    }
  }

  /** Memory for the outputs of the next op of this thread. */
  #room(count: number): OutputHandles {
    if (count > this.#outputs.room) this.#outputs = new OutputHandles(2 * count);
    this.#outputs.expect(count);
    return this.#outputs;
  }

  /** Takes over what an op made. @throws TypeError when it made fewer than it was asked for. */
  #adoptOutputs(name: string, outputs: OutputHandles, wanted: number): number[] {
    const ids = Array.from(outputs.made(), (handle) => this.adopt(handle));
    if (ids.length === wanted) return ids;
    for (const id of ids) this.deleteTensor(id);
    throw new TypeError(`Cannot run ${name}: expected ${wanted} outputs, got ${ids.length}`);
  }

  #prepare(op: Pointer, name: string, attributes: Attribute[], inputs: number[]): void {
    const { symbols, memory, status } = this.library;
    symbols.TFE_OpReset(op, memory.text(name), 0n, status);
    if (symbols.TF_GetCode(status) !== 0) this.library.check(`find op ${name}`);
    for (const id of inputs) symbols.TFE_OpAddInput(op, this.handle(id), status);
    for (const attribute of attributes) setEagerAttribute(this.library, op, attribute);
  }

  /** `MatMul(float32 [2,3], float32 [4,5])` */
  #describe(name: string, inputs: number[]): string {
    const types = inputs.map((id) => {
      const { shape, dtype } = this.metadata(id);
      return `${dataTypeName(dtype)} [${shape}]`;
    });
    return `${name}(${types.join(", ")})`;
  }
}

/** An unsigned integer in protobuf's variable-length form. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
