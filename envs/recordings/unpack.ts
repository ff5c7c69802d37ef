import { DEEPEST, TYPED_ARRAY, TYPED_ARRAYS, UNDEFINED } from "./pack.ts";

/**
 * Reads one MessagePack value that fills these bytes.
 *
 * A recording may come from anywhere, so this reads values only: nothing is compiled or called, and what is made is
 * no larger than a small multiple of the bytes, whatever lengths they claim. Byte strings are views of `bytes`.
 *
 * @throws SyntaxError saying what is wrong at which of these bytes.
 */
export function unpack(bytes: Uint8Array): unknown {
  const unpacker = new Unpacker(bytes);
  const value = unpacker.value(0);
  unpacker.end();
  return value;
}

class Unpacker {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = new Uint8Array(buffer, byteOffset, byteLength); // of a Buffer, views would be Buffers
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  end(): void {
    if (this.#at < this.#bytes.length) throw this.#problem("more bytes follow the value");
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw this.#problem(`values lie more than ${DEEPEST} deep`);
    const token = this.#view.getUint8(this.#skip(1));
    if (token < 0x80) return token;
    if (token < 0x90) return this.#map(token & 15, depth);
    if (token < 0xa0) return this.#array(token & 15, depth);
    if (token < 0xc0) return this.#text(token & 31);
    if (token >= 0xe0) return token - 256;
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#take(this.#unsigned(token - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#unsigned(token - 0xc7));
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(token - 0xcc);
      case 0xcf:
        return this.#safe(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return this.#safe(this.#view.getBigInt64(this.#skip(8)));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(2 ** (token - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(token - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(token - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(token - 0xdd), depth);
      default:
        throw this.#problem("the token c1 does not exist");
    }
  }

  #array(length: number, depth: number): unknown[] {
    const array: unknown[] = []; // grows as values come: the length may be a lie
    for (let i = 0; i < length; i++) array.push(this.value(depth + 1));
    return array;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== "string" || key === "__proto__") throw this.#problem("a key is not a name");
      map[key] = this.value(depth + 1);
    }
    return map;
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.#take(length));
  }

  /** What is no `undefined` and no typed array comes as its bytes. */
  #extension(length: number): unknown {
    const type = this.#view.getInt8(this.#skip(1));
    const bytes = this.#take(length);
    if (type === UNDEFINED) return undefined;
    const array = TYPED_ARRAYS[bytes[0]];
    if (type !== TYPED_ARRAY || !array) return bytes;
    if ((length - 1) % array.BYTES_PER_ELEMENT !== 0) throw this.#problem("an array ends within a number");
    return new array(bytes.slice(1).buffer);
  }

  #unsigned(power: number): number {
    if (power === 0) return this.#view.getUint8(this.#skip(1));
    return power === 1 ? this.#view.getUint16(this.#skip(2)) : this.#view.getUint32(this.#skip(4));
  }

  #safe(integer: bigint): number {
    if (Number.isSafeInteger(Number(integer))) return Number(integer);
    throw this.#problem("an integer lies beyond 2^53");
  }

  #take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw this.#problem("a value is longer than what is left");
    this.#at += length;
    return at;
  }

  #problem(what: string): SyntaxError {
    return new SyntaxError(`${what} (byte ${this.#at})`);
  }
}
