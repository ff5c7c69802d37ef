import * as v from "valibot";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { completeConfig, type Config, field, fields } from "../../../core/fields/field.ts";
import { count } from "../../../core/fields/value_schemas.ts";
import { checkConfig, resolveConfig, RunFolder } from "../../../generative/train/mod.ts";
import { encodeRunConfig, parseRunConfig } from "../../../generative/train/run_config.ts";

const table = fields({
  steps: field(count(), "Steps.", 100),
  learningRate: field(v.number(), "Learning rate.", 1e-3),
  hidden: field(v.array(count()), "Units of the layers.", [128, 128]),
  warm: field(v.boolean(), "Begin warm.", false),
  memory: field(v.picklist(["gaussian", "mixture"]), "Memory.", "gaussian"),
});
const normal = table.defaults;
const presets = { smoke: { ...normal, steps: 2 }, default: normal };
const resolve = (overrides: Record<string, string>, preset?: string) =>
  resolveConfig(table, presets, { preset, overrides });

Deno.test("resolveConfig() lays overrides over a preset and tells which", () => {
  assertEquals(resolve({}), { config: normal, preset: "default", overrides: {} });
  assertEquals(resolve({}, "smoke").config.steps, 2);
  const { config, overrides } = resolve({
    steps: "7",
    learningRate: "-2e-4",
    hidden: "64,32",
    warm: "true",
    memory: "mixture",
  });
  assertEquals(config, { steps: 7, learningRate: -2e-4, hidden: [64, 32], warm: true, memory: "mixture" });
  assertEquals(overrides, config);
  assertEquals(resolve({ warm: "false", hidden: "" }).config.hidden, []);
});

Deno.test("options that were renamed are read under their old names, and runs with those go on", () => {
  const renamed = fields({ ...table.entries, steps: { ...table.entries.steps, formerly: "turns" } });
  const { steps: _, ...others } = normal;
  assertEquals(checkConfig(renamed, { ...others, turns: 7 }), { ...normal, steps: 7 });
  assertThrows(
    () => checkConfig(renamed, { ...others, turns: "x" }),
    TypeError,
    "Cannot set --steps: expected",
  );
  assertThrows(() => resolveConfig(renamed, { default: normal }, { overrides: { turns: "7" } }), RangeError);
  inFolder((root) => {
    RunFolder.open("older", { root, config: { ...others, turns: 7 } }).close();
    const complete = (written: Config) => completeConfig(renamed, written);
    using resumed = RunFolder.open("older", { root, config: { ...normal, steps: 7 }, complete });
    assert(resumed.resumed);
  });
});

Deno.test("resolveConfig() names the nearest of what it does not know", () => {
  assertThrows(
    () => resolve({ step: "3" }),
    RangeError,
    'Cannot set --step: no such option (did you mean "steps"?)',
  );
  assertThrows(
    () => resolve({ zzzzzzzzzz: "" }),
    RangeError,
    "there are steps, learningRate, hidden, warm, memory",
  );
  assertThrows(
    () => resolve({}, "smok"),
    RangeError,
    'Cannot use preset "smok": expected one of smoke, default (did you mean "smoke"?)',
  );
});

Deno.test("resolveConfig() says what it wanted and what it got", () => {
  const fails = (flags: Record<string, string>, kind: typeof TypeError | typeof RangeError, text: string) =>
    assertThrows(() => resolve(flags), kind, text);
  const whole = "expected a whole number of 1 or more";
  fails({ steps: "many" }, TypeError, `Cannot set --steps: ${whole}, got "many"`);
  fails({ steps: "" }, TypeError, `Cannot set --steps: ${whole}, got nothing`);
  fails({ steps: "0" }, RangeError, `Cannot set --steps: ${whole}, got 0`);
  fails({ steps: "1.5" }, RangeError, `Cannot set --steps: ${whole}, got 1.5`);
  fails({ steps: "Infinity" }, TypeError, `Cannot set --steps: ${whole}, got "Infinity"`);
  const several = "expected whole numbers of 1 or more, as 1,2,3";
  fails({ hidden: "1,x" }, TypeError, `Cannot set --hidden: ${several}, got "1,x"`);
  fails({ hidden: "1,0" }, RangeError, `Cannot set --hidden: ${several}, got [1,0]`);
  fails({ warm: "maybe" }, TypeError, 'Cannot set --warm: expected true or false, got "maybe"');
  fails({ memory: "lstm" }, RangeError, 'Cannot set --memory: expected gaussian or mixture, got "lstm"');
  fails({ memory: "" }, TypeError, "Cannot set --memory: expected gaussian or mixture, got nothing");
  fails({ learningRate: "" }, TypeError, "Cannot set --learning-rate: expected a number, got nothing");
});

Deno.test("checkConfig() refuses what a file should not hold", () => {
  assertEquals(checkConfig(table, normal), normal);
  assertThrows(() => checkConfig(table, { ...normal, step: 1 }), RangeError, 'did you mean "steps"?');
  assertThrows(
    () => checkConfig(table, { ...normal, steps: "2" }),
    TypeError,
    'Cannot set --steps: expected a whole number of 1 or more, got "2"',
  );
  const { steps: _, ...rest } = normal;
  assertThrows(
    () => checkConfig(table, rest),
    TypeError,
    "Cannot set --steps: expected a whole number of 1 or more, got nothing",
  );
});

function inFolder(body: (root: string) => void): void {
  const root = Deno.makeTempDirSync();
  try {
    body(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("RunFolder.open() makes a run that describes itself, and goes on with it", () => {
  inFolder((root) => {
    const config = { seed: 1, steps: 10 };
    const run = RunFolder.open("first", { root, config });
    run.describe({ deno: "2" });
    run.close();
    assertEquals(run.resumed, false);
    assertEquals([...Deno.readDirSync(run.path)].map(({ name }) => name).sort(), [
      ".lock",
      "checkpoints",
      "config.json",
      "environment.json",
      "recordings",
      "samples",
    ]);
    assertEquals(JSON.parse(Deno.readTextFileSync(`${run.path}/environment.json`)), { deno: "2" });
    assertEquals(run.checkpoint("vision"), `${root}/first/checkpoints/vision`);
    assertEquals(run.sample("a.png"), `${root}/first/samples/a.png`);
    using again = RunFolder.open("first", { root, config: { steps: 10, seed: 1 } });
    assert(again.resumed);
    assertEquals(RunFolder.load(run.path).config, config);
  });
});

Deno.test("RunFolder.open() refuses another configuration, another version and damage, and changes nothing", () => {
  inFolder((root) => {
    const config = { seed: 1, steps: 10 };
    const run = RunFolder.open("first", { root, config });
    run.close();
    const path = `${run.path}/config.json`;
    const text = Deno.readTextFileSync(path);
    const fails = (change: Record<string, number>, kind: typeof Error, message: string) =>
      assertThrows(() => RunFolder.open("first", { root, config: { ...config, ...change } }), kind, message);
    fails({ steps: 11 }, Error, `Cannot go on with "${run.path}": steps is 10 in its config.json, 11 now`);
    fails({ extra: 1 }, Error, "extra is absent in its config.json, 1 now");
    assertEquals(Deno.readTextFileSync(path), text);
    const longer = (steps: number) =>
      RunFolder.open("first", { root, config: { ...config, steps }, grows: ["steps"] }).close();
    longer(20);
    assertEquals(RunFolder.load(run.path).config.steps, 20);
    assertThrows(() => longer(15), Error, "steps is 20 in its config.json, 15 now");
    Deno.writeTextFileSync(path, text);
    Deno.writeTextFileSync(path, text.replace('"version": 1', '"version": 2'));
    fails({}, Error, "expected run version 1, got 2");
    Deno.writeTextFileSync(path, text.slice(0, 20));
    fails({}, SyntaxError, `Cannot read "${path}": expected JSON`);
    Deno.writeTextFileSync(path, "{}");
    fails({}, SyntaxError, "expected a somnium-run, got format undefined");
    assertEquals(Deno.readTextFileSync(path), "{}");
  });
});

Deno.test("RunFolder refuses names and places that cannot be", () => {
  inFolder((root) => {
    const long = "a".repeat(256);
    assertThrows(() => RunFolder.open(long, { root, config: {} }), Error, "its name is too long");
    for (const name of ["", "..", "a/b", ".hidden"]) {
      assertThrows(() => RunFolder.open(name, { root, config: {} }), RangeError, "Cannot open a run");
    }
    Deno.writeTextFileSync(`${root}/file`, "");
    assertThrows(() => RunFolder.open("a", { root: `${root}/file`, config: {} }), Error, "Cannot write");
    assertThrows(() => RunFolder.load(`${root}/none`), Error, "no such file or folder");
  });
});

Deno.test("a config.json without a checksum, as older runs have it, is told as that file when a field is wrong", () => {
  inFolder((root) => {
    RunFolder.open("first", { root, config: normal }).close();
    const path = `${root}/first/config.json`;
    const text = Deno.readTextFileSync(path).replace(/,\s+"crc32": \d+/, "");
    const check = (content: string) => {
      Deno.writeTextFileSync(path, content);
      return RunFolder.load(`${root}/first`).checkedConfig(table);
    };
    assert(!text.includes("crc32"));
    assertEquals(check(text), normal);
    const fails = (content: string, message: string) =>
      assertThrows(() => check(content), SyntaxError, `Cannot read "${path}": ${message}`);
    fails(text.replace('"steps"', '"3teps"'), '"3teps" is no such option (did you mean "steps"?)');
    fails(
      text.replace('"steps": 100', '"steps": -100'),
      '"steps": expected a whole number of 1 or more, got -100',
    );
    fails(text.replace('"warm": false', '"warm": null'), '"warm": expected true or false, got null');
    for (const config of [null, [], 5]) {
      fails(JSON.stringify({ ...JSON.parse(text), config }), 'expected fields as "config", got');
    }
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    const message = `Cannot read "${path}": expected a file, found a folder`;
    assertThrows(() => RunFolder.load(`${root}/first`), Error, message);
  });
});

Deno.test("no flipped bit of a config.json gives another configuration", () => {
  const bytes = new TextEncoder().encode(encodeRunConfig({ config: { ...normal } }));
  let refused = 0;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    let config: unknown;
    try {
      ({ config } = parseRunConfig(new TextDecoder().decode(damaged), '"config.json"'));
    } catch (error) {
      assertStringIncludes((error as Error).message, 'Cannot read "config.json": ');
      refused++;
      continue;
    }
    assertEquals(config, normal); // the bit was of a blank or of the checksum's name
  }
  assert(refused > 4 * bytes.length);
});

Deno.test("a config.json edited by hand is refused in a sentence that says how to use it all the same", () => {
  inFolder((root) => {
    RunFolder.open("first", { root, config: normal }).close();
    const path = `${root}/first/config.json`;
    const edited = Deno.readTextFileSync(path).replace('"steps": 100', '"steps": 900');
    Deno.writeTextFileSync(path, edited);
    const message =
      `Cannot read "${path}": it was edited or damaged, as its checksum does not fit; undo the change, ` +
      'or remove the member "crc32" to use the file as it is';
    assertThrows(() => RunFolder.load(`${root}/first`), SyntaxError, message);
    assertThrows(() => RunFolder.open("first", { root, config: normal }), SyntaxError, message);
    const { crc32: _, ...rest } = JSON.parse(edited);
    Deno.writeTextFileSync(path, JSON.stringify(rest, null, 4));
    assertEquals(RunFolder.load(`${root}/first`).config.steps, 900);
  });
});
