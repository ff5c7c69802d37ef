import { Buffer } from "node:buffer";

/** Endings of picture files, those of formats that are not read among them. */
export const PICTURE_FILES =
  /\.(a?png|jpe?g?|jfif|pjpeg|webp|gif|bmp|dib|tiff?|avif|hei[cf]s?|hif|jxl|jp2|j2k|svgz?|ico|psd|xcf|tga|p[bgnp]m|exr|hdr|dng|cr[23w]|nef|arw|orf|rw2|raf|qoi|pcx)$/i;

/** Formats that `decodePicture` reads. */
export type PictureFormat = "PNG" | "JPEG" | "WebP" | "GIF" | "BMP" | "TIFF" | "AVIF" | "HEIC" | "JPEG XL";

/** Bytes that tell a format, in hexadecimal digits; a dot stands for any. */
const SIGNATURES: readonly [PictureFormat, RegExp][] = [
  ["PNG", /^89504e470d0a1a0a/],
  ["JPEG", /^ffd8ff/],
  ["WebP", /^52494646.{8}57454250/],
  ["GIF", /^47494638(37|39)61/],
  ["BMP", /^424d.{8}0{8}/],
  ["TIFF", /^(49492a00|4d4d002a|49492b00|4d4d002b)/],
  ["JPEG XL", /^(ff0a|0000000c4a584c200d0a870a)/],
];

/** Brands of ISO base media files that hold pictures. */
const BRANDS: Readonly<Record<string, PictureFormat>> = {
  avif: "AVIF",
  avis: "AVIF",
  heic: "HEIC",
  heix: "HEIC",
  heim: "HEIC",
  heis: "HEIC",
  hevc: "HEIC",
  hevx: "HEIC",
};

/** Bytes from the start of a file that {@link pictureFormat} looks at. */
export const SIGNATURE_BYTES = 64;

/** The format of a picture file by its first bytes, whatever its name says; undefined where it is none that is read. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = bytes.subarray(0, SIGNATURE_BYTES);
  const digits = Buffer.from(head).toString("hex");
  const found = SIGNATURES.find(([, signature]) => signature.test(digits));
  if (found) return found[0];
  const text = String.fromCharCode(...head);
  if (text.slice(4, 8) !== "ftyp") return undefined;
  const brands = text.slice(8).match(/.{4}/gs) ?? [];
  return brands.map((brand) => BRANDS[brand]).find((format) => format !== undefined);
}
