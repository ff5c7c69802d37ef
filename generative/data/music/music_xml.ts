import { DOMParser, type Element } from "@xmldom/xmldom";
import { strFromU8, unzipSync } from "fflate";
import { inOrder, type Key, type Metre, type Note, type Piece, TICKS } from "../../../core/music/piece.ts";

/**
 * Reads a score in compressed MusicXML (`.mxl`): a zip archive whose `META-INF/container.xml` names the score.
 *
 * @param name What the piece is called, in errors as well.
 * @throws SyntaxError naming the file when it is damaged.
 */
export function readCompressedMusicXml(bytes: Uint8Array, name: string): Piece {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (error) {
    throw new SyntaxError(`Cannot read "${name}": ${(error as Error).message}`, { cause: error });
  }
  const container = files["META-INF/container.xml"];
  const root = container &&
    parse(strFromU8(container), name).getElementsByTagName("rootfile")[0]?.getAttribute("full-path");
  if (!root || !(root in files)) {
    throw new SyntaxError(
      `Cannot read "${name}": expected a score that META-INF/container.xml names, got none`,
    );
  }
  return readMusicXml(strFromU8(files[root]), name);
}

/**
 * Reads a score in MusicXML, `score-partwise`: each part becomes a voice. Tied notes are joined, grace notes left out, and
 * repeats are played once.
 *
 * @param name What the piece is called, in errors as well.
 * @throws SyntaxError naming the file when it is damaged or no such score.
 */
export function readMusicXml(text: string, name: string): Piece {
  const score = parse(text, name);
  if (score.tagName !== "score-partwise") {
    throw new SyntaxError(
      `Cannot read "${name}": expected MusicXML with a score-partwise, got <${score.tagName}>`,
    );
  }
  const names = new Map(
    [...score.getElementsByTagName("score-part")].map((part) => [
      part.getAttribute("id"),
      textOf(part, "part-name") ?? "",
    ]),
  );
  const heading: Heading = {};
  const parts = childrenOf(score, "part");
  const voices = parts.map((part) => ({ part, ...readPart(part, heading) }));
  const { metre = { beats: 4, unit: 4 }, key, pickup = 0 } = heading;
  return {
    name,
    voices: voices.map(({ part, notes }) => ({ name: names.get(part.getAttribute("id")) ?? "", notes })),
    length: Math.max(0, ...voices.map(({ length }) => length)),
    metre,
    ...key && { key },
    pickup,
    tempo: 100,
  };
}

function parse(text: string, name: string): Element {
  let reason = "no element";
  try {
    const onError = (level: string, message: string) => {
      if (level !== "warning") throw new Error(message.split("\n")[0]);
    };
    const { documentElement } = new DOMParser({ onError }).parseFromString(text, "text/xml");
    if (documentElement) return documentElement;
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new SyntaxError(`Cannot read "${name}": expected XML, got a damaged file (${reason})`);
}

/** What the first bars say of the whole piece. */
interface Heading {
  metre?: Metre;
  key?: Key;
  pickup?: number;
}

function readPart(part: Element, heading: Heading): { notes: Note[]; length: number } {
  const notes: Note[] = [];
  const tied = new Map<number, number>(); // index of a note that goes on, by pitch
  let divisions = 1, barStart = 0, bar = 0;
  const measures = childrenOf(part, "measure");
  for (const [number, measure] of measures.entries()) {
    let now = barStart, end = barStart, chordStart = barStart;
    const ticks = (element: Element) => Math.round(numberOf(element, "duration") * TICKS / divisions);
    for (const element of childrenOf(measure)) {
      switch (element.tagName) {
        case "attributes": {
          divisions = numberOf(element, "divisions") || divisions;
          const time = readMetre(element);
          if (time) bar = time.beats * 4 * TICKS / time.unit;
          heading.metre ??= time;
          heading.key ??= readKey(element);
          break;
        }
        case "backup":
          now -= ticks(element);
          break;
        case "forward":
          now += ticks(element);
          break;
        case "note": {
          if (childrenOf(element, "grace").length > 0) break;
          const length = ticks(element);
          const start = childrenOf(element, "chord").length > 0 ? chordStart : now;
          chordStart = start;
          now = Math.max(now, start + length);
          addNote(element, { notes, tied, start, length });
        }
      }
      end = Math.max(end, now);
    }
    if (number === 0 && bar > 0 && end < bar && measures.length > 1) heading.pickup ??= end;
    barStart = end;
  }
  return { notes: inOrder(notes), length: barStart };
}

/** Adds a note, or lengthens the one that is tied to it. */
function addNote(
  element: Element,
  { notes, tied, start, length }: {
    notes: Note[];
    tied: Map<number, number>;
    start: number;
    length: number;
  },
): void {
  const pitch = readPitch(element);
  if (pitch === undefined || length === 0) return; // a rest
  const fermata = element.getElementsByTagName("fermata").length > 0;
  const ties = childrenOf(element, "tie").map((tie) => tie.getAttribute("type"));
  const before = tied.get(pitch);
  let index = notes.length;
  if (ties.includes("stop") && before !== undefined && endOfNote(notes[before]) === start) {
    const note = notes[before];
    notes[before] = { ...note, length: note.length + length, ...fermata && { fermata } };
    index = before;
  } else notes.push({ pitch, start, length, ...fermata && { fermata } });
  if (ties.includes("start")) tied.set(pitch, index);
  else tied.delete(pitch);
}

const endOfNote = ({ start, length }: Note) => start + length;

/** Half-tones of the letters above C. */
const STEPS: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

function readPitch(note: Element): number | undefined {
  const [pitch] = childrenOf(note, "pitch");
  if (!pitch) return undefined;
  const step = STEPS[textOf(pitch, "step") ?? ""];
  return 12 * (numberOf(pitch, "octave") + 1) + step + Math.round(numberOf(pitch, "alter"));
}

function readMetre(attributes: Element): Metre | undefined {
  const [time] = childrenOf(attributes, "time");
  if (!time) return undefined;
  return { beats: numberOf(time, "beats"), unit: numberOf(time, "beat-type") };
}

function readKey(attributes: Element): Key | undefined {
  const [key] = childrenOf(attributes, "key");
  if (!key) return undefined;
  return { fifths: numberOf(key, "fifths"), mode: textOf(key, "mode") === "minor" ? "minor" : "major" };
}

/** Elements right below another. @param tag Their name. @default all */
function childrenOf(element: Element, tag?: string): Element[] {
  const children: Element[] = [];
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 1 && (tag === undefined || node.nodeName === tag)) children.push(node as Element);
  }
  return children;
}

function textOf(element: Element, tag: string): string | undefined {
  return childrenOf(element, tag)[0]?.textContent?.trim();
}

/** The number in an element; 0 where there is none. */
function numberOf(element: Element, tag: string): number {
  return Number(textOf(element, tag) ?? 0) || 0;
}
