import { assert, assertEquals, assertThrows } from "@std/assert";
import * as v from "valibot";
import { describeFields } from "../../core/fields/describe_fields.ts";
import { field, fields } from "../../core/fields/field.ts";
import { fieldEnds } from "../../core/fields/field_ends.ts";
import { count, nonNegative, positive, share, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { valueWords } from "../../core/fields/value_words.ts";

Deno.test("valueWords() says of every schema what it wants, and within which limits", () => {
  const cases: [schema: v.GenericSchema, wanted: string, placeholder?: string, range?: string][] = [
    [count(), "a whole number of 1 or more", "N", "1 or more"],
    [count(0), "a whole number of 0 or more", "N", "0 or more"],
    [v.pipe(count(2), v.maxValue(256)), "a whole number from 2 to 256", "N", "from 2 to 256"],
    [
      v.pipe(count(2), v.multipleOf(2)),
      "a whole number of 2 or more, a multiple of 2",
      "N",
      "2 or more, a multiple of 2",
    ],
    [v.number(), "a number", "X"],
    [positive, "a number above 0", "X", "above 0"],
    [nonNegative, "a number of 0 or more", "X", "0 or more"],
    [share, "a number from 0 to 1", "X", "from 0 to 1"],
    [shareBelowOne, "a number of 0 or more and below 1", "X", "0 or more and below 1"],
    [v.pipe(v.number(), v.maxValue(-1)), "a number of at most -1", "X", "at most -1"],
    [v.string(), "a text", "TEXT"],
    [v.boolean(), "true or false"],
    [v.literal("vae"), '"vae"'],
    [v.picklist(["pad", "resize"]), "pad or resize", "pad|resize"],
    [v.array(count()), "whole numbers of 1 or more, as 1,2,3", "N,N", "each 1 or more"],
  ];
  for (const [schema, wanted, placeholder, range] of cases) {
    const words = valueWords(schema);
    assertEquals([words.wanted, words.placeholder, words.range], [wanted, placeholder, range]);
  }
  assertEquals(valueWords(v.picklist(["pad", "resize"])).choices, ["pad", "resize"]);
});

Deno.test("valueWords() refuses what it has no words for", () => {
  assertThrows(() => valueWords(v.date()), TypeError, 'expected a type that is known, got "date"');
  assertThrows(
    () => valueWords(v.pipe(v.number(), v.notValue(3))),
    TypeError,
    'expected a check that is known, got "not_value"',
  );
});

Deno.test("fields() makes a schema, a default configuration and descriptions of one table", () => {
  const table = fields({
    model: field(v.literal("vae"), "What it is.", "vae"),
    epochs: field(count(), "Passes over the data.", 5),
    filters: field(v.array(count()), "Channels.", [8]),
    prompt: field(v.string(), "How it begins.", ""),
  });
  const standard: { model: "vae"; epochs: number; filters: number[]; prompt: string } = table.defaults;
  assertEquals(standard, { model: "vae", epochs: 5, filters: [8], prompt: "" });
  assertEquals(v.parse(table.schema, { ...standard, epochs: 7 }), { ...standard, epochs: 7 });
  assertEquals(v.is(table.schema, { ...standard, epochs: 0 }), false);
  const presets = { default: standard, book: standard, smoke: { ...standard, epochs: 1, filters: [2, 4] } };
  const described = describeFields(table, presets);
  assertEquals(described.epochs.help, "Passes over the data.");
  assertEquals(Object.values(described).map(({ shape }) => shape), [
    { type: "number", whole: true, minimum: 1 },
    { type: "list", item: { type: "number", whole: true, minimum: 1 } },
    { type: "text" },
  ]);
  assertEquals(Object.values(described).map((field) => field.default), [5, [8], ""]);
  assertEquals(describeFields(table).epochs.details, "1 or more; default: 5");
  assertEquals(described.epochs.usual, undefined);
  assertEquals(Object.entries(described).map(([key, { details }]) => [key, details]), [
    ["epochs", "1 or more; default: 5, smoke: 1"],
    ["filters", "each 1 or more; default: 8, smoke: 2,4"],
    ["prompt", "default: none"],
  ]);
});

Deno.test("a reader chooses between an option's usual ends, else between its limits", () => {
  const table = fields({
    wish: field(v.number(), "What is asked for.", 20, { usual: [9, 31] }),
    share: field(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), "A share.", 1),
    free: field(v.number(), "Any number.", 0),
  });
  const { wish, share, free } = describeFields(table);
  assertEquals(wish.details, "usually 9 to 31; default: 20");
  assertEquals([wish, share, free].map(fieldEnds), [[9, 31], [0, 1], [-Infinity, Infinity]]);
  assert(v.is(table.schema, { ...table.defaults, wish: 99 }), "the unusual is allowed");
});
