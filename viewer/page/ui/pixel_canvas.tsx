import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";

/** A picture as RGB bytes, `[height, width, 3]`. */
export interface RgbPicture {
  data: Uint8Array | Uint8ClampedArray;
  height: number;
  width: number;
}

/** Draws a signal's picture at its own size; CSS enlarges it without smoothing. */
export function PixelCanvas(
  { picture, label, class: name = "" }: {
    picture: ReadonlySignal<RgbPicture | undefined>;
    label: string;
    class?: string;
  },
) {
  const ref = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const canvas = ref.current;
    const shown = picture.value;
    if (canvas && shown) paint(canvas, shown);
  });
  return <canvas ref={ref} class={`pixels ${name}`} role="img" aria-label={label} width={64} height={64} />;
}

/** What is kept of a canvas between pictures: 60 a second must not leave garbage. */
interface Surface {
  context: CanvasRenderingContext2D;
  image: ImageData;
  rgba: Uint32Array;
}

const surfaces = new WeakMap<HTMLCanvasElement, Surface>();

/** Paints RGB bytes onto a canvas, which takes the picture's size. */
export function paint(canvas: HTMLCanvasElement, { data, height, width }: RgbPicture): void {
  const { context, image, rgba } = surfaceOf(canvas, width, height);
  for (let i = 0, at = 0; i < rgba.length; i++, at += 3) {
    rgba[i] = 0xff000000 | data[at + 2] << 16 | data[at + 1] << 8 | data[at]; // little endian: A B G R
  }
  context.putImageData(image, 0, 0);
}

function surfaceOf(canvas: HTMLCanvasElement, width: number, height: number): Surface {
  const known = surfaces.get(canvas);
  if (known && canvas.width === width && canvas.height === height && known.image.width === width) {
    return known;
  }
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  const made = { context, image, rgba: new Uint32Array(image.data.buffer) };
  surfaces.set(canvas, made);
  return made;
}
