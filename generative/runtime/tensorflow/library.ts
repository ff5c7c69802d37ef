import { Memory, type Pointer, readText } from "./memory.ts";

const pointer = "u64" as const;

/** The part of TensorFlow's C API that the lab calls (tensorflow/c/c_api.h and tensorflow/c/eager/c_api.h). */
const SYMBOLS = {
  TF_Version: { parameters: [], result: pointer },
  TF_NewStatus: { parameters: [], result: pointer },
  TF_DeleteStatus: { parameters: [pointer], result: "void" },
  TF_GetCode: { parameters: [pointer], result: "i32" },
  TF_Message: { parameters: [pointer], result: pointer },
  TF_SetStatus: { parameters: [pointer, "i32", pointer], result: "void" },

  TF_AllocateTensor: { parameters: ["i32", pointer, "i32", pointer], result: pointer },
  TF_DeleteTensor: { parameters: [pointer], result: "void" },
  TF_TensorData: { parameters: [pointer], result: pointer },
  TF_TensorByteSize: { parameters: [pointer], result: pointer },
  TF_StringInit: { parameters: [pointer], result: "void" },
  TF_StringCopy: { parameters: [pointer, "buffer", pointer], result: "void" },
  TF_StringGetDataPointer: { parameters: [pointer], result: pointer },
  TF_StringGetSize: { parameters: [pointer], result: pointer },

  TFE_NewContextOptions: { parameters: [], result: pointer },
  TFE_ContextOptionsSetConfig: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TFE_DeleteContextOptions: { parameters: [pointer], result: "void" },
  TFE_NewContext: { parameters: [pointer, pointer], result: pointer },
  TFE_ContextListDevices: { parameters: [pointer, pointer], result: pointer },
  TF_DeviceListCount: { parameters: [pointer], result: "i32" },
  TF_DeviceListType: { parameters: [pointer, "i32", pointer], result: pointer },
  TF_DeviceListName: { parameters: [pointer, "i32", pointer], result: pointer },
  TF_DeleteDeviceList: { parameters: [pointer], result: "void" },

  TFE_NewTensorHandle: { parameters: [pointer, pointer], result: pointer },
  TFE_DeleteTensorHandle: { parameters: [pointer], result: "void" },
  TFE_TensorHandleResolve: { parameters: [pointer, pointer], result: pointer },
  TFE_TensorHandleDataType: { parameters: [pointer], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: [pointer, pointer], result: "i32" },
  TFE_TensorHandleDim: { parameters: [pointer, "i32", pointer], result: "i64" },
  TFE_TensorHandleCopyToDevice: { parameters: [pointer, pointer, pointer, pointer], result: pointer },
  TFE_TensorHandleCopySharingTensor: { parameters: [pointer, pointer], result: pointer },

  TFE_NewOp: { parameters: [pointer, pointer, pointer], result: pointer },
  TFE_OpReset: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TFE_DeleteOp: { parameters: [pointer], result: "void" },
  TFE_OpAddInput: { parameters: [pointer, pointer, pointer], result: "void" },
  TFE_OpSetAttrString: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TFE_OpSetAttrInt: { parameters: [pointer, pointer, "i64"], result: "void" },
  TFE_OpSetAttrIntList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: [pointer, pointer, "f32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: [pointer, pointer, "u8"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TFE_OpSetAttrType: { parameters: [pointer, pointer, "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TFE_OpSetAttrShape: { parameters: [pointer, pointer, pointer, "i32", pointer], result: "void" },
  TFE_Execute: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  executeOffThread: {
    name: "TFE_Execute",
    parameters: [pointer, pointer, pointer, pointer],
    result: "void",
    nonblocking: true,
  },
  TFE_ContextAddFunction: { parameters: [pointer, pointer, pointer], result: "void" },
  TFE_ContextRemoveFunction: { parameters: [pointer, pointer, pointer], result: "void" },

  TF_NewGraph: { parameters: [], result: pointer },
  TF_DeleteGraph: { parameters: [pointer], result: "void" },
  TF_NewOperation: { parameters: [pointer, pointer, pointer], result: pointer },
  TF_FinishOperation: { parameters: [pointer, pointer], result: pointer },
  TF_AddInput: { parameters: [pointer, { struct: [pointer, "i32"] }], result: "void" },
  TF_AddControlInput: { parameters: [pointer, pointer], result: "void" },
  TF_AddInputList: { parameters: [pointer, "buffer", "i32"], result: "void" },
  TF_SetAttrString: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TF_SetAttrInt: { parameters: [pointer, pointer, "i64"], result: "void" },
  TF_SetAttrIntList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TF_SetAttrFloat: { parameters: [pointer, pointer, "f32"], result: "void" },
  TF_SetAttrFloatList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TF_SetAttrBool: { parameters: [pointer, pointer, "u8"], result: "void" },
  TF_SetAttrBoolList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TF_SetAttrType: { parameters: [pointer, pointer, "i32"], result: "void" },
  TF_SetAttrTypeList: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TF_SetAttrShape: { parameters: [pointer, pointer, pointer, "i32"], result: "void" },
  TF_SetAttrFuncName: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TF_SetAttrTensor: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TF_GraphSetTensorShape: {
    parameters: [pointer, { struct: [pointer, "i32"] }, pointer, "i32", pointer],
    result: "void",
  },
  TF_GraphGetTensorNumDims: { parameters: [pointer, { struct: [pointer, "i32"] }, pointer], result: "i32" },
  TF_GraphGetTensorShape: {
    parameters: [pointer, { struct: [pointer, "i32"] }, "buffer", "i32", pointer],
    result: "void",
  },
  TF_GraphGetOpDef: { parameters: [pointer, pointer, pointer, pointer], result: "void" },
  TF_NewBuffer: { parameters: [], result: pointer },
  TF_DeleteBuffer: { parameters: [pointer], result: "void" },
  TF_GraphToFunction: {
    parameters: [
      pointer,
      pointer,
      "u8",
      "i32",
      pointer,
      "i32",
      "buffer",
      "i32",
      "buffer",
      pointer,
      pointer,
      pointer,
      pointer,
    ],
    result: pointer,
  },
  TF_FunctionSetAttrValueProto: { parameters: [pointer, pointer, pointer, pointer, pointer], result: "void" },
  TF_DeleteFunction: { parameters: [pointer], result: "void" },

  // From the C library, which TensorFlow itself depends on.
  copyIn: { name: "memcpy", parameters: [pointer, "buffer", pointer], result: pointer },
  copyOut: { name: "memcpy", parameters: ["buffer", pointer, pointer], result: pointer },
  copyWithin: { name: "memcpy", parameters: [pointer, pointer, pointer], result: pointer },
} as const;

/** The loaded C API, the memory its arguments lie in, and the status object that its calls report to. */
export class TensorFlowLibrary {
  /** The C functions. */
  readonly symbols: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
  /** Strings and scratch for arguments. */
  readonly memory = new Memory();
  /** The `TF_Status*` of all blocking calls. */
  readonly status: Pointer;
  /** TensorFlow's version, such as `2.21.0`. */
  readonly version: string;

  /** @param path `libtensorflow_cc.so.2` or `libtensorflow.so.2`, with the framework library beside it. */
  constructor(path: string) {
    this.symbols = Deno.dlopen(path, SYMBOLS).symbols;
    this.status = this.symbols.TF_NewStatus();
    this.version = readText(this.symbols.TF_Version());
  }

  /**
   * Throws what the last call reported, if it failed.
   *
   * @param what Describes the call: `run MatMul(float32 [2, 3], float32 [4, 5])`.
   * @throws TypeError for invalid arguments, Error for everything else.
   */
  check(what: string | (() => string), status: Pointer = this.status): void {
    const code = this.symbols.TF_GetCode(status);
    if (code === 0) return;
    const message = readText(this.symbols.TF_Message(status));
    this.symbols.TF_SetStatus(status, 0, this.memory.text(""));
    const text = `Cannot ${typeof what === "string" ? what : what()}: ${message}`;
    throw code === INVALID_ARGUMENT ? new TypeError(text) : new Error(text);
  }
}

const INVALID_ARGUMENT = 3;

const LIBC_SYMBOLS = {
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/**
 * What TensorFlow reads from the environment as it loads, where the user has not set it. oneDNN's kernels are on by
 * default on some processors only; on others (AVX2 without AVX-512) they more than double the speed of convolutions.
 */
const DEFAULT_SETTINGS = { TF_CPP_MIN_LOG_LEVEL: "1", TF_ENABLE_ONEDNN_OPTS: "1" };

/**
 * Runs an action with the process's standard error pointed at nothing: TensorFlow writes a dozen lines while it
 * loads and opens its devices, before any log level applies. Where libc cannot be reached, they are shown.
 */
export function withoutNoise<T>(action: () => T): T {
  for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
    if (!Deno.env.has(name)) Deno.env.set(name, value);
  }
  let libc: Deno.DynamicLibrary<typeof LIBC_SYMBOLS>;
  try {
    libc = Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6", LIBC_SYMBOLS);
  } catch {
    return action();
  }
  const { dup, dup2, open, close } = libc.symbols;
  const saved = dup(2);
  const nothing = open(new Uint8Array([...new TextEncoder().encode("/dev/null"), 0]), 1);
  dup2(nothing, 2);
  try {
    return action();
  } finally {
    dup2(saved, 2);
    close(saved);
    close(nothing);
    libc.close();
  }
}
