import * as v from "valibot";
import { describeFields } from "../../core/fields/describe_fields.ts";
import { field, fields } from "../../core/fields/field.ts";
import type { GenerativeModel } from "../../generative/models/model.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import type { OpenedAbility } from "./abilities.ts";
import { END } from "./channels.ts";

const INPUTS = fields({ text: field(v.string(), "The text that is read.", "") });

/**
 * The ability to tell what is looked at before the word behind a text is chosen: the text's tokens, a matrix
 * `[heads, tokens]` for each layer, and the likeliest tokens to come.
 *
 * @param parameters They stay the caller's.
 */
export function attentionAbility(
  attend: NonNullable<GenerativeModel["attend"]>,
  parameters: NamedTensors,
): OpenedAbility {
  return {
    id: "attention",
    title: "Attention",
    inputs: describeFields(INPUTS),
    outputs: ["tokens", "matrix", "distribution"],
    async *ask(inputs) {
      const { text } = checkConfig(INPUTS, { ...INPUTS.defaults, ...inputs });
      const { tokens, layers, next } = await attend(parameters, text);
      yield { kind: "tokens", name: "Read", texts: [tokens.map((text) => ({ text }))] };
      for (const [i, values] of layers.entries()) {
        yield { kind: "matrix", name: `Layer ${i + 1}`, rows: values.length / tokens.length, values };
      }
      yield {
        kind: "distribution",
        name: "Next",
        labels: next.map(({ text }) => text ?? END),
        shares: Float32Array.from(next, ({ probability }) => probability),
      };
    },
  };
}
