import {
  AlphaAction,
  ColorSpace,
  initializeImageMagick,
  MagickColors,
  MagickFormat,
  MagickImage,
  MagickImageInfo,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Pixels } from "./fit_pictures.ts";
import { type PictureFormat, pictureFormat } from "./picture_format.ts";

/** ImageMagick's names of the formats that are read. */
const FORMATS: Readonly<Record<PictureFormat, MagickFormat>> = {
  PNG: MagickFormat.Png,
  JPEG: MagickFormat.Jpeg,
  WebP: MagickFormat.WebP,
  GIF: MagickFormat.Gif,
  BMP: MagickFormat.Bmp,
  TIFF: MagickFormat.Tiff,
  AVIF: MagickFormat.Avif,
  HEIC: MagickFormat.Heic,
  "JPEG XL": MagickFormat.Jxl,
};

/** Pixels at most, so that a picture and its rotated copy fit into the four gigabytes of a WebAssembly memory. */
const MOST_PIXELS = 250_000_000;

/** What ImageMagick warns of where a part of the picture is missing; all else that it warns of leaves it whole. */
const DAMAGE = /premature|truncated|unexpected ?end|not enough|insufficient|bad huffman|crc/i;

let started: Promise<void> | undefined;

/** Loads ImageMagick when it is first asked for. */
function start(): Promise<void> {
  const path = fileURLToPath(import.meta.resolve("@imagemagick/magick-wasm/magick.wasm"));
  return started ??= readFile(path).then((program) => initializeImageMagick(new Uint8Array(program)));
}

/**
 * The pixels of a picture file of any {@link PictureFormat}, whatever its name says, upright by its EXIF orientation.
 * Transparent pixels are put on white; of several pictures in a file, the first is read.
 *
 * @returns Three channels.
 * @throws SyntaxError saying what is wrong with the bytes, RangeError for more pixels than memory can hold.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Pixels> {
  const format = pictureFormat(bytes);
  if (!format) {
    throw new SyntaxError(`expected a picture (${Object.keys(FORMATS).join(", ")}), got something else`);
  }
  await start();
  const settings = new MagickReadSettings({ format: FORMATS[format], frameIndex: 0, frameCount: 1 });
  const image = MagickImage.create();
  try {
    const { width, height } = MagickImageInfo.create(bytes, settings);
    if (width * height > MOST_PIXELS) {
      throw new RangeError(
        `expected at most ${
          MOST_PIXELS / 1e6
        } million pixels, got ${width} x ${height}; make the picture smaller`,
      );
    }
    let damage: string | undefined;
    image.onWarning = ({ error }) => {
      if (DAMAGE.test(error.message)) damage ??= error.message;
    };
    image.read(bytes, settings);
    if (damage !== undefined) throw new SyntaxError(damage);
    return uprightOnWhite(image);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`damaged ${format}: ${reason.replace(/\s*`[^`]*' @ .*$/s, "")}`, { cause: error });
  } finally {
    image.dispose();
  }
}

function uprightOnWhite(image: ReturnType<typeof MagickImage.create>): Pixels {
  image.autoOrient();
  if (image.colorSpace === ColorSpace.CMYK) image.colorSpace = ColorSpace.sRGB;
  if (image.hasAlpha) {
    image.backgroundColor = MagickColors.White;
    image.alpha(AlphaAction.Remove);
  }
  const { width, height } = image;
  const data = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, "RGB"));
  if (!data) throw new SyntaxError("no pixels");
  return { width, height, channels: 3, data };
}
