import type { Piece } from "../../core/music/piece.ts";
import { readAbc } from "../data/music/abc.ts";
import { type GridHeading, voiceGrid } from "../data/music/voice_grid.ts";
import { STEP, VOICES } from "../data/music/voices.ts";
import type { ChoralePlan } from "./write_chorales.ts";

/** A plan, and what is told of the piece that comes of it. */
export interface PlannedChorale {
  /** What is given. */
  plan: ChoralePlan;
  /** Metre, key and tempo. */
  heading: Omit<GridHeading, "name">;
}

/** Steps of a bar of 4/4. */
const BAR = 16;
/** Bars of a phrase, which ends with a held note. */
const PHRASE = 2;

/** What stands in no melody: letters that name no note, and signs without a meaning. */
const NO_MUSIC = /[^A-Ga-gxz\d\s|:[\](),'^_=/.~<>-]/;

/** A chorale of so many bars of 4/4, in phrases of two bars that end with a fermata on the third beat. */
export function freePlan(bars: number): PlannedChorale {
  const steps = bars * BAR;
  const held = (step: number) => step % (PHRASE * BAR) >= (PHRASE - 1) * BAR + BAR / 2;
  return {
    plan: {
      beats: Array.from({ length: steps }, (_, step) => String(step % BAR + 1)),
      fermatas: Array.from({ length: steps }, (_, step) => held(step)),
    },
    heading: { metre: { beats: 4, unit: 4 }, pickup: 0, tempo: 80 },
  };
}

/** The soprano of a piece for four voices, with its beats and fermatas. */
export function planOf(piece: Piece): PlannedChorale {
  const { words, beats, fermatas } = voiceGrid(piece);
  const { metre, key, pickup, tempo } = piece;
  const soprano = beats.map((_, step) => words[VOICES.length * step]);
  return { plan: { soprano, beats, fermatas }, heading: { metre, ...key && { key }, pickup, tempo } };
}

/**
 * A soprano in ABC notation: `M:3/4 K:G D | G2 A | B2 A |`. Notes are quarters unless `L:` says otherwise, the metre is
 * 4/4 and the key C unless `M:` and `K:` say otherwise. The last note before a double bar, and the very last, are held.
 *
 * @throws RangeError for a text without notes, or when a note is out of the grid's range.
 */
export function readSoprano(text: string): PlannedChorale {
  const fields: Record<string, string> = { M: "4/4", L: "1/4", K: "C" };
  const music = text.replaceAll(/(?:^|\s)([MLK]):\s*(\S+)/g, (_, name: string, value: string) => {
    fields[name] = value;
    return " ";
  });
  const head = ["X:1", "T:Soprano", `M:${fields.M}`, `L:${fields.L}`, `K:${fields.K}`];
  const phrases = music.split("||");
  const ends = phrases.map((_, i) => {
    const [part] = readAbc([...head, phrases.slice(0, i + 1).join("|").trim() || "|"].join("\n"), "Soprano");
    return part?.voices[0].notes.length ?? 0;
  });
  const [tune] = readAbc([...head, phrases.join("|").trim() || "|"].join("\n"), "Soprano");
  if (!tune || NO_MUSIC.test(music)) {
    throw new RangeError(
      `Cannot read the soprano "${text}": expected notes in ABC notation, such as "K:G D | G G A B | d2", got none`,
    );
  }
  const notes = tune.voices[0].notes.map((note, i) =>
    ends.includes(i + 1) ? { ...note, fermata: true } : note
  );
  const length = Math.ceil(tune.length / STEP) * STEP;
  const soprano: Piece = {
    ...tune,
    length,
    tempo: 80,
    voices: VOICES.map((name, voice) => ({ name, notes: voice === 0 ? notes : [] })),
  };
  return planOf(soprano);
}
