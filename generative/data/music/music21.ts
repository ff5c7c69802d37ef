import { unzipSync } from "fflate";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Piece } from "../../../core/music/piece.ts";
import { downloadWheel } from "../../runtime/install/pip.ts";
import { cachedArrays } from "../array_cache.ts";
import type { PackageOptions } from "../packages.ts";
import { packPieces, unpackPieces } from "./kept_pieces.ts";

/** The package and its version; nothing of it is executed. */
export const MUSIC21 = "music21==10.5.1";
const [, VERSION] = MUSIC21.split("==");

/** Pieces read from music21, which takes a while: kept in the cache, under the data set's name and the package's version. */
export async function cachedPieces(
  name: string,
  read: (onEvent: PackageOptions["onEvent"]) => Promise<Piece[]>,
  onEvent: PackageOptions["onEvent"],
): Promise<Piece[]> {
  const build = async () => packPieces(await read(onEvent));
  return unpackPieces(await cachedArrays(`${name}-${VERSION}`, build, { dataset: name, onEvent }));
}

/** What {@link openMusic21} is told. */
export interface Music21Options extends PackageOptions {
  /** Which files are taken, by their paths in the corpus. @default all in the folder */
  wanted?: (path: string) => boolean;
}

/**
 * Files of the corpus that the Python package music21 holds: its wheel is downloaded with pip (20 MB) and thrown away.
 *
 * @param folder The folder in the corpus, with its slash; "" is all of it.
 * @returns Their bytes by their paths in the corpus, sorted.
 * @throws Error naming the package, the data set and what could be used instead.
 */
export async function openMusic21(
  folder: string,
  { dataset, instead, wanted = () => true, onEvent }: Music21Options,
): Promise<Record<string, Uint8Array>> {
  onEvent?.({ type: "fetch", dataset, what: `PyPI package ${MUSIC21}` });
  const place = mkdtempSync(join(tmpdir(), "somnium-music-"));
  try {
    await downloadWheel(MUSIC21, place);
    const wheel = readdirSync(place).find((name) => name.endsWith(".whl"))!;
    const corpus = "music21/corpus/";
    const files = unzipSync(readFileSync(join(place, wheel)), {
      filter: ({ name }) =>
        name.startsWith(corpus + folder) && !name.endsWith("/") && wanted(name.slice(corpus.length)),
    });
    const entries = Object.entries(files).map(([path, bytes]) => [path.slice(corpus.length), bytes] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
  } catch (error) {
    throw new Error(
      `Cannot load data "${dataset}": the Python package ${MUSIC21} could not be downloaded (${
        (error as Error).message
      }); connect to a network, see that pip is there and try again, or use ${instead} instead`,
      { cause: error },
    );
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
