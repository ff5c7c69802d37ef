/** An address in the process, as a bigint: the fast path of Deno's FFI. */
export type Pointer = bigint;

/** The address of an array buffer's bytes, which lie off the JavaScript heap and never move. */
export function addressOf(buffer: ArrayBuffer): Pointer {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer))));
}

/** The C string at an address; `""` for a null pointer. */
export function readText(address: Pointer): string {
  const pointer = Deno.UnsafePointer.create(address);
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

const SCRATCH_BYTES = 1 << 20;
const CHUNK_BYTES = 1 << 16;

/**
 * Memory that C code may read: C strings that live as long as the process (names of ops and attributes, a few
 * hundred of them), and one scratch area for the arguments of the next call.
 *
 * Small typed arrays must never be handed to C directly: V8 keeps them on its moving heap.
 */
export class Memory {
  readonly #buffer = new ArrayBuffer(SCRATCH_BYTES);
  readonly #encoder = new TextEncoder();
  readonly #texts = new Map<string, Pointer>();
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #used = CHUNK_BYTES;

  /** The address of the scratch area (1 MiB), overwritten by the next call. */
  readonly scratch: Pointer = addressOf(this.#buffer);
  /** The scratch area as bytes. */
  readonly bytes: Uint8Array = new Uint8Array(this.#buffer);
  /** The scratch area as 32-bit integers. */
  readonly int32: Int32Array = new Int32Array(this.#buffer);
  /** The scratch area as 32-bit floats. */
  readonly float32: Float32Array = new Float32Array(this.#buffer);
  readonly #int64 = new BigInt64Array(this.#buffer);

  /** The address of a C string with this text; the same text always has the same address. */
  text(text: string): Pointer {
    let address = this.#texts.get(text);
    if (address === undefined) {
      const bytes = this.#encoder.encode(text);
      const size = bytes.length + 1;
      if (this.#used + size > (this.#chunks.at(-1)?.length ?? 0)) {
        this.#chunks.push(new Uint8Array(Math.max(CHUNK_BYTES, size)));
        this.#used = 0;
      }
      const chunk = this.#chunks.at(-1)!;
      chunk.set(bytes, this.#used);
      address = addressOf(chunk.buffer) + BigInt(this.#used);
      this.#used += size;
      this.#texts.set(text, address);
    }
    return address;
  }

  /** Writes integers to the scratch area as int64 values (shapes, integer lists). */
  int64s(values: ArrayLike<number>): Pointer {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if ((value | 0) === value) {
        this.int32[2 * i] = value;
        this.int32[2 * i + 1] = value < 0 ? -1 : 0;
      } else {
        this.#int64[i] = BigInt(value);
      }
    }
    return this.scratch;
  }

  /** Writes integers to the scratch area as int32 values (lists of types). */
  int32s(values: ArrayLike<number>): Pointer {
    this.int32.set(values);
    return this.scratch;
  }

  /** Writes numbers to the scratch area as 32-bit floats. */
  float32s(values: ArrayLike<number>): Pointer {
    this.float32.set(values);
    return this.scratch;
  }

  /** Writes truth values, or raw bytes, to the scratch area. */
  uint8s(values: ArrayLike<number>): Pointer {
    this.bytes.set(values);
    return this.scratch;
  }
}
