import * as tf from "@tensorflow/tfjs";
import { barChart } from "../../core/pictures/bar_chart.ts";
import type { TextData } from "../data/dataset.ts";
import type { TextShape } from "../data/text/text_tensors.ts";
import { type Tokeniser, tokeniserOf } from "../data/text/tokeniser.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { BLANK } from "./fill_blanks.ts";
import { headingFields } from "./headings.ts";
import type { MaskedWords } from "./masked_words.ts";
import { bodiesOf, meanStates, probe, tokenCounts } from "./probe_texts.ts";

/** Texts whose blanks are guessed, blanks in each, and guesses that are told. */
const [TEXTS, BLANKS, GUESSES] = [6, 2, 5];
/** Texts that the probe learns from and is measured on, and words that are counted beside it. */
const [LEARNED, HELD, COUNTED] = [2000, 1000, 300];

/** What an encoder guesses of hidden words, and what its states tell of texts, beside what word counts tell. */
export async function* exploreMaskedWords(
  model: MaskedWords,
  { parameters, data, learned, random, shape }: ExploreContext & { shape: TextShape },
): AsyncGenerator<Artifact> {
  const texts = data as TextData;
  const tokeniser = tokeniserOf(shape);
  const order = random.fork("blanks").shuffle(Array.from({ length: texts.count }, (_, i) => i));
  const told: string[] = [];
  for (const n of order.slice(0, TEXTS)) {
    const row = [...texts.tokens.subarray(n * texts.length, (n + 1) * texts.length)];
    const places = row.map((_, place) => place).filter((place) =>
      place >= (texts.given?.[n] ?? 0) && row[place] > 1
    );
    const hidden = random.fork(`blanks/${n}`).shuffle(places).slice(0, BLANKS).sort((a, b) => a - b);
    const shown = row.map((token, place) => hidden.includes(place) ? model.blank : token);
    const shares = tf.tidy(() =>
      model.guess(parameters, model.encode(parameters, tf.tensor2d([shown], [1, shown.length], "int32")))
        .softmax()
        .squeeze([0]).gather(tf.tensor1d(hidden, "int32"))
    );
    const values = await shares.array() as number[][];
    shares.dispose();
    told.push(tellBlanks(row, { hidden, shares: values, tokeniser }));
  }
  yield {
    name: "blanks",
    caption: `Held-out texts with words hidden, what stood there, and the ${GUESSES} likeliest guesses`,
    content: { text: told.join("\n") },
  };
  const chart = await drawProbes(model, {
    parameters,
    texts,
    learned: await learned() as TextData,
  });
  if (chart) yield chart;
}

function tellBlanks(
  row: readonly number[],
  { hidden, shares, tokeniser }: { hidden: readonly number[]; shares: number[][]; tokeniser: Tokeniser },
): string {
  let text = "";
  let from = 0;
  for (const place of [...hidden, row.length]) {
    const part = tokeniser.decode(row.slice(from, place));
    text += `${part} ${place < row.length ? `${BLANK} ` : ""}`;
    from = place + 1;
  }
  const guesses = hidden.map((place, i) => {
    const top = shares[i].map((share, token) => ({ share, token })).sort((a, b) => b.share - a.share).slice(
      0,
      GUESSES,
    );
    const listed = top.map(({ share, token }) =>
      `${tokeniser.decode([token]) || "(end)"} ${(100 * share).toFixed(1)} %`
    );
    return `  ${tokeniser.decode([row[place]])}: ${listed.join(", ")}`;
  });
  return `${text.trim()}\n${guesses.join("\n")}\n`;
}

/** How often a linear probe tells each field of the headings from the text behind it; years count as their decades. */
async function drawProbes(
  model: MaskedWords,
  { parameters, texts, learned }: {
    parameters: ExploreContext["parameters"];
    texts: TextData;
    learned: TextData;
  },
): Promise<Artifact | undefined> {
  if (!texts.headings) return undefined;
  const sides = await Promise.all([[learned, LEARNED], [texts, HELD]].map(async ([side, most]) => {
    const data = side as TextData;
    const indices = Array.from({ length: Math.min(most as number, data.count) }, (_, i) => i);
    const bodies = bodiesOf(data, indices);
    return {
      fields: indices.map((n) => headingFields(data, n).map(decadeOf)),
      counts: tokenCounts(bodies, Math.min(COUNTED, data.vocabulary.length)),
      states: await meanStates(model, parameters, bodies),
    };
  }));
  const bars: { name: string; value: number }[] = [];
  const width = Math.max(...sides[0].fields.map((fields) => fields.length));
  for (let field = 0; field < width; field++) {
    const [classes, heldClasses] = sides.map(({ fields }) => fields.map((values) => values[field] ?? ""));
    const kinds = new Set(classes).size;
    if (kinds < 2 || kinds > 40) continue; // the same for all, or names that nobody can learn
    const name = (heldClasses.find(Boolean) ?? "").slice(0, 12);
    const share = (features: "states" | "counts") =>
      probe({ features: sides[0][features], classes }, {
        features: sides[1][features],
        classes: heldClasses,
      });
    const frequent = mostFrequent(classes);
    bars.push(
      { name: `${name} states`, value: share("states") },
      { name: `${name} words`, value: share("counts") },
      {
        name: `${name} none`,
        value: heldClasses.filter((value) => value === frequent).length / heldClasses.length,
      },
    );
  }
  if (bars.length === 0) return undefined;
  return {
    name: "probes",
    caption:
      "How often a linear probe tells a held-out text's decade and party (each named by one value): from mean states, " +
      "from word counts, and always guessing the most frequent",
    content: {
      svg: barChart({
        title: "What a probe tells",
        xLabel: "what is told, from what",
        yLabel: "share right",
        bars,
      }),
    },
  };
}

/** A year as its decade, anything else as it is. */
function decadeOf(value: string): string {
  return /^[12]\d{3}$/.test(value) ? `${value.slice(0, 3)}0s` : value;
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((a, b) => b[1] > a[1] ? b : a)[0];
}
