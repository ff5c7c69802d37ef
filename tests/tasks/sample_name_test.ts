import { assert, assertEquals, assertMatch } from "@std/assert";
import { sampleName } from "../../tasks/sample_name.ts";

const OPTIONS = ["temperature", "label", "prompt"];
const named = (prompt: string) => sampleName({ seed: 1, n: 25, prompt }, OPTIONS);

Deno.test("sampleName() keeps letters of every script, and adds a hash only where the name does not tell all", () => {
  assertEquals(sampleName({ seed: 7, n: 3 }, OPTIONS), "seed_7_n_3");
  assertEquals(sampleName({ seed: 7, n: 3, temperature: 0.5 }, OPTIONS), "seed_7_n_3_temperature_0.5");
  assertEquals(named("the ship"), "seed_1_n_25_prompt_the_ship");
  assertEquals(named("кит"), "seed_1_n_25_prompt_кит");
  assertEquals(named("鲸鱼"), "seed_1_n_25_prompt_鲸鱼");
  assertMatch(named("the whale |"), /^seed_1_n_25_prompt_the_whale_[0-9a-f]{10}$/);
  assertMatch(named("|"), /^seed_1_n_25_prompt_[0-9a-f]{10}$/);
});

Deno.test("sampleName() gives different requests different names, also where cases or forms of letters look alike", () => {
  const long = "the ship sails over the sea ".repeat(12);
  const prompts = [
    ...[
      "a",
      "A",
      "a!",
      "a?",
      "a ",
      " a",
      "a  b",
      "a b",
      "a_b",
      "a-b",
      "a/b",
      "../a",
      ".",
      "..",
      "кит",
      "корабль",
    ],
    ...[
      "\u00e9",
      "e\u0301",
      "a\nb",
      "a\tb",
      "🐳",
      "🐋",
      long,
      `${long}b`,
      "海".repeat(300),
      "海".repeat(301),
    ],
  ];
  const names = prompts.map(named);
  assertEquals(new Set(names.map((name) => name.toLowerCase().normalize("NFC"))).size, prompts.length);
  assert(names.every((name) => new TextEncoder().encode(name).length < 200 && !/[/\\\0\n]/.test(name)));
  assert(sampleName({ label: "a prompt b" }, OPTIONS) !== sampleName({ label: "a", prompt: "b" }, OPTIONS));
});
