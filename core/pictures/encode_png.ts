import { encode } from "fast-png";
import { checkPicture, type Picture } from "./picture.ts";

/** The bytes of a PNG file, grey where the picture is; works in the browser too. */
export function encodePng(picture: Picture): Uint8Array<ArrayBuffer> {
  checkPicture(picture);
  const grey = greyLevels(picture);
  const content = grey ? { ...picture, data: grey, channels: 1 } : { ...picture, channels: 3 };
  return encode({ ...content, depth: 8 }) as Uint8Array<ArrayBuffer>;
}

/** The levels of a picture without colours, `[height, width]`; nothing where there is a colour. */
function greyLevels({ data }: Picture): Uint8Array | undefined {
  const levels = new Uint8Array(data.length / 3);
  for (let i = 0; i < levels.length; i++) {
    if (data[3 * i] !== data[3 * i + 1] || data[3 * i] !== data[3 * i + 2]) return undefined;
    levels[i] = data[3 * i];
  }
  return levels;
}

/** A picture as a `data:` address: what an SVG drawing takes in. */
export function pngAddress(picture: Picture): string {
  return `data:image/png;base64,${encodePng(picture).toBase64()}`;
}
