import { paint, type RgbPicture } from "../ui/pixel_canvas.tsx";
import type { SavedPane } from "./panes.ts";

/** What a {@link Composition} is made of. */
export interface CompositionOptions {
  /** Side by side, in this order; one or more. */
  panes: readonly SavedPane[];
  /** Height of each pane, pixels; 0 takes every picture at its own size, without captions. */
  side: number;
  /** A step that shows how large the pictures are. */
  step: number;
  /** The line below them. */
  caption(step: number): { left: string; right: string };
  /** Colours, as CSS writes them. */
  colors: { background: string; empty: string; text: string; dim: string };
}

interface Cell {
  pane: SavedPane;
  x: number;
  width: number;
}

/** Pixels between panes, around them, and of a line of text. */
const GAP = 8, LINE = 26;
const FONT = '13px system-ui, "Liberation Sans", sans-serif';

/** Panes side by side on one canvas, with captions: what a saved picture, GIF or video shows. */
export class Composition {
  /** Holds the step that was drawn last. Its sides are even, as video wants them, unless it is one picture alone. */
  readonly canvas: HTMLCanvasElement;
  readonly #options: CompositionOptions;
  readonly #cells: Cell[] = [];
  readonly #context: CanvasRenderingContext2D;
  readonly #scratch = document.createElement("canvas");

  /** @throws RangeError without panes, or where none of them has a picture at the step. */
  constructor(options: CompositionOptions) {
    const { panes, side, step } = options;
    const pictures = panes.map((pane) => pane.draw(step));
    if (!pictures.some(Boolean)) {
      throw new RangeError(
        `Cannot save a picture: expected panes that show something at frame ${step}, got none`,
      );
    }
    this.#options = options;
    this.canvas = document.createElement("canvas");
    this.#context = this.canvas.getContext("2d", { willReadFrequently: true })!;
    const framed = side > 0;
    let x = framed ? GAP : 0;
    let height = side;
    for (const [i, pane] of panes.entries()) {
      const picture = pictures[i];
      const width = cellWidth(picture, side);
      this.#cells.push({ pane, x, width });
      x += width + (framed ? GAP : 0);
      if (!framed) height = Math.max(height, picture?.height ?? 0);
    }
    this.canvas.width = framed ? x + x % 2 : x;
    this.canvas.height = framed ? 2 * LINE + height + height % 2 : height;
  }

  /** Draws a step onto {@link canvas}. */
  draw(step: number): HTMLCanvasElement {
    const { side, caption, colors } = this.#options;
    const { width, height } = this.canvas;
    const context = this.#context;
    context.fillStyle = colors.background;
    context.fillRect(0, 0, width, height);
    for (const { pane, x, width } of this.#cells) {
      const picture = pane.draw(step);
      const box = { x, y: side > 0 ? LINE : 0, width, height: side || height };
      if (picture) this.#place(picture, box);
      else {
        context.fillStyle = colors.empty;
        context.fillRect(box.x, box.y, box.width, box.height);
      }
      if (side > 0) this.#write(pane.title, { x, y: LINE / 2, width, color: colors.text });
    }
    if (side > 0) {
      const { left, right } = caption(step);
      context.font = FONT;
      const y = height - LINE / 2;
      const needed = Math.min(context.measureText(right).width + 1, width - 2 * GAP);
      this.#write(right, { x: width - GAP - needed, y, width: needed, color: colors.dim });
      this.#write(left, { x: GAP, y, width: width - 3 * GAP - needed, color: colors.dim });
    }
    return this.canvas;
  }

  /** RGB bytes by a whole factor without smoothing, a canvas as large as fits; in the middle of the box. */
  #place(
    picture: RgbPicture | HTMLCanvasElement,
    box: { x: number; y: number; width: number; height: number },
  ): void {
    const pixelated = "data" in picture;
    const fit = Math.min(box.width / picture.width, box.height / picture.height);
    const scale = pixelated ? Math.max(1, Math.floor(fit)) : fit;
    const width = Math.round(picture.width * scale), height = Math.round(picture.height * scale);
    if (pixelated) paint(this.#scratch, picture);
    this.#context.imageSmoothingEnabled = !pixelated;
    this.#context.drawImage(
      pixelated ? this.#scratch : picture,
      Math.round(box.x + (box.width - width) / 2),
      Math.round(box.y + (box.height - height) / 2),
      width,
      height,
    );
  }

  /** One line, shortened until it fits. */
  #write(text: string, { x, y, width, color }: { x: number; y: number; width: number; color: string }): void {
    const context = this.#context;
    context.font = FONT;
    context.fillStyle = color;
    context.textBaseline = "middle";
    let shown = text;
    while (shown.length > 1 && context.measureText(shown).width > width) {
      shown = shown.slice(0, shown.endsWith("…") ? -2 : -1) + "…";
    }
    if (shown !== "…") context.fillText(shown, x, y);
  }
}

/** Pictures of bytes stand in a square at least; canvases keep their proportions. */
function cellWidth(picture: RgbPicture | HTMLCanvasElement | undefined, side: number): number {
  if (side === 0) return picture?.width ?? 0;
  if (!picture) return side;
  if (!("data" in picture)) return Math.round(side * picture.width / picture.height);
  return Math.max(side, picture.width * Math.max(1, Math.floor(side / picture.height)));
}
