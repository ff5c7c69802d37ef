/** Names of the typed arrays that a state may hold, each at its code in extension {@link TYPED_ARRAY}. */
export const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;
/** MessagePack extension of a typed array: its code, then its bytes, little endian. That of msgpackr. */
export const TYPED_ARRAY = 0x74;
/** MessagePack extension of `undefined`, one byte of 0. That of msgpackr. */
export const UNDEFINED = 0;
/** Values within values, at most. */
export const DEEPEST = 64;

/**
 * Plain values as MessagePack, so that `unpack` gives the same back to the bit: -0, NaN and `undefined` stay what
 * they are, typed arrays keep their type.
 *
 * @param name What error messages call the value; default "value".
 * @throws TypeError for what is no plain value (a function, a Map, an object of a class) or lies too deep.
 */
export function pack(value: unknown, name = "value"): Uint8Array<ArrayBuffer> {
  const packer = new Packer();
  packer.add(value, name, 0);
  return packer.bytes();
}

class Packer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  add(value: unknown, path: string, depth: number): void {
    if (depth > DEEPEST) throw refuse(path, `values within values, at most ${DEEPEST}`, "more");
    if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") this.#text(value);
    else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
    else if (value === null) this.#byte(0xc0);
    else if (value === undefined) this.#extension(UNDEFINED, Uint8Array.of(0));
    else if (ArrayBuffer.isView(value)) this.#array(value, path);
    else if (Array.isArray(value)) {
      this.#head(value.length, [0x90, 15], undefined, 0xdc, 0xdd);
      value.forEach((inner, i) => this.add(inner, `${path}[${i}]`, depth + 1));
    } else if (isPlain(value)) {
      const entries = Object.entries(value);
      this.#head(entries.length, [0x80, 15], undefined, 0xde, 0xdf);
      for (const [key, inner] of entries) {
        this.#text(key);
        this.add(inner, `${path}.${key}`, depth + 1);
      }
    } else throw refuse(path, "plain values", describe(value));
  }

  #number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0) || value < -(2 ** 31) || value >= 2 ** 32) {
      this.#byte(0xcb);
      this.#write("setFloat64", 8, value);
    } else if (value >= -32 && value < 128) this.#byte(value & 255);
    else if (value >= 0) this.#head(value, undefined, 0xcc, 0xcd, 0xce);
    else if (value >= -128) this.#bytePair(0xd0, value & 255);
    else if (value >= -32768) {
      this.#byte(0xd1);
      this.#write("setInt16", 2, value);
    } else {
      this.#byte(0xd2);
      this.#write("setInt32", 4, value);
    }
  }

  #text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#head(bytes.length, [0xa0, 31], 0xd9, 0xda, 0xdb);
    this.#append(bytes);
  }

  #array(value: ArrayBufferView, path: string): void {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof Uint8Array) {
      this.#head(bytes.length, undefined, 0xc4, 0xc5, 0xc6);
      this.#append(bytes);
      return;
    }
    const code = TYPED_ARRAYS.findIndex((type) => value instanceof type);
    if (code < 0) throw refuse(path, "plain values", describe(value));
    const coded = new Uint8Array(1 + bytes.length);
    coded[0] = code;
    coded.set(bytes, 1);
    this.#extension(TYPED_ARRAY, coded);
  }

  #extension(type: number, bytes: Uint8Array): void {
    if (bytes.length === 1) this.#byte(0xd4);
    else this.#head(bytes.length, undefined, 0xc7, 0xc8, 0xc9);
    this.#byte(type);
    this.#append(bytes);
  }

  /** A token with a length: within the token where `short` has room, else behind it in 1, 2 or 4 bytes. */
  #head(
    length: number,
    short: [token: number, most: number] | undefined,
    in8: number | undefined,
    in16: number,
    in32: number,
  ): void {
    if (short && length <= short[1]) this.#byte(short[0] | length);
    else if (in8 !== undefined && length < 2 ** 8) this.#bytePair(in8, length);
    else if (length < 2 ** 16) {
      this.#byte(in16);
      this.#write("setUint16", 2, length);
    } else {
      this.#byte(in32);
      this.#write("setUint32", 4, length);
    }
  }

  #write(
    how: "setInt16" | "setInt32" | "setUint16" | "setUint32" | "setFloat64",
    length: number,
    value: number,
  ): void {
    const at = this.#room(length); // before the view is looked at, which it may replace
    this.#view[how](at, value);
  }

  #byte(byte: number): void {
    const at = this.#room(1);
    this.#bytes[at] = byte;
  }

  #bytePair(first: number, second: number): void {
    this.#byte(first);
    this.#byte(second);
  }

  #append(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Where `length` more bytes may be written. */
  #room(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#at, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" ? `a ${value!.constructor.name}` : `a ${typeof value}`;
}

function refuse(path: string, expected: string, got: string): TypeError {
  return new TypeError(`Cannot record ${path}: expected ${expected}, got ${got}`);
}
