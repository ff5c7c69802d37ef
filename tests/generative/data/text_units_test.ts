import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { loadTexts, type WrittenText } from "../../../generative/data/text/load_texts.ts";
import { resolveLoadOptions } from "../../../generative/data/load_dataset.ts";
import { chunkText } from "../../../generative/data/text/chunk_text.ts";
import { Spelling } from "../../../generative/data/text/spelling.ts";
import { simplify, TOKEN_UNITS, tokeniserOf } from "../../../generative/data/text/tokeniser.ts";
import type { TextData } from "../../../generative/data/dataset.ts";
import { RandomStream } from "../../../core/random_stream.ts";

const random = new RandomStream(4);
const WORDS = ["Sea", "ship", "whale", "captain", "deck", "mast"];
const sentence = () => Array.from({ length: 7 }, () => WORDS[random.integer(0, 6)]).join(" ") + ".";
const BODIES = Array.from({ length: 60 }, (_, i) => `${sentence()} Nr ${i}, ${sentence()}`);
const plain: WrittenText[] = BODIES.map((text) => ({ text, words: (length) => chunkText(text, length) }));
const headed: WrittenText[] = BODIES.map((text, i) => {
  const heading = `speech : ${1800 + i} :`;
  return { heading, text, words: (length) => chunkText(text, length, heading) };
});
const load = (texts: WrittenText[], options: object) =>
  loadTexts("few", texts, {
    ...resolveLoadOptions({ length: 24, vocabulary: 320, ...options }),
    ownLength: 24,
  });
const textsOf = (data: TextData) => {
  const { decode } = tokeniserOf(data);
  return Array.from({ length: data.count }, (_, n) => {
    const tokens = data.tokens.subarray(n * data.length, (n + 1) * data.length);
    return { text: decode(tokens), told: decode(tokens.subarray(data.given![n])) };
  });
};
const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((a, b) => a + b, 0);

Deno.test("whatever the unit and the length, the same texts are held out and have the same characters", async () => {
  const characters: number[] = [];
  for (const unit of TOKEN_UNITS) {
    for (const length of [24, 40]) {
      const held = await load(headed, { split: "test", unit, length, simplified: true });
      characters.push(sum(held.characters!));
      const years = new Set(textsOf(held).map(({ text }) => text.match(/\d{4}/)?.[0]));
      assertEquals(held.headings?.length, held.count);
      if (unit !== "word") assert(years.size > 0 && years.size < 10);
      for (const { told } of textsOf(held)) assert(!told.includes("speech"), "a heading is given");
    }
  }
  // words of another length split by themselves, as they always did
  assertEquals(new Set(characters.toSpliced(1, 1)).size, 1, String(characters));
});

Deno.test("texts without headings are cut where a piece is full, and each token is told once", async () => {
  for (const unit of ["bytePair", "character"] as const) {
    const [train, held] = [
      await load(plain, { unit, length: 16 }),
      await load(plain, { unit, length: 16, split: "test" }),
    ];
    assertEquals(train.vocabulary, held.vocabulary);
    const told = sum([train, held].map((data) => sum(data.characters!)));
    const firsts = BODIES.length; // the first token of each is given: one character or more
    const all = sum(BODIES.map((text) => text.length));
    assert(told <= all - firsts && told > all - 6 * firsts, `${told} of ${all}`);
    for (const { text } of textsOf(train)) assert(BODIES.some((body) => body.includes(text)), text);
  }
});

Deno.test("pieces of one running text reach across its paragraphs", async () => {
  const options = { ...resolveLoadOptions({ unit: "character", length: 64 }), ownLength: 24 };
  const data = await loadTexts("few", plain, { ...options, running: true });
  assert(textsOf(data).some(({ text }) => text.includes("\n\n")));
  assert(data.tokens.filter((token) => token === 0).length < 64, "only the last piece is filled up");
});

Deno.test("simplified text is what models of words see", () => {
  assertEquals(simplify(" Don’t  PANIC!\nNow."), " don ' t panic ! now .");
  const { encode, decode } = tokeniserOf({
    unit: "bytePair",
    simplified: true,
    vocabulary: ["", "[UNK]", ...Array(256).fill("")],
  });
  assertEquals(decode(encode("Don't!")), "don ' t !");
});

Deno.test("what is unknown costs its letters, the rare ones more", async () => {
  const spelling = new Spelling(["aab", "aa"]);
  // eight letters and ends, and one for all that was never seen
  const cost = (...shares: number[]) => -sum(shares.map((share) => Math.log(share / 8)));
  assertAlmostEquals(spelling.cost("a"), cost(4, 2));
  assertAlmostEquals(spelling.cost("ab"), cost(4, 1, 2));
  assert(spelling.cost("z") > spelling.cost("aaaa"));
  const few = await load(plain, { split: "test", vocabulary: 4 });
  const many = await load(plain, { split: "test", vocabulary: 100 });
  assert(sum(few.spelling!) > sum(many.spelling!));
  assertEquals(sum(few.characters!), sum(many.characters!));
});

Deno.test("tokenisers name what they do not know", () => {
  const vocabulary = ["", "[UNK]", "a", "b", "."];
  assertEquals(tokeniserOf({ vocabulary }).unknown("A c b c."), ["c"]);
  assertEquals(tokeniserOf({ vocabulary, unit: "character" }).unknown("aXb"), ["X"]);
});

Deno.test("a heading that leaves no room is refused", async () => {
  await assertRejects(
    () => load(headed, { unit: "character", length: 10 }),
    RangeError,
    `Cannot cut texts: expected a length of more than 15 tokens for "speech : 18`,
  );
});
