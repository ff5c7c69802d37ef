import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { decodeTokens, resolveLoadOptions, textData, tokenise } from "../../../generative/data/mod.ts";
import { chunkParagraphs, chunkText, paragraphsOf } from "../../../generative/data/text/chunk_text.ts";
import { plainText } from "../../../generative/data/text/plain_text.ts";
import { frequentWords } from "../../../generative/data/text/vocabulary.ts";

Deno.test("tokenise spaces punctuation and lowers the case, as the book's pad_punctuation", () => {
  assertEquals(
    tokenise("Recipe for Ham (Salt-Cured) | Heat 1/2 cup;  DON'T boil!\n"),
    [..."recipe for ham ( salt - cured ) | heat 1 / 2 cup ; don ' t boil !".split(" ")],
  );
  assertEquals(tokenise("450°F crème_brûlée"), ["450°f", "crème", "_", "brûlée"]);
  assertEquals(plainText("“it’s _so_—or not”"), '"it\'s so-or not"');
});

Deno.test("plainText undoes what e-books and word processors do to a text", () => {
  assertEquals(
    plainText("\ufeffa\u00adb\u00a0«c»…\rd\u2028e snake_case ‚x‘ ﬁn cafe\u0301"),
    `ab "c"...\nd\ne snake_case 'x' fin café`,
  );
  const typed = `"The ship," said the captain - "don't wait..."`;
  const set = "“The ship,”\u00a0said the cap\u00adtain\u202f–\u2009“don’t wait…”";
  assertEquals(tokenise(set), tokenise(typed));
});

Deno.test("scripts without blanks between words: characters are words, their full stops end sentences", () => {
  assertEquals(tokenise("海很大。I see"), ["海", "很", "大", "。", "i", "see"]);
  assertEquals(tokenise("ラーメンを食べる"), [..."ラーメンを食べる"]);
  assertEquals(tokenise("น้ำใส"), ["น้", "ำ", "ใ", "ส"]);
  assertEquals(chunkText("海很大。「船来了！」我们走。", 8).map((words) => words.join("")), [
    "海很大。",
    "「船来了！」",
    "我们走。",
  ]);
  const vocabulary = ["", "[UNK]", "海", "大", "。", "sea"];
  assertEquals(decodeTokens([5, 2, 3, 4, 5, 0], vocabulary), "sea 海大。 sea");
});

Deno.test("a heading belongs to the paragraph below it; a list of short lines stays one", () => {
  const text =
    'PART ONE\n\nCHAPTER 1. Loomings.\n\nCall me Ishmael.\nSome years ago.\n\n# Two\n\nThe sea.\n\n"No!"';
  assertEquals(paragraphsOf(text), [
    "PART ONE\nCHAPTER 1. Loomings.\nCall me Ishmael.\nSome years ago.",
    "# Two\nThe sea.",
    '"No!"',
  ]);
  assertEquals(paragraphsOf("Ahab\n\nIshmael\n\nQueequeg"), ["Ahab", "Ishmael", "Queequeg"]);
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

Deno.test("texts become tokens: the vocabulary depends on neither split nor limit, the splits share no text", async () => {
  const random = new RandomStream(3);
  const texts = Array.from(
    { length: 100 },
    (_, n) => [`text${n}`, ...Array.from({ length: random.integer(1, 9) }, () => `w${random.integer(0, 5)}`)],
  );
  const load = (options: Parameters<typeof resolveLoadOptions>[0]) =>
    textData(
      "few",
      texts.map((text) => [text]),
      resolveLoadOptions({ length: 6, vocabulary: 20, ...options }),
    );
  const [train, test, some] = [await load({}), await load({ split: "test" }), await load({ limit: 7 })];
  assertEquals([train.count + test.count, some.count, train.length], [100, 7, 6]);
  assert(test.count > 0 && test.count < 15, `${test.count} of 100 are held out`);
  assertEquals([test.vocabulary, some.vocabulary], [train.vocabulary, train.vocabulary]);
  assertEquals(some.tokens, train.tokens.subarray(0, 7 * 6));
  assertEquals(train.vocabulary.length, 20);

  const all = resolveLoadOptions({ length: 6, vocabulary: 1000 });
  const documents = texts.map((text) => [text]);
  const whole = await textData("few", documents, all);
  const first = (data: typeof whole) =>
    Array.from(
      { length: data.count },
      (_, n) => decodeTokens(data.tokens.subarray(n * 6, n * 6 + 6), data.vocabulary),
    );
  for (const text of first(whole)) {
    const words = texts.find(([name]) => name === text.split(" ")[0])!;
    assertEquals(text.split(" "), words.slice(0, 6));
  }
  const held = first(await textData("few", documents, { ...all, split: "test" }));
  assert(held.every((text) => text.startsWith("[UNK]"))); // names of texts that nobody has seen
});

Deno.test("pieces of one document are all learned from, or all held out", async () => {
  const documents = Array.from(
    { length: 60 },
    (_, n) => [1, 2, 3, 4].map((part) => [`document${n}`, `part${part}`]),
  );
  const load = async (split: "train" | "test", some = documents) => {
    const options = resolveLoadOptions({ length: 2, split, vocabulary: 1000 });
    const { count, tokens, vocabulary } = await textData("few", some, options);
    return { count, names: Array.from({ length: count }, (_, n) => vocabulary[tokens[2 * n]]), vocabulary };
  };
  const [train, test] = [await load("train"), await load("test")];
  assertEquals([train.count + test.count, test.count % 4], [240, 0]);
  assert(
    test.count > 0 && test.names.every((name) => name === "[UNK]"),
    "no name of theirs was ever learned",
  );
  const more = await load("train", [...documents.slice(1), [["another", "one"]]]);
  assertEquals(
    new Set(train.names).difference(new Set(more.names)),
    new Set(["document0"].filter((name) => train.names.includes(name))),
  );
});

Deno.test("texts of one word or two are told", async () => {
  const told: string[] = [];
  const load = (text: string[]) =>
    textData(
      "list",
      [[text], [[...text, "b"]], [[...text, "c"]]],
      resolveLoadOptions({
        length: 5,
        onEvent: (event) => event.type === "warning" && told.push(event.text),
      }),
    );
  await load(["a", "b", "c"]);
  assertEquals(told, []);
  await load(["a"]);
  assertEquals(told, ["most texts have two words; a model of words learns little from them"]);
});

Deno.test("texts that cannot be used are refused in one sentence", async () => {
  const load = (texts: string[][], options = {}) =>
    textData("few", texts.map((text) => [text]), resolveLoadOptions({ length: 5, ...options }));
  await assertRejects(() => load([]), TypeError, 'Cannot load "few": expected at least two different texts');
  await assertRejects(() => load([["a"], ["a"]]), TypeError, "got one; set a smaller length");
  await assertRejects(
    () => load([["a"], ["b"]], { vocabulary: 2 }),
    RangeError,
    "expected a vocabulary of 3 or more",
  );
});
