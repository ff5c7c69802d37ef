import { encode } from "fast-png";
import { checkPicture, type Picture } from "./picture.ts";

/** The bytes of a PNG file; works in the browser too. */
export function encodePng(picture: Picture): Uint8Array<ArrayBuffer> {
  checkPicture(picture);
  return encode({ ...picture, channels: 3, depth: 8 }) as Uint8Array<ArrayBuffer>;
}

/** A picture as a `data:` address: what an SVG drawing takes in. */
export function pngAddress(picture: Picture): string {
  return `data:image/png;base64,${encodePng(picture).toBase64()}`;
}
