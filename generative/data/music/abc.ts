import {
  barTicks,
  endOf,
  type Key,
  type Metre,
  type Note,
  type Piece,
  TICKS,
} from "../../../core/music/piece.ts";

/**
 * Reads the tunes of a file in ABC notation (standard 2.1), each as a piece of one voice. Of chords the highest note
 * counts; repeats and endings are played once through; grace notes, ornaments, words and voices after the first are left
 * out.
 *
 * @param name What tunes without a title are called.
 * @returns A piece for each `X:` with a key; those without a note are left out.
 */
export function readAbc(text: string, name: string): Piece[] {
  const blocks = text.replaceAll(/\r\n?/g, "\n").split(/^(?=X:)/m).filter((block) => /^K:/m.test(block));
  return blocks.map((block) => readTune(block, name)).filter(({ voices: [{ notes }] }) => notes.length > 0);
}

/** A tune while it is read. Times are in ticks. */
interface Tune {
  metre: Metre;
  /** The length of a note without a number. */
  unit: number;
  key?: Key;
  /** Half-tones that the key's signature adds to each letter. */
  signature: Record<string, number>;
  /** Accidentals of this bar, by letter and octave. */
  accidentals: Map<string, number>;
  notes: Note[];
  now: number;
  /** Where the first bar line stands. */
  firstBar?: number;
  /** Whether a tie leads on from the last note. */
  tied: boolean;
  /** What the length of the next note is multiplied by: a broken rhythm. */
  broken: number;
  /** Notes of a tuplet that are still to come, and what multiplies their lengths. */
  tuplet: { left: number; factor: number };
  /** The second voice of a tune and those after it are not read. */
  muted: boolean;
}

function readTune(block: string, name: string): Piece {
  const tune: Tune = {
    metre: { beats: 4, unit: 4 },
    unit: TICKS / 2,
    signature: {},
    accidentals: new Map(),
    notes: [],
    now: 0,
    tied: false,
    broken: 1,
    tuplet: { left: 0, factor: 1 },
    muted: false,
  };
  let title = name, tempo = 100, inBody = false, unitTold = false, firstVoice: string | undefined;
  for (const raw of block.split("\n")) {
    const line = raw.replace(/%.*$/, "");
    if (inBody && line.trim() === "") break; // a tune ends with a blank line
    const [, field, rest = ""] = /^([A-Za-z+]):\s*(.*?)\s*$/.exec(line) ?? [];
    if (field === undefined || field === "|") {
      if (inBody && !tune.muted) readMusic(line, tune);
    } else if (field === "T" && title === name) title = rest || name;
    else if (field === "Q") tempo = readTempo(rest) ?? tempo;
    else if (field === "V") {
      firstVoice ??= rest.split(/\s/)[0];
      tune.muted = rest.split(/\s/)[0] !== firstVoice;
    } else {
      if (field === "L") unitTold = true;
      setField(tune, field, rest);
      if (field === "M" && !unitTold) tune.unit = TICKS / (barTicks(tune.metre) < 3 * TICKS ? 4 : 2);
      if (field === "K") inBody = true;
    }
  }
  const bar = barTicks(tune.metre);
  const voices = [{ name: "Tune", notes: tune.notes }];
  const { metre, key, firstBar = 0 } = tune;
  return {
    name: title,
    voices,
    length: Math.max(tune.now, endOf(voices)),
    metre,
    ...key && { key },
    pickup: firstBar < bar ? firstBar : 0,
    tempo,
  };
}

/** Metre, unit length and key, which may change within a tune. The first metre and key are the piece's. */
function setField(tune: Tune, field: string, value: string): void {
  if (field === "M") {
    const metre = readMetre(value);
    if (metre && tune.notes.length === 0) tune.metre = metre;
  } else if (field === "L") {
    const [, over, under] = /^(\d+)\/(\d+)/.exec(value) ?? [];
    if (over) tune.unit = 4 * TICKS * Number(over) / Number(under);
  } else if (field === "K") {
    const key = readKey(value);
    if (!key) return;
    if (tune.notes.length === 0) tune.key = key;
    tune.signature = signatureOf(key);
  }
}

function readMetre(text: string): Metre | undefined {
  if (/^C\|/.test(text)) return { beats: 2, unit: 2 };
  if (/^C/.test(text)) return { beats: 4, unit: 4 };
  const [, beats, unit] = /^(\d+)\/(\d+)/.exec(text) ?? [];
  return beats ? { beats: Number(beats), unit: Number(unit) } : undefined;
}

/** `1/4=120`, or beats alone: quarter notes a minute. */
function readTempo(text: string): number | undefined {
  const [, over = "1", under = "4", count] = /(?:(\d+)\/(\d+)\s*=\s*)?(\d+)/.exec(text) ?? [];
  const tempo = Number(count) * 4 * Number(over) / Number(under);
  return tempo >= 20 && tempo <= 400 ? tempo : undefined;
}

/** Fifths of the church modes, beside those of major. */
const MODES: Record<string, number> = {
  maj: 0,
  ion: 0,
  mix: -1,
  dor: -2,
  m: -3,
  min: -3,
  aeo: -3,
  phr: -4,
  loc: -5,
  lyd: 1,
};
const FIFTHS = "FCGDAEB";

/** The signature of `K:`; modes other than minor count as major, as their notes are those of its signature. */
function readKey(text: string): Key | undefined {
  const [, tonic, accidental, mode] = /^([A-G])([#b]?)\s*([A-Za-z]*)/.exec(text) ?? [];
  if (tonic === undefined) return /^HP/i.test(text) ? { fifths: 2, mode: "major" } : undefined;
  const word = mode.toLowerCase().slice(0, 3);
  const shift = MODES[word] ?? MODES[mode === "m" ? "m" : ""] ?? 0;
  const turns = accidental === "#" ? 7 : accidental === "b" ? -7 : 0;
  return {
    fifths: FIFTHS.indexOf(tonic) - 1 + turns + shift,
    mode: ["m", "min", "aeo", "dor", "phr", "loc"].includes(word) ? "minor" : "major",
  };
}

function signatureOf({ fifths }: Key): Record<string, number> {
  const letters = fifths > 0 ? FIFTHS.slice(0, fifths) : FIFTHS.slice(FIFTHS.length + fifths);
  return Object.fromEntries([...letters].map((letter) => [letter, Math.sign(fifths)]));
}

const NUMBER = String.raw`(\d*)(\/*)(\d*)`;
const TOKENS = new RegExp(
  [
    String.raw`(?<skip>"[^"]*"|![^!]*!|\{[^}]*\}|\+[a-z]+\+)`,
    String.raw`\[(?<field>[KLM]):(?<value>[^\]]*)\]`,
    String.raw`(?<bar>\|[\]:|]*|:+\|*|\[\||\[\d)`,
    String.raw`\((?<tuplet>\d)(?::(?<times>\d*))?(?::(?<count>\d*))?`,
    String.raw`\[(?<chord>[^\]|]*)\](?<chordLength>${NUMBER})`,
    String.raw`(?<accidental>\^\^|__|[\^_=])?(?<letter>[A-Ga-gzx])(?<octave>[,']*)(?<length>${NUMBER})`,
    String.raw`(?<tie>-)`,
    String.raw`(?<broken>>+|<+)`,
  ].join("|"),
  "g",
);

function readMusic(line: string, tune: Tune): void {
  for (const { groups = {} } of line.matchAll(TOKENS)) {
    if (groups.field) setField(tune, groups.field, groups.value.trim());
    else if (groups.bar) {
      tune.accidentals.clear();
      if (tune.now > 0) tune.firstBar ??= tune.now;
    } else if (groups.tuplet) tune.tuplet = readTuplet(groups, tune.metre);
    else if (groups.chord !== undefined) addChord(groups.chord, groups.chordLength, tune);
    else if (groups.letter) addNote(pitchOf(groups, tune), readLength(groups.length), tune);
    else if (groups.tie) tune.tied = true;
    else if (groups.broken) breakRhythm(groups.broken, tune);
  }
}

/** `(3` plays three notes in the time of two; see the standard's table. */
function readTuplet({ tuplet, times, count }: Record<string, string>, metre: Metre): Tune["tuplet"] {
  const notes = Number(tuplet);
  const compound = metre.unit >= 8 && metre.beats % 3 === 0;
  const usual: Record<number, number> = { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 };
  const into = Number(times) || usual[notes] || (compound ? 3 : 2);
  return { left: Number(count) || notes, factor: into / notes };
}

/** `3/2`, `/`, `//`, `2`: a multiple of the unit. */
function readLength(text: string): number {
  const [, over, slashes, under] = new RegExp(`^${NUMBER}$`).exec(text) ?? [];
  const divisor = slashes ? Number(under) || 2 ** slashes.length : 1;
  return (Number(over) || 1) / divisor;
}

/** Half-tones of the letters above C. */
const LETTERS: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const ACCIDENTALS: Record<string, number> = { "^": 1, "^^": 2, "_": -1, "__": -2, "=": 0 };

/** The pitch of a note as written; nothing for a rest. */
function pitchOf(
  { accidental, letter, octave }: Record<string, string | undefined>,
  tune: Tune,
): number | undefined {
  if (letter === undefined || "zx".includes(letter)) return undefined;
  const upper = letter.toUpperCase();
  const octaves = 5 + Number(letter !== upper) + octave!.split("'").length - octave!.split(",").length;
  const place = `${upper}${octaves}`;
  if (accidental) tune.accidentals.set(place, ACCIDENTALS[accidental]);
  const shift = tune.accidentals.get(place) ?? tune.signature[upper] ?? 0;
  return Math.min(127, Math.max(0, 12 * octaves + LETTERS[upper] + shift));
}

function addChord(inner: string, length: string, tune: Tune): void {
  let highest: number | undefined, inside = 1;
  for (const { groups = {} } of inner.matchAll(TOKENS)) {
    const pitch = pitchOf(groups, tune);
    if (pitch === undefined) continue;
    inside = readLength(groups.length);
    highest = Math.max(highest ?? 0, pitch);
  }
  addNote(highest, inside * readLength(length), tune);
}

function addNote(pitch: number | undefined, units: number, tune: Tune): void {
  const { tuplet } = tune;
  const factor = tune.broken * (tuplet.left > 0 ? tuplet.factor : 1);
  const length = Math.max(1, Math.round(units * factor * tune.unit));
  tuplet.left--;
  tune.broken = 1;
  const last = tune.notes.at(-1);
  const joined = tune.tied && last?.pitch === pitch && last!.start + last!.length === tune.now;
  if (joined) tune.notes[tune.notes.length - 1] = { ...last!, length: last!.length + length };
  else if (pitch !== undefined) tune.notes.push({ pitch, start: tune.now, length });
  tune.tied = false;
  tune.now += length;
}

/** `a>b` lengthens the note before by a half and shortens the next by as much; `<` the other way round. */
function breakRhythm(marks: string, tune: Tune): void {
  const short = 2 ** -marks.length, long = 2 - short;
  const [before, after] = marks.startsWith(">") ? [long, short] : [short, long];
  const last = tune.notes.at(-1);
  if (!last || last.start + last.length !== tune.now) return; // after a rest
  const length = Math.max(1, Math.round(last.length * before));
  tune.notes[tune.notes.length - 1] = { ...last, length };
  tune.now = last.start + length;
  tune.broken = after;
}
