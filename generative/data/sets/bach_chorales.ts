import type { Piece } from "../../../core/music/piece.ts";
import type { MusicData } from "../dataset.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { musicData } from "../music/music_data.ts";
import { readCompressedMusicXml, readMusicXml } from "../music/music_xml.ts";
import { splitByOpening } from "../music/split_by_opening.ts";
import { chooseSingers, VOICES } from "../music/voices.ts";
import { cachedPieces, MUSIC21, openMusic21 } from "../music/music21.ts";

/** Pieces to learn from, at least: three in five, as in the split of the book's chorales. */
const LEARNED = 243;

/** Bach's chorales for four voices. */
export const BACH_CHORALES: DatasetSource = {
  name: "bach-chorales",
  title: "Chorales for four voices",
  contents: "403 chorales by J. S. Bach; three in five to learn from, split by their openings",
  source: `PyPI ${MUSIC21}`,
  licence:
    "music in the public domain; the encodings are fetched, not part of Somnium (BSD-3-Clause package)",
  book: "JSB chorales, cello suites (chapter 11)",
  load,
};

async function load(options: ResolvedLoadOptions): Promise<MusicData> {
  const { name } = BACH_CHORALES;
  const pieces = await cachedPieces(name, readChorales, options.onEvent);
  const sides = await splitByOpening(pieces, LEARNED);
  return musicData(name, sides, { ...options, voices: options.voices || VOICES.length });
}

/** All chorales with one soprano, alto, tenor and bass each; of copies the first. */
async function readChorales(onEvent: ResolvedLoadOptions["onEvent"]): Promise<Piece[]> {
  const { name } = BACH_CHORALES;
  const files = await openMusic21("bach/", { dataset: name, instead: "a folder of MIDI files", onEvent });
  const scores = Object.entries(files).filter(([path]) => /\.(mxl|xml)$/.test(path));
  const pieces = new Map<string, Piece>();
  for (const [done, [path, bytes]] of scores.entries()) {
    if (done % 20 === 0) onEvent?.({ type: "progress", dataset: name, done, of: scores.length });
    const called = path.replace(/^.*\/|\.\w+$/g, "");
    const score = path.endsWith(".mxl")
      ? readCompressedMusicXml(bytes, called)
      : readMusicXml(new TextDecoder().decode(bytes), called);
    const piece = chooseSingers(score);
    const content = JSON.stringify(piece?.voices);
    if (piece && !pieces.has(content)) pieces.set(content, piece);
  }
  return [...pieces.values()];
}
