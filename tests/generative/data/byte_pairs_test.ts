import { assert, assertEquals, assertThrows } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import { BytePairs, learnBytePairs } from "../../../generative/data/text/byte_pairs.ts";
import { keptBytePairs } from "../../../generative/data/text/kept_byte_pairs.ts";
import { tokeniserOf } from "../../../generative/data/text/tokeniser.ts";
import { saveSafetensors } from "../../../generative/train/safetensors_file.ts";
import { withOwnCache } from "./support.ts";

const TEXT = "the whale, the white whale! the ship and the sea";

Deno.test("byte pairs merge what stands side by side most often, never across words", () => {
  const vocabulary = learnBytePairs(["aab aab aab", "ab"], 264);
  // "a" comes 7 times, "b" 4 times, " " twice; then "ab" (4 times), "aab" (3 times), " aab" (twice)
  assertEquals(vocabulary.slice(258), ["a", "b", " ", "ab", "aab", " aab"]);
  const pairs = new BytePairs(vocabulary);
  assertEquals(pairs.encode("aab ab").map((token) => vocabulary[token]), ["aab", " ", "ab"]);
});

Deno.test("byte pairs give any text back, and no text more tokens than bytes", () => {
  const pairs = new BytePairs(learnBytePairs([TEXT], 300));
  const random = new RandomStream(1);
  const any = Array.from({ length: 50 }, () =>
    String.fromCodePoint(...Array.from({ length: 30 }, () => {
      const code = random.integer(0, [128, 0x800, 0xd800, 0x110000][random.integer(0, 4)]);
      return code >= 0xd800 && code < 0xe000 ? 32 : code;
    })));
  for (
    const text of [
      TEXT,
      "",
      " ",
      "\n\n \t a  b ",
      "Don't",
      "海很大。",
      "🐋\u0301",
      "<0x41>[UNK]",
      "\ufeffmark",
      ...any,
    ]
  ) {
    const tokens = pairs.encode(text);
    assertEquals(pairs.decode(tokens), text);
    assert(tokens.every((token) => token > 1), "neither padding nor unknown");
    assert(tokens.length <= new TextEncoder().encode(text).length);
  }
});

Deno.test("learned words are one token", () => {
  const vocabulary = learnBytePairs(Array(3).fill(TEXT), 340);
  const { encode } = tokeniserOf({ unit: "bytePair", vocabulary });
  assertEquals(encode(" the whale").map((token) => vocabulary[token]), [" the", " whale"]);
});

Deno.test("a vocabulary without room for characters is refused", () => {
  assertThrows(
    () => learnBytePairs([TEXT], 258),
    RangeError,
    "Cannot learn byte pairs: expected a vocabulary of more than 258 tokens (256 of them bytes), got 258",
  );
});

Deno.test("what is learned of long texts is kept by texts and size, and learned anew where it is damaged", async () => {
  await withOwnCache(async (cache) => {
    const text = "a whale, a ship, the sea. ".repeat(50_000);
    const reasons: string[] = [];
    const keep = (texts: string[], size = 270) =>
      keptBytePairs(texts, size, {
        dataset: "whales",
        onEvent: (event) => event.type === "cache" && reasons.push(event.reason),
      });
    const folder = join(cache, "somnium", "data");
    const files = () => [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name)).sort();
    assertEquals(await keep(["a whale"]), learnBytePairs(["a whale"], 270));
    assertEquals(existsSync(folder), false, "what is learned in an instant is not kept");
    const learned = learnBytePairs([text], 270);
    assertEquals(await keep([text]), learned);
    const [first] = files();
    await saveSafetensors(first, {}, { vocabulary: JSON.stringify(["kept"]) });
    assertEquals(await keep([text]), ["kept"]);
    assertEquals(await keep([text], 268), learnBytePairs([text], 268));
    assertEquals(await keep([text, "b"]), learnBytePairs([text, "b"], 270));
    assertEquals(files().length, 3);
    assertEquals(reasons, []);
    Deno.writeFileSync(first, Deno.readFileSync(first).with(40, 0));
    assertEquals(await keep([text]), learned);
    assertEquals(reasons.length, 1);
    assertEquals(await keep([text]), learned);
    assertEquals(reasons.length, 1, "the file is whole again");
  });
});
