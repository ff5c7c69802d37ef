import * as tf from "@tensorflow/tfjs";
import { interpolateInferno, rgb } from "d3";
import { parsePitch, type Piece } from "../../core/music/piece.ts";
import { heatMap } from "../../core/pictures/heat_map.ts";
import { blankPicture, enlarge, type Picture } from "../../core/pictures/picture.ts";
import type { MusicData } from "../data/dataset.ts";
import { passagePiece, tokensPiece } from "../data/music/passages.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { type Melody, melodyFigures } from "./melody_figures.ts";
import type { MusicShape } from "./music_batch.ts";
import type { MusicTransformer } from "./music_transformer.ts";
import { readStart, writeMelodies } from "./write_melodies.ts";

/** Melodies that are written, those that are shown, and passages that they are compared with. */
const [WRITTEN, SHOWN, COMPARED] = [24, 4, 400];
/** Events whose attention is shown, as in the book. */
const LOOKED_AT = 20;

/** What a transformer of melodies writes, expects and looks at, and figures of it beside those of held-out tunes. */
export async function* exploreMelodies(
  model: MusicTransformer,
  { parameters, data, learned, random, shape }: ExploreContext & { shape: MusicShape },
): AsyncGenerator<Artifact> {
  const { streams, length } = shape;
  const options = { streams, events: Math.min(length - 1, 96), start: readStart("", streams) };
  const written = await writeMelodies(model, parameters, {
    ...options,
    count: WRITTEN,
    random: random.fork("melodies"),
  });
  const pieces = written.map((tokens, i) => tokensPiece(tokens, shape, `Melody ${i + 1}`));
  yield {
    name: "melodies",
    caption: "The first melodies that it writes from nothing but START, at temperature 1, not picked",
    content: { pieces: pieces.slice(0, SHOWN) },
  };
  const passage = (data as MusicData).tokens.slice(0, 2 * (length - 1));
  yield {
    name: "note_probabilities",
    caption:
      "What it expects at each note of held-out music: the brighter, the likelier; a dot marks what came. " +
      "Pitch upwards, events from left to right",
    content: await drawProbabilities(model, parameters, { passage, shape }),
  };
  yield await drawAttention(model, parameters, { passage, shape });
  yield describeFigures(pieces, { held: data as MusicData, learned: await learned() as MusicData });
}

/** What is looked at: tokens `[events, 2]` of a passage. */
interface Passage {
  passage: Int32Array;
  shape: MusicShape;
}

/** The probability of each pitch at each event. */
async function drawProbabilities(
  model: MusicTransformer,
  parameters: NamedTensors,
  { passage, shape: { streams: [{ words }] } }: Passage,
): Promise<Picture> {
  const events = passage.length / 2;
  const shares = tf.tidy(() => {
    const tokens = tf.tensor3d(passage, [1, events, 2], "int32");
    return model.noteLogits(parameters, model.apply(parameters, tokens)).softmax().squeeze([0]);
  });
  const values = await shares.data();
  shares.dispose();
  const sounding = words.flatMap((word, token) => {
    const pitch = parsePitch(word);
    return pitch === undefined ? [] : [{ token, pitch }];
  });
  const highest = Math.max(...sounding.map(({ pitch }) => pitch), 0);
  const lowest = Math.min(...sounding.map(({ pitch }) => pitch), highest);
  const picture = blankPicture(events - 1, highest - lowest + 1);
  for (const { token, pitch } of sounding) {
    for (let event = 0; event + 1 < events; event++) {
      const { r, g, b } = rgb(interpolateInferno(Math.sqrt(values[event * words.length + token])));
      picture.data.set([r, g, b], 3 * ((highest - pitch) * picture.width + event));
    }
  }
  const large = enlarge(picture, 8);
  for (let event = 0; event + 1 < events; event++) {
    const came = sounding.find(({ token }) => token === passage[2 * (event + 1)]);
    if (came) markCell(large, { x: event, y: highest - came.pitch });
  }
  return large;
}

/** A dot of four pixels amid a cell of 8 x 8. */
function markCell(picture: Picture, { x, y }: { x: number; y: number }): void {
  for (const dy of [3, 4]) {
    for (const dx of [3, 4]) {
      picture.data.set([90, 200, 255], 3 * ((8 * y + dy) * picture.width + 8 * x + dx));
    }
  }
}

/** What the last block looks at before each of the first events: the most of all heads, as in the book. */
async function drawAttention(
  model: MusicTransformer,
  parameters: NamedTensors,
  { passage, shape: { streams } }: Passage,
): Promise<Artifact> {
  const events = Math.min(LOOKED_AT, passage.length / 2 - 1);
  const looks = tf.tidy(() => {
    const tokens = tf.tensor3d(passage.slice(0, 2 * events), [1, events, 2], "int32");
    return model.attention(parameters, tokens).at(-1)!.max(1).squeeze([0]) as tf.Tensor2D;
  });
  const rows = await looks.array();
  looks.dispose();
  const name = (event: number) =>
    `${streams[0].words[passage[2 * event]]} ${streams[1].words[passage[2 * event + 1]]}`;
  return {
    name: "attention",
    caption:
      "What its last block looks at (columns) when it foresees an event (rows) of held-out music: the " +
      "largest weight of its heads",
    content: {
      svg: heatMap({
        title: "Attention of the last block",
        xLabel: "event that is looked at",
        yLabel: "event that is foreseen",
        values: rows,
        rows: rows.map((_, i) => name(i + 1)),
        columns: rows.map((_, i) => name(i)),
      }),
    },
  };
}

function describeFigures(
  pieces: readonly Piece[],
  { held, learned }: { held: MusicData; learned: MusicData },
): Artifact {
  const melodyOf = ({ voices: [{ notes }] }: Piece): Melody => notes;
  const passages = (data: MusicData, most: number) => {
    const count = Math.min(most, data.count);
    return Array.from(
      { length: count },
      (_, i) => melodyOf(passagePiece(data, Math.floor(i * data.count / count))),
    );
  };
  const known = passages(learned, COMPARED);
  const rows = [
    ["samples", melodyFigures(pieces.map(melodyOf), known)],
    ["held-out data", melodyFigures(passages(held, WRITTEN), known)],
  ] as const;
  const cell = (value: number) => value.toFixed(3).padStart(12);
  const lines = rows.map(([name, { intervals, lengths, copied, repeated }]) =>
    name.padEnd(16) + [intervals, lengths, copied, repeated].map(cell).join("")
  );
  const head = " ".repeat(16) +
    ["intervals", "lengths", "copied", "repeated"].map((s) => s.padStart(12)).join("");
  return {
    name: "figures",
    caption:
      "Distances of intervals and of note lengths from those of training passages (0 is the same, 1 has " +
      "nothing in common), notes in a row copied from them, and runs of four notes that were there before",
    content: { text: [head, ...lines].join("\n") + "\n" },
  };
}
