import type { Piece } from "../../core/music/piece.ts";
import type { WrittenToken } from "../../generative/models/model.ts";

/** What `Lab.ask` answers with: the page has a panel for each kind, `page/channels/`. */
export type Channel =
  | PicturesChannel
  | PointsChannel
  | FilmChannel
  | TokensChannel
  | NotesChannel
  | DistributionChannel
  | MatrixChannel;

/** A kind of channel. */
export type ChannelKind = Channel["kind"];

/** What all channels have. */
export interface ChannelBase<K extends string> {
  /** Which panel shows it. */
  kind: K;
  /** What it is called. A later piece of the same name takes the place of the earlier ones, or adds to them, see {@link joinPieces}. */
  name: string;
}

/** Pictures side by side; later ones are added. */
export interface PicturesChannel extends ChannelBase<"pictures"> {
  /** Height and width in pixels. */
  size: readonly [height: number, width: number];
  /** RGB bytes, `[N, height, width, 3]`. */
  data: Uint8Array;
}

/** Points in the plane, over what is known of the plane; a later one replaces it. */
export interface PointsChannel extends ChannelBase<"points"> {
  /** x and y are shown from -extent to extent. */
  extent: number;
  /** `[N, 2]`. */
  points: Float32Array;
  /** Points of the data, behind the others, `[M, 2]`. */
  data?: Float32Array;
  /** A density, 0 or more, `[side, side]`: rows from the top. */
  heat?: { side: number; values: Float32Array };
  /** Arrows `[K, 2]` at places `[K, 2]`. */
  field?: { places: Float32Array; arrows: Float32Array };
}

/** Moments that follow each other; later ones are added. */
export interface FilmChannel extends ChannelBase<"film"> {
  /** What was there, and what to call the moment: "step 20". */
  frames: { label: string; content: PicturesChannel | PointsChannel }[];
}

/** Texts as tokens; later tokens are added to each. */
export interface TokensChannel extends ChannelBase<"tokens"> {
  /** Those of each text. */
  texts: WrittenToken[][];
}

/** What a token is called that ends its text. */
export const END = "(end)";

/** Music, to be seen and heard; later pieces are added. */
export interface NotesChannel extends ChannelBase<"notes"> {
  /** The pieces. */
  pieces: Piece[];
}

/** How probable each of some things is; a later one replaces it. */
export interface DistributionChannel extends ChannelBase<"distribution"> {
  /** What they are called, `[K]`. */
  labels: readonly string[];
  /** Their probabilities, `[K]`. */
  shares: Float32Array;
}

/** A table of numbers; a later one replaces it. */
export interface MatrixChannel extends ChannelBase<"matrix"> {
  /** How many rows it has. */
  rows: number;
  /** Row-major, `[rows, columns]`. */
  values: Float32Array;
}

/** A channel after another piece of it. @param before None for its first piece. */
export function joinPieces(before: Channel | undefined, piece: Channel): Channel {
  if (before?.kind === "pictures" && piece.kind === "pictures") {
    const data = new Uint8Array(before.data.length + piece.data.length);
    data.set(before.data);
    data.set(piece.data, before.data.length);
    return { ...piece, data };
  }
  if (before?.kind === "film" && piece.kind === "film") {
    return { ...piece, frames: [...before.frames, ...piece.frames] };
  }
  if (before?.kind === "tokens" && piece.kind === "tokens") {
    return { ...piece, texts: piece.texts.map((tokens, i) => [...before.texts[i] ?? [], ...tokens]) };
  }
  if (before?.kind === "notes" && piece.kind === "notes") {
    return { ...piece, pieces: [...before.pieces, ...piece.pieces] };
  }
  return piece;
}

/** All that a stream of pieces comes to, in the order of the channels' first pieces. */
export async function joinAll(pieces: AsyncIterable<Channel>): Promise<Channel[]> {
  const channels = new Map<string, Channel>();
  for await (const piece of pieces) channels.set(piece.name, joinPieces(channels.get(piece.name), piece));
  return [...channels.values()];
}
