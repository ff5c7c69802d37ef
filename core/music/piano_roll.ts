import { rgb } from "d3";
import { CHART_COLORS } from "../pictures/chart_parts.ts";
import { contactSheet } from "../pictures/contact_sheet.ts";
import { blankPicture, type Picture } from "../pictures/picture.ts";
import { TINY_LETTER, writeTinyText } from "../pictures/tiny_text.ts";
import { barTicks, type Piece, TICKS, ticksInBar } from "./piece.ts";

/** How {@link drawPianoRoll} draws. */
export interface PianoRollOptions {
  /** Pixels of a quarter note. @default 24 */
  quarter?: number;
  /** Pixels of a half-tone. @default 5 */
  halfTone?: number;
  /** The lowest and the highest pitch that are drawn. @default those of the piece, an octave at least */
  range?: readonly [lowest: number, highest: number];
  /** Ticks that are drawn. @default the whole piece */
  length?: number;
}

type Color = readonly [number, number, number];
const [PAGE, BLACK_KEY, BEAT, BAR]: Color[] = [[255, 255, 255], [240, 240, 240], [228, 228, 228], [
  150,
  150,
  150,
]];

/**
 * A piece as a piano roll: time from left to right, pitch upwards, a colour for each voice, rows of black keys in grey, a
 * line before each beat and a darker one before each bar. A pixel is left free between notes.
 */
export function drawPianoRoll(piece: Piece, options: PianoRollOptions = {}): Picture {
  const { quarter = 24, halfTone = 5, range = pitchRange([piece]), length = piece.length } = options;
  const [lowest, highest] = range;
  const at = (ticks: number) => Math.round(ticks * quarter / TICKS);
  const height = (highest - lowest + 1) * halfTone;
  const picture = blankPicture(Math.max(1, at(length)), height, PAGE as [number, number, number]);
  const row = (pitch: number) => (highest - pitch) * halfTone;
  for (let pitch = lowest; pitch <= highest; pitch++) {
    if (![1, 3, 6, 8, 10].includes(pitch % 12)) continue;
    fill(picture, { x: 0, y: row(pitch), width: picture.width, height: halfTone }, BLACK_KEY);
  }
  const beat = 4 * TICKS / piece.metre.unit, bar = barTicks(piece.metre);
  for (let time = piece.pickup % beat; time < length; time += beat) {
    const isBar = (time - piece.pickup) % bar === 0;
    fill(picture, { x: at(time), y: 0, width: 1, height }, isBar ? BAR : BEAT);
  }
  piece.voices.forEach(({ notes }, voice) => {
    const { r, g, b } = rgb(CHART_COLORS[voice % 4][0]);
    for (const { pitch, start, length } of notes) {
      if (pitch < lowest || pitch > highest) continue;
      const x = at(start);
      const width = Math.max(1, at(start + length) - x - 1);
      fill(picture, { x, y: row(pitch), width, height: halfTone }, [r, g, b]);
    }
  });
  return picture;
}

/** Quarter notes that a row of a sheet has room for. */
const ROW_QUARTERS = 40;

/**
 * Pieces one below the other as piano rolls of the same pitches, each under its name. Long ones go on in the next row, at
 * most three.
 *
 * @throws RangeError without pieces.
 */
export function pianoRollSheet(pieces: readonly Piece[], options: PianoRollOptions = {}): Picture {
  const { range = pitchRange(pieces) } = options;
  const longest = Math.max(...pieces.map(({ length }) => length));
  const row = Math.min(longest, ROW_QUARTERS * TICKS);
  const rolls = pieces.flatMap((piece) => {
    const rows = Math.min(MOST_ROWS, Math.max(1, Math.ceil(piece.length / row)));
    return Array.from({ length: rows }, (_, i) => {
      const part = excerpt(piece, i * row, row);
      const roll = drawPianoRoll(part, { ...options, range, length: row });
      return i === 0 ? withHeading(roll, piece.name) : roll;
    });
  });
  return contactSheet(rolls, 1, { gap: 6 });
}

/** Rows that a piece of a sheet takes at most. */
const MOST_ROWS = 3;

/** A stretch of a piece as a piece of its own; notes that reach into it begin with it. */
export function excerpt(piece: Piece, from: number, length: number): Piece {
  const voices = piece.voices.map(({ name, notes }) => ({
    name,
    notes: notes.flatMap((note) => {
      const start = Math.max(note.start, from);
      const end = Math.min(note.start + note.length, from + length);
      return end > start ? [{ ...note, start: start - from, length: end - start }] : [];
    }),
  }));
  const bar = barTicks(piece.metre);
  const pickup = from <= piece.pickup ? piece.pickup - from : bar - ticksInBar(piece, from);
  return { ...piece, voices, length: Math.min(length, piece.length - from), pickup: pickup % bar };
}

function withHeading(picture: Picture, text: string): Picture {
  const room = TINY_LETTER.height + 3;
  const whole = blankPicture(picture.width, picture.height + room, PAGE as [number, number, number]);
  whole.data.set(picture.data, 3 * room * picture.width);
  writeTinyText(whole, text, { x: 1, y: 1, width: picture.width - 1, color: [60, 60, 60] });
  return whole;
}

/** The pitches that some pieces reach, an octave at least, with one to spare at either end. */
export function pitchRange(pieces: readonly Piece[]): [lowest: number, highest: number] {
  let [lowest, highest] = [127, 0];
  for (const { voices } of pieces) {
    for (const { notes } of voices) {
      for (const { pitch } of notes) [lowest, highest] = [Math.min(lowest, pitch), Math.max(highest, pitch)];
    }
  }
  if (lowest > highest) [lowest, highest] = [60, 72];
  const missing = Math.max(0, 12 - (highest - lowest));
  return [
    Math.max(0, lowest - 1 - Math.floor(missing / 2)),
    Math.min(127, highest + 1 + Math.ceil(missing / 2)),
  ];
}

/** Paints a rectangle, as far as it lies in the picture. */
function fill(
  { width, height, data }: Picture,
  area: { x: number; y: number; width: number; height: number },
  color: Color,
): void {
  for (let y = Math.max(0, area.y); y < Math.min(height, area.y + area.height); y++) {
    for (let x = Math.max(0, area.x); x < Math.min(width, area.x + area.width); x++) {
      data.set(color, 3 * (y * width + x));
    }
  }
}
