/** A number to plot. */
export interface ScalarEvent {
  /** The name of its curve. */
  tag: string;
  /** The number, kept as float32. */
  value: number;
  /** Its place on the x axis. */
  step: number;
  /** Seconds since 1970. */
  time: number;
}

/** The record that opens an event file. */
export function encodeVersionEvent(time: number): Uint8Array {
  return record([...double(1, time), ...bytes(3, text("brain.Event:2"))]);
}

/** A record of one number, in the format of TensorFlow's event files (event.proto, summary.proto). */
export function encodeScalarEvent({ tag, value, step, time }: ScalarEvent): Uint8Array {
  const summaryValue = [...bytes(1, text(tag)), ...float(2, value)];
  return record([...double(1, time), ...integer(2, step), ...bytes(5, bytes(1, summaryValue))]);
}

/** TFRecord framing: length, its checksum, the data, its checksum. */
function record(data: number[]): Uint8Array {
  const result = new Uint8Array(data.length + 16);
  const view = new DataView(result.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(result.subarray(0, 8)), true);
  result.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(result.subarray(12, 12 + data.length)), true);
  return result;
}

// Protocol buffers: a key (field number and wire type), then the value.

function double(field: number, value: number): number[] {
  return [...varint(field << 3 | 1), ...new Uint8Array(Float64Array.of(value).buffer)];
}

function float(field: number, value: number): number[] {
  return [...varint(field << 3 | 5), ...new Uint8Array(Float32Array.of(value).buffer)];
}

function integer(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

function bytes(field: number, content: ArrayLike<number>): number[] {
  return [...varint(field << 3 | 2), ...varint(content.length), ...Array.from(content)];
}

function varint(value: number): number[] {
  const groups: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) groups.push(value % 128 | 128);
  return [...groups, value];
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** The remainders of CRC-32C (Castagnoli) for each byte. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? byte >>> 1 ^ 0x82f63b78 : byte >>> 1;
  return byte;
});

/** CRC-32C, rotated and shifted as TFRecord wants it. */
function maskedCrc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = CRC_TABLE[(crc ^ byte) & 255] ^ crc >>> 8;
  crc = ~crc >>> 0;
  return ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
}
