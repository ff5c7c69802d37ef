/** Eight bytes at a time: table k is what a byte does to the sum when k bytes follow it ("slicing by 8"). */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  tables[0][byte] = crc;
}
for (let k = 1; k < 8; k++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = tables[k - 1][byte];
    tables[k][byte] = tables[0][before & 255] ^ (before >>> 8);
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;

/** The CRC-32 of some bytes (ISO 3309, that of zip and PNG), `0 .. 2^32 - 1`. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1, i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    crc = t7[low & 255] ^ t6[(low >>> 8) & 255] ^ t5[(low >>> 16) & 255] ^ t4[low >>> 24] ^
      t3[bytes[i + 4]] ^ t2[bytes[i + 5]] ^ t1[bytes[i + 6]] ^ t0[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}
