import * as tf from "@tensorflow/tfjs";
import type { Piece } from "../../core/music/piece.ts";
import { heatMap } from "../../core/pictures/heat_map.ts";
import type { MusicData } from "../data/dataset.ts";
import { passagePiece } from "../data/music/passages.ts";
import { gridPiece } from "../data/music/voice_grid.ts";
import { VOICES } from "../data/music/voices.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { type ChoraleFigures, choraleFigures } from "./chorale_figures.ts";
import { freePlan, type PlannedChorale, planOf } from "./chorale_plan.ts";
import type { ChoraleTransformer } from "./chorale_transformer.ts";
import { writeChorales } from "./write_chorales.ts";

/** Sopranos that are shown with two harmonies, those that are measured, and passages that are compared with. */
const [SHOWN, MEASURED, COMPARED] = [2, 12, 600];
/** Bars of chorales without a given soprano, and how many are written. */
const [BARS, FREE] = [4, 4];
/** Tokens whose attention is shown: five steps. */
const LOOKED_AT = 20;
/** How far harmonies are from the likeliest. */
const TEMPERATURE = 0.8;

/** Harmonies of held-out sopranos beside Bach's, free chorales, attention, and figures beside the data's own. */
export async function* exploreChorales(
  model: ChoraleTransformer,
  { parameters, data, learned, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const held = choosePassages(data as MusicData, MEASURED);
  const written: Piece[] = [];
  for (const [i, piece] of held.entries()) {
    const planned = planOf(piece);
    const [own] = await harmonise(model, parameters, { planned, count: 1, random: random.fork(`held ${i}`) });
    written.push({ ...own, name: `Soprano ${i + 1}: the model` });
  }
  yield {
    name: "harmonies",
    caption:
      `Held-out sopranos, each with Bach's lower voices and with those that it writes at temperature ${TEMPERATURE}, ` +
      "not picked",
    content: {
      pieces: held.slice(0, SHOWN).flatMap((piece, i) => [
        { ...piece, name: `Soprano ${i + 1}: Bach` },
        written[i],
      ]),
    },
  };
  const free = await harmonise(model, parameters, {
    planned: freePlan(BARS),
    count: FREE,
    random: random.fork("free"),
  });
  yield {
    name: "chorales",
    caption: `All four voices written by it, ${BARS} bars at temperature ${TEMPERATURE}, not picked`,
    content: { pieces: free.map((piece, i) => ({ ...piece, name: `Chorale ${i + 1}` })) },
  };
  yield await drawAttention(model, parameters, data as MusicData);
  const known = choosePassages(await learned() as MusicData, COMPARED);
  yield describeFigures([
    ["harmonies of held-out sopranos", choraleFigures(written, known)],
    ["free chorales", choraleFigures(free, known)],
    ["Bach, held out", choraleFigures(held, known)],
  ]);
}

/** Chorales on a plan. */
export async function harmonise(
  model: ChoraleTransformer,
  parameters: NamedTensors,
  { planned: { plan, heading }, temperature = TEMPERATURE, ...request }:
    & { planned: PlannedChorale }
    & Omit<Parameters<typeof writeChorales>[2], "plan">,
): Promise<Piece[]> {
  const chorales = await writeChorales(model, parameters, { ...request, temperature, plan });
  return chorales.map((words, i) =>
    gridPiece({ words, fermatas: plan.fermatas }, { ...heading, name: `Chorale ${i + 1}` })
  );
}

/** Passages from all over the data, of half a passage of music at least where there are any. */
function choosePassages(data: MusicData, most: number): Piece[] {
  const all = Array.from({ length: data.count }, (_, i) => i);
  const pieces = all.filter((i) => i % Math.max(1, Math.floor(data.count / (2 * most))) === 0)
    .map((i) => passagePiece(data, i)).filter(({ voices }) => voices.every(({ notes }) => notes.length > 0));
  const longest = Math.max(...pieces.map(({ length }) => length), 0);
  return pieces.filter(({ length }) => length >= longest / 2).slice(0, most);
}

async function drawAttention(
  model: ChoraleTransformer,
  parameters: NamedTensors,
  { tokens, length, streams }: MusicData,
): Promise<Artifact> {
  const events = Math.min(LOOKED_AT, length - 1);
  const passage = tokens.slice(0, (events + 1) * streams.length);
  const looks = tf.tidy(() => {
    const batch = tf.tensor3d(passage, [1, events + 1, streams.length], "int32");
    return model.attention(parameters, batch).at(-1)!.max(1).squeeze([0]) as tf.Tensor2D;
  });
  const rows = await looks.array();
  looks.dispose();
  const name = (event: number) =>
    `${VOICES[event % VOICES.length][0]} ${streams[0].words[passage[event * streams.length]]}`;
  return {
    name: "attention",
    caption:
      "What its last block looks at (columns) when it foresees a voice (rows) of held-out music: the largest " +
      "weight of its heads; S, A, T and B are the voices",
    content: {
      svg: heatMap({
        title: "Attention of the last block",
        xLabel: "what is looked at",
        yLabel: "what is foreseen",
        values: rows,
        rows: rows.map((_, i) => name(i + 1)),
        columns: rows.map((_, i) => name(i)),
      }),
    },
  };
}

function describeFigures(rows: readonly (readonly [name: string, figures: ChoraleFigures])[]): Artifact {
  const columns = ["outside", "crossed", "parallels", "chords", "copied"] as const;
  const cell = (value: string | number) =>
    (typeof value === "number" ? value.toFixed(3) : value).padStart(11);
  const width = Math.max(...rows.map(([name]) => name.length)) + 1;
  const lines = rows.map(([name, figures]) =>
    name.padEnd(width) + columns.map((column) => cell(figures[column])).join("")
  );
  return {
    name: "figures",
    caption:
      "Shares of notes outside of the voices' ranges and of steps with crossed voices, parallel fifths and " +
      "octaves a change of chord, share of steps that are a triad or seventh chord, steps in a row copied from " +
      "training data",
    content: { text: [" ".repeat(width) + columns.map(cell).join(""), ...lines].join("\n") + "\n" },
  };
}
