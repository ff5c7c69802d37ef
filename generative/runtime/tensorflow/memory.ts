/** An address in the process, as a bigint: the fast path of Deno's FFI. */
export type Pointer = bigint;

/**
 * The address of an array buffer's bytes, which lie off the JavaScript heap and never move. It keeps nothing alive:
 * whoever uses it must hold the buffer until C code is done with it.
 */
export function addressOf(buffer: ArrayBuffer): Pointer {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer))));
}

/** The C string at an address; `""` for a null pointer. */
export function readText(address: Pointer): string {
  const pointer = Deno.UnsafePointer.create(address);
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

const SCRATCH_BYTES = 1 << 16;
const CHUNK_BYTES = 1 << 16;

/**
 * Memory that C code may read: C strings that live as long as the process (names of ops and attributes, a few
 * hundred of them), and one scratch area for the arguments of the next call, as large as they are.
 *
 * Small typed arrays must never be handed to C directly: V8 keeps them on its moving heap.
 */
export class Memory {
  readonly #encoder = new TextEncoder();
  readonly #texts = new Map<string, Pointer>();
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #used = CHUNK_BYTES;
  #scratch = new Scratch(SCRATCH_BYTES);

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
    const { int32, int64, address } = this.#reserve(8 * values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if ((value | 0) === value) {
        int32[2 * i] = value;
        int32[2 * i + 1] = value < 0 ? -1 : 0;
      } else {
        int64[i] = BigInt(value);
      }
    }
    return address;
  }

  /** Writes integers to the scratch area as int32 values (lists of types). */
  int32s(values: ArrayLike<number>): Pointer {
    const { int32, address } = this.#reserve(4 * values.length);
    int32.set(values);
    return address;
  }

  /** Writes numbers to the scratch area as 32-bit floats. */
  float32s(values: ArrayLike<number>): Pointer {
    const { float32, address } = this.#reserve(4 * values.length);
    float32.set(values);
    return address;
  }

  /** Writes truth values, or raw bytes, to the scratch area. */
  uint8s(values: ArrayLike<number>): Pointer {
    const { uint8, address } = this.#reserve(values.length);
    uint8.set(values);
    return address;
  }

  /** The scratch area, with room for what comes. A larger one takes its place: nobody needs the old one's content. */
  #reserve(bytes: number): Scratch {
    if (bytes > this.#scratch.uint8.length) this.#scratch = new Scratch(2 ** Math.ceil(Math.log2(bytes)));
    return this.#scratch;
  }
}

/** Bytes of a fixed address. */
class Scratch {
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly float32: Float32Array;
  readonly address: Pointer;

  constructor(bytes: number) {
    const buffer = new ArrayBuffer(bytes);
    this.uint8 = new Uint8Array(buffer);
    this.int32 = new Int32Array(buffer);
    this.int64 = new BigInt64Array(buffer);
    this.float32 = new Float32Array(buffer);
    this.address = addressOf(buffer);
  }
}
