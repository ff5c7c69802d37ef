import { basename, join } from "node:path";
import { readFile } from "node:fs/promises";
import { decodeMidi } from "../../../core/music/midi.ts";
import type { Piece } from "../../../core/music/piece.ts";
import type { MusicData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { musicData } from "../music/music_data.ts";
import { splitByOpening } from "../music/split_by_opening.ts";
import { voiceGrid } from "../music/voice_grid.ts";
import { asFourVoices, VOICES } from "../music/voices.ts";
import { tellSkipped } from "./tell_skipped.ts";

/** Endings of standard MIDI files. */
export const MIDI_FILES = /\.(mid|midi|smf)$/i;

/**
 * A folder of MIDI files: the melody of each or, where four voices are asked for, those that have four. About one opening
 * in twenty is held out. Files that cannot be used are skipped.
 *
 * @param paths From the folder on, sorted.
 * @throws TypeError when there are not two pieces with different openings.
 */
export async function loadMidiFolder(
  folder: string,
  paths: readonly string[],
  options: ResolvedLoadOptions,
): Promise<MusicData> {
  const name = basename(folder);
  const pieces: Piece[] = [];
  const skipped: string[] = [];
  for (const path of paths) {
    try {
      const piece = decodeMidi(await readFile(join(folder, path)), join(folder, path));
      pieces.push(options.voices === VOICES.length ? singable(piece) : piece);
    } catch (error) {
      skipped.push((error as Error).message);
    }
  }
  tellSkipped(name, skipped, options.onEvent);
  if (pieces.length === 0) {
    throw new TypeError(
      `Cannot load "${folder}": expected MIDI files that can be used, got none among ${paths.length}; the first: ${
        skipped[0]
      }`,
    );
  }
  return musicData(name, await splitByOpening(pieces), options);
}

/** A piece for the grid of four voices. @throws RangeError or TypeError when it does not fit. */
function singable(piece: Piece): Piece {
  const voices = asFourVoices(piece);
  voiceGrid(voices);
  return voices;
}
