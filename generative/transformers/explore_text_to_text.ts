import * as tf from "@tensorflow/tfjs";
import { lineChart } from "../../core/pictures/line_chart.ts";
import type { TextData } from "../data/dataset.ts";
import type { TextShape } from "../data/text/text_tensors.ts";
import { tokeniserOf } from "../data/text/tokeniser.ts";
import { PAD } from "../data/text/vocabulary.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { type CorruptOptions, corruptSpans } from "./corrupt_spans.ts";
import { fillSpans } from "./fill_spans.ts";
import type { TextToText } from "./text_to_text.ts";

/** Texts whose spans are filled, and the furthest distance that is drawn. */
const [TEXTS, FURTHEST] = [6, 40];

/** What is written in the place of held-out spans, and which distances each head prefers. */
export async function* exploreTextToText(
  model: TextToText,
  { parameters, data, random, shape, spans }: ExploreContext & {
    shape: TextShape;
    spans: Omit<CorruptOptions, "random">;
  },
): AsyncGenerator<Artifact> {
  const texts = data as TextData;
  const { decode } = tokeniserOf(shape);
  const told: string[] = [];
  const tell = (tokens: readonly number[]) => {
    let text = "";
    let open: number[] = [];
    const close = () => {
      if (open.length > 0) text += `${decode(open)} `;
      open = [];
    };
    for (const token of tokens) {
      if (token < model.sentinel) open.push(token);
      else {
        close();
        text += `<${token - model.sentinel + 1}> `;
      }
    }
    close();
    return text.trim();
  };
  const order = random.fork("spans").shuffle(Array.from({ length: texts.count }, (_, i) => i));
  for (const n of order.slice(0, TEXTS)) {
    const tokens = [...texts.tokens.subarray(n * texts.length, (n + 1) * texts.length)].filter((token) =>
      token !== PAD
    );
    const { input, target } = corruptSpans(tokens, { ...spans, random: random.fork(`spans/${n}`) });
    const [guess] = await fillSpans(model, parameters, { count: 1, input, temperature: 0, random });
    told.push(`${tell(input)}\n  was: ${tell(target.slice(0, -1))}\n  guess: ${tell(guess)}\n`);
  }
  yield {
    name: "spans",
    caption: "Held-out texts with spans taken out, what they were, and the likeliest answer",
    content: { text: told.join("\n") },
  };
  const away = Array.from({ length: 2 * FURTHEST + 1 }, (_, i) => i - FURTHEST);
  const biases = tf.tidy(() => model.biases(parameters, tf.tensor1d(away, "int32")));
  const values = await biases.array() as number[][];
  biases.dispose();
  yield {
    name: "distances",
    caption:
      "What each head of the encoder adds to the logits of places so many tokens behind (right) or ahead (left)",
    content: {
      svg: lineChart({
        title: "Bias by distance",
        xLabel: "tokens behind",
        yLabel: "added to the logit",
        series: values.slice(0, 6).map((row, head) => ({
          name: `head ${head + 1}`,
          points: row.map((value, i) => [away[i], value] as const),
        })),
      }),
    },
  };
}
