import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { TextAttention } from "../../../generative/models/model.ts";
import {
  headsOf,
  lookedAt,
  shownAttention,
  textBefore,
  wordsOf,
} from "../../../viewer/page/channels/attention.ts";

/** Two layers of two heads over two tokens. */
const ATTENTION: TextAttention = {
  tokens: ["the", " whale"],
  layers: [Float32Array.of(1, 0, 0.5, 0.5), Float32Array.of(0, 1, 0.25, 0.75)],
  next: [],
};

Deno.test("attention of a layer, a head or both is a mean of the others' rows", () => {
  assertEquals(headsOf(ATTENTION), 2);
  const shown = (heads: Parameters<typeof shownAttention>[1]) => [...shownAttention(ATTENTION, heads)];
  assertEquals(shown({ layer: 0, head: 1 }), [0.5, 0.5]);
  assertEquals(shown({ layer: 1, head: 0 }), [0, 1]);
  assertEquals(shown({ layer: 1 }), [0.125, 0.875]);
  assertEquals(shown({ head: 0 }), [0.5, 0.5]);
  const [all] = shown({});
  assertAlmostEquals(all, 1.75 / 4, 1e-9);
});

Deno.test("a piece of a text is cut where tokens end, and what was not read has no share", () => {
  const text = "call me the whale";
  const read = { tokens: ["the", " wha", "le"], shares: [0.2, 0.5, 0.3], end: text.length };
  assertEquals(lookedAt("call me the", 0, read), [{ text: "call me ", share: undefined }, {
    text: "the",
    share: 0.2,
  }]);
  assertEquals(lookedAt(" whale", 11, read), [{ text: " wha", share: 0.5 }, { text: "le", share: 0.3 }]);
  assertEquals(lookedAt("!", 17, read), [{ text: "!", share: undefined }]);
  for (let from = 0; from < text.length; from++) {
    for (let to = from + 1; to <= text.length; to++) {
      const pieces = lookedAt(text.slice(from, to), from, read);
      assertEquals(pieces.map(({ text }) => text).join(""), text.slice(from, to));
    }
  }
});

Deno.test("a prompt falls into words, what was written stays as it was, and nothing is lost", () => {
  const written = [{ text: " white", probability: 0.5 }, { text: " whale\n", probability: 0.1 }];
  const words = wordsOf([{ text: "  the great " }, ...written]);
  assertEquals(words.map(({ text }) => text), ["  the", " great ", " white", " whale\n"]);
  assertEquals(words.slice(2), written);
  assertEquals(textBefore(words, 3), "  the great  white");
  assertEquals(wordsOf([{ text: "" }]), []);
  assertEquals(wordsOf([{ text: " \n" }]), [{ text: " \n" }]);
});
