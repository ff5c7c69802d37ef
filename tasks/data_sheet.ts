import {
  blankPicture,
  contactSheet,
  enlarge,
  type Picture,
  TINY_LETTER,
  writeTinyText,
} from "../core/pictures/mod.ts";
import { pianoRollSheet, type Piece } from "../core/music/mod.ts";
import {
  type Dataset,
  decodeTokens,
  type MusicData,
  passagePiece,
  type PictureData,
  type PointData,
} from "../generative/data/mod.ts";

/** Pictures on a sheet are enlarged until they have at least this side, so that their labels can be read. */
const LEAST_SIDE = 84;
/** Pictures in a row. */
const COLUMNS = 12;
/** Okabe and Ito's colours. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/** What {@link datasetSheet} makes: a picture, or text for a file of that ending. */
export type Sheet = { ending: "png"; picture: Picture } | { ending: "svg" | "txt"; text: string };

/** The first examples of a data set, to look at. */
export function datasetSheet(data: Dataset, count: number): Sheet {
  const shown = Math.min(count, data.count);
  switch (data.kind) {
    case "pictures":
      return { ending: "png", picture: pictureSheet(data, shown) };
    case "text":
      return {
        ending: "txt",
        text: Array.from({ length: shown }, (_, n) => {
          const tokens = data.tokens.subarray(n * data.length, (n + 1) * data.length);
          return decodeTokens(tokens, data.vocabulary) + "\n";
        }).join("\n"),
      };
    case "music":
      return { ending: "png", picture: pianoRollSheet(firstPassages(data, Math.min(shown, PASSAGES))) };
    case "points":
      return { ending: "svg", text: pointSheet(data, shown) };
  }
}

/** Passages on a sheet, at most: one a row. */
const PASSAGES = 12;

/** Passages from all over the data. */
function firstPassages(data: MusicData, count: number): Piece[] {
  return Array.from({ length: count }, (_, i) => passagePiece(data, Math.floor(i * data.count / count)));
}

/** What is known of a picture, in a few words: its caption, or its class, or its attributes. */
export function labelOf({ captions, classes, labels, attributes }: PictureData, index: number): string {
  if (captions) return captions[index];
  if (classes && labels) return classes[labels[index]];
  return Object.entries(attributes ?? {}).filter(([, has]) => has[index]).map(([name]) => words(name)).join(
    ", ",
  );
}

/** `blondHair` as "blond hair". */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function pictureSheet(data: PictureData, count: number): Picture {
  const scale = Math.max(1, Math.ceil(LEAST_SIDE / data.width));
  return contactSheet(Array.from({ length: count }, (_, n) => labelled(data, n, scale)), COLUMNS, { gap: 4 });
}

/** A picture with two lines of label below it. */
function labelled(data: PictureData, index: number, scale: number): Picture {
  const picture = enlarge(pictureAt(data, index), scale);
  const label = labelOf(data, index);
  const lines = label === "" ? [] : wrap(label, Math.floor((picture.width + 1) / TINY_LETTER.width));
  const { width } = picture;
  const whole = blankPicture(width, picture.height + 2 * (TINY_LETTER.height + 1) + 1, [255, 255, 255]);
  whole.data.set(picture.data);
  lines.forEach((line, i) => {
    const y = picture.height + 2 + i * (TINY_LETTER.height + 1);
    writeTinyText(whole, line, { x: 0, y, width, color: [60, 60, 60] });
  });
  return whole;
}

function pictureAt({ pictures, height, width, channels }: PictureData, index: number): Picture {
  const start = index * height * width * channels;
  const data = new Uint8Array(height * width * 3);
  for (let i = 0; i < data.length; i++) {
    data[i] = pictures[start + (channels === 3 ? i : Math.floor(i / 3) * channels)];
  }
  return { width, height, data };
}

/** At most two lines. */
function wrap(text: string, letters: number): string[] {
  if (text.length <= letters) return [text];
  const cut = text.lastIndexOf(" ", letters);
  const at = cut > 0 ? cut : letters;
  return [text.slice(0, at), text.slice(at).trim()];
}

/** Points in the plane (their first two coordinates) as SVG, coloured by class. */
function pointSheet({ points, dimensions, labels, classes, name }: PointData, count: number): string {
  const side = 480;
  const at = (n: number, axis: number) => points[n * dimensions + axis];
  const reach = 1.1 *
    Array.from({ length: count }, (_, n) => Math.max(Math.abs(at(n, 0)), Math.abs(at(n, 1))))
      .reduce((a, b) => Math.max(a, b), 1e-9);
  const place = (value: number) => ((value / reach + 1) * side / 2).toFixed(1);
  const dots = Array.from({ length: count }, (_, n) => {
    const color = COLORS[(labels?.[n] ?? 0) % COLORS.length];
    return `<circle cx="${place(at(n, 0))}" cy="${place(-at(n, 1))}" r="1.5" fill="${color}"/>`;
  });
  const legend = (classes ?? []).map((label, i) =>
    `<text x="10" y="${20 + 18 * i}" fill="${
      COLORS[i % COLORS.length]
    }" font-family="sans-serif" font-size="14">${label}</text>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side}" height="${side}" ` +
    `role="img" aria-label="${name}"><rect width="${side}" height="${side}" fill="white"/>`,
    ...dots,
    ...legend,
    "</svg>",
  ].join("\n") + "\n";
}
