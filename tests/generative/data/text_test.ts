import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { decodeTokens, resolveLoadOptions, textData, tokenise } from "../../../generative/data/mod.ts";
import { chunkParagraphs, chunkText } from "../../../generative/data/text/chunk_text.ts";
import { frequentWords } from "../../../generative/data/text/text_data.ts";
import { plainQuotes } from "../../../generative/data/text/tokenise.ts";

Deno.test("tokenise spaces punctuation and lowers the case, as the book's pad_punctuation", () => {
  assertEquals(
    tokenise("Recipe for Ham (Salt-Cured) | Heat 1/2 cup;  DON'T boil!\n"),
    [..."recipe for ham ( salt - cured ) | heat 1 / 2 cup ; don ' t boil !".split(" ")],
  );
  assertEquals(tokenise("450°F crème_brûlée"), ["450°f", "crème", "_", "brûlée"]);
  assertEquals(plainQuotes("“it’s _so_—or not”"), '"it\'s so-or not"');
});

Deno.test("chunkText cuts at the ends of sentences, keeps every word and repeats the heading", () => {
  const body = 'One two three. "Four five!" Six seven eight nine ten eleven twelve thirteen. Fourteen.';
  const chunks = chunkText(body, 10, "Title |");
  assert(chunks.every((chunk) => chunk.length <= 10 && chunk[0] === "title" && chunk[1] === "|"));
  assertEquals(chunks.flatMap((chunk) => chunk.slice(2)), tokenise(body));
  assertEquals(chunks[0].slice(2), ["one", "two", "three", "."]);
  assertEquals(chunkParagraphs("a b.\n\nc d.", 10), [["a", "b", "."], ["c", "d", "."]]);
  assertThrows(() => chunkText("a", 2, "a b"), RangeError, "expected a length of more than 2 tokens");
});

Deno.test("frequentWords counts, and puts padding and [UNK] first", () => {
  assertEquals(frequentWords([["b", "a", "c"], ["c", "b", "c"]], 4), ["", "[UNK]", "c", "b"]);
});

Deno.test("texts become tokens: the vocabulary depends on neither split nor limit, the splits share no text", () => {
  const random = new RandomStream(3);
  const texts = Array.from(
    { length: 100 },
    (_, n) => [`text${n}`, ...Array.from({ length: random.integer(1, 9) }, () => `w${random.integer(0, 5)}`)],
  );
  const load = (options: Parameters<typeof resolveLoadOptions>[0]) =>
    textData("few", texts, resolveLoadOptions({ length: 6, vocabulary: 20, ...options }));
  const [train, test, some] = [load({}), load({ split: "test" }), load({ limit: 7 })];
  assertEquals([train.count, test.count, some.count, train.length], [95, 5, 7, 6]);
  assertEquals([test.vocabulary, some.vocabulary], [train.vocabulary, train.vocabulary]);
  assertEquals(some.tokens, train.tokens.subarray(0, 7 * 6));
  assertEquals(train.vocabulary.length, 20);

  const all = resolveLoadOptions({ length: 6, vocabulary: 1000 });
  const whole = textData("few", texts, all);
  const first = (data: typeof whole) =>
    Array.from(
      { length: data.count },
      (_, n) => decodeTokens(data.tokens.subarray(n * 6, n * 6 + 6), data.vocabulary),
    );
  for (const text of first(whole)) {
    const words = texts.find(([name]) => name === text.split(" ")[0])!;
    assertEquals(text.split(" "), words.slice(0, 6));
  }
  const held = first(textData("few", texts, { ...all, split: "test" }));
  assert(held.every((text) => text.startsWith("[UNK]"))); // names of texts that nobody has seen
});

Deno.test("texts that cannot be used are refused in one sentence", () => {
  const load = (texts: string[][], options = {}) =>
    textData("few", texts, resolveLoadOptions({ length: 5, ...options }));
  assertThrows(() => load([]), TypeError, 'Cannot load "few": expected texts with at least two pieces');
  assertThrows(() => load([["a"]]), TypeError, "got one; set a smaller length");
  assertThrows(
    () => load([["a"], ["b"]], { vocabulary: 2 }),
    RangeError,
    "expected a vocabulary of 3 or more",
  );
});
