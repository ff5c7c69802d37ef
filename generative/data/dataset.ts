import type { TokenUnit } from "./text/tokeniser.ts";

/** Pictures, and what is known of them. */
export interface PictureData {
  /** Tells it from other kinds of data. */
  kind: "pictures";
  /** What the data set is called. */
  name: string;
  /** Number of pictures, N. */
  count: number;
  /** Their height, in pixels. */
  height: number;
  /** Their width, in pixels. */
  width: number;
  /** 1 (grey) or 3 (red, green, blue). */
  channels: number;
  /** How they were brought to their size; missing where they have it of themselves. */
  fit?: "pad" | "resize";
  /** `[N, height, width, channels]`, 0 .. 255. */
  pictures: Uint8Array;
  /** The class of each, `[N]`, an index of {@link PictureData.classes}. */
  labels?: Int32Array;
  /** What the classes are called. */
  classes?: readonly string[];
  /** Yes or no (1 or 0) for each picture, `[N]`, by attribute: `blondHair`. */
  attributes?: Readonly<Record<string, Uint8Array>>;
  /** What each shows, in words, `[N]`. */
  captions?: readonly string[];
}

/** Texts as tokens. */
export interface TextData {
  /** Tells it from other kinds of data. */
  kind: "text";
  /** What the data set is called. */
  name: string;
  /** Number of texts, N. */
  count: number;
  /** Tokens in each, L; shorter texts are filled up with 0. */
  length: number;
  /** `[N, L]`, indices of {@link TextData.vocabulary}. */
  tokens: Int32Array;
  /** What the tokens say: 0 fills up, 1 stands for every word that is not known. */
  vocabulary: readonly string[];
  /** What a token is. @default "word" */
  unit?: TokenUnit;
  /** Whether texts of byte pairs or characters were brought to the form that words have: lower case, blanks around punctuation. */
  simplified?: boolean;
  /** How a text may begin, where nothing else is asked for. */
  beginning?: string;
  /** Tokens that each text begins with and that are given rather than told, `[N]`: its heading, or the first one. */
  given?: Int32Array;
  /** The heading of each as it was written, `[N]`, of data whose texts have one: who speaks, and when. */
  headings?: readonly string[];
  /** Characters of what each text tells behind them, `[N]`: those of a held-out side are the same for all units. */
  characters?: Int32Array;
  /** Nats that it takes to spell what no token stands for among them, `[N]`, see {@link Spelling}. */
  spelling?: Float32Array;
}

/** Points in space. */
export interface PointData {
  /** Tells it from other kinds of data. */
  kind: "points";
  /** What the data set is called. */
  name: string;
  /** Number of points, N. */
  count: number;
  /** Coordinates of a point, D. */
  dimensions: number;
  /** `[N, D]`. */
  points: Float32Array;
  /** The class of each, `[N]`, an index of {@link PointData.classes}. */
  labels?: Int32Array;
  /** What the classes are called. */
  classes?: readonly string[];
}

/** Tokens that stand at every place of a piece of music, side by side with those of other streams. */
export interface MusicStream {
  /** What they tell: `notes`, `durations`. */
  name: string;
  /** What each token says: 0 fills up, 1 stands for what is not known. */
  words: readonly string[];
}

/** Passages of music as tokens. */
export interface MusicData {
  /** Tells it from other kinds of data. */
  kind: "music";
  /** What the data set is called. */
  name: string;
  /** A melody, an event after the other; or four voices on a grid of sixteenths, voice by voice in each step. */
  form: "melody" | "voices";
  /** Number of passages, N. */
  count: number;
  /** Events in each, L. */
  length: number;
  /** `[N, L, streams]`, indices of the streams' words. */
  tokens: Int32Array;
  /** Of melodies: notes and durations; of voices: words, beats and fermatas. */
  streams: readonly MusicStream[];
}

/** What models learn from; arrays are row-major. */
export type Dataset = PictureData | TextData | PointData | MusicData;

/** What a model needs to know of its data before it sees any: everything but the examples themselves. */
export type DataShape =
  | Omit<PictureData, "pictures" | "labels" | "attributes" | "captions" | "fit"> & {
    attributes?: readonly string[];
    /** Whether each picture has a caption. @default false */
    captions?: boolean;
  }
  | Omit<TextData, "tokens" | "given" | "headings" | "characters" | "spelling">
  | Omit<PointData, "points" | "labels">
  | Omit<MusicData, "tokens">;

/** All kinds of data, for what reads shapes from files. */
export const DATA_KINDS: readonly Dataset["kind"][] = ["pictures", "text", "points", "music"];

/** The shape of a data set. */
export function shapeOf(data: Dataset): DataShape {
  switch (data.kind) {
    case "pictures": {
      const { pictures: _pictures, labels: _labels, fit: _fit, captions, attributes, ...shape } = data;
      return {
        ...shape,
        attributes: attributes && Object.keys(attributes),
        ...captions && { captions: true },
      };
    }
    case "text": {
      const { tokens: _tokens, given: _given, headings: _headings, ...rest } = data;
      const { characters: _characters, spelling: _spelling, ...shape } = rest;
      return shape;
    }
    case "music": {
      const { tokens: _tokens, ...shape } = data;
      return shape;
    }
    case "points": {
      const { points: _points, labels: _labels, ...shape } = data;
      return shape;
    }
  }
}
