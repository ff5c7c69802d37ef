import type { Piece } from "../../../core/music/piece.ts";
import { contentDigest, splitByContent } from "../split_by_content.ts";
import type { MusicSides } from "./music_data.ts";
import { openingOf } from "./voices.ts";

/**
 * Splits pieces so that those with the same opening are on one side, whatever their keys: a tune that was harmonised
 * twice is learned from or held out.
 *
 * @param learned Pieces to learn from, at least; missing, about one opening in twenty is held out.
 */
export async function splitByOpening(pieces: readonly Piece[], learned?: number): Promise<MusicSides> {
  const digests = pieces.map((piece) => contentDigest(openingOf(piece)));
  if (learned === undefined) {
    const sides = await splitByContent(digests);
    if (!sides) return { learned: pieces, held: [] };
    return { learned: sides.learned.map((i) => pieces[i]), held: sides.held.map((i) => pieces[i]) };
  }
  const sides = { learned: [] as Piece[], held: [] as Piece[] };
  const openings = Map.groupBy(pieces.keys(), (i) => digests[i]);
  for (const digest of [...openings.keys()].sort()) {
    const same = openings.get(digest)!.map((i) => pieces[i]);
    (sides.learned.length < learned ? sides.learned : sides.held).push(...same);
  }
  return sides;
}
