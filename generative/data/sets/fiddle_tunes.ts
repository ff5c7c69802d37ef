import type { Piece } from "../../../core/music/piece.ts";
import type { MusicData } from "../dataset.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { readAbc } from "../music/abc.ts";
import { cachedPieces, MUSIC21, openMusic21 } from "../music/music21.ts";
import { musicData } from "../music/music_data.ts";
import { splitByOpening } from "../music/split_by_opening.ts";

/** Collections of tunes in ABC notation, as folders of the package. */
const COLLECTIONS = /^(ryansMammoth|oneills1850|airdsAirs)\/.*\.abc$/;

/** Dances and airs of three old collections, in a single line. */
export const FIDDLE_TUNES: DatasetSource = {
  name: "fiddle-tunes",
  title: "Tunes in a single line",
  contents: "4,241 tunes of three collections (Ryan, O'Neill, Aird); one opening in twenty held out",
  source: `PyPI ${MUSIC21}`,
  licence:
    "tunes in the public domain; the encodings are fetched, not part of Somnium (BSD-3-Clause package)",
  book: "cello suites (chapter 11)",
  load,
};

async function load(options: ResolvedLoadOptions): Promise<MusicData> {
  const { name } = FIDDLE_TUNES;
  if (options.voices > 1) {
    throw new TypeError(
      `Cannot load "${name}" for ${options.voices} voices: expected one, as its tunes have; bach-chorales has four`,
    );
  }
  const pieces = await cachedPieces(name, readTunes, options.onEvent);
  return musicData(name, await splitByOpening(pieces), options);
}

async function readTunes(onEvent: ResolvedLoadOptions["onEvent"]): Promise<Piece[]> {
  const files = await openMusic21("", {
    dataset: FIDDLE_TUNES.name,
    instead: "a folder of MIDI files",
    wanted: (path) => COLLECTIONS.test(path),
    onEvent,
  });
  return Object.entries(files).flatMap(([path, bytes]) =>
    readAbc(new TextDecoder().decode(bytes), path.replace(/^.*\/|\.\w+$/g, ""))
  );
}
