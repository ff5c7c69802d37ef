import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { Task } from "../../tasks/cli.ts";
import { configFlags } from "../../tasks/config_flags.ts";
import { choice, flag, path, text, wholeNumber } from "../../tasks/flags.ts";
import { formatCount, formatDuration, formatScore, formatShare, table } from "../../tasks/format.ts";
import { usage, UsageError } from "../../tasks/run_task.ts";
import { runTask } from "../support/run_task.ts";

const trial = fields({
  visionBatch: field(count(), "Pictures in a batch.", 8),
  offset: field(v.number(), "Offset.", 3),
  antithetic: field(v.boolean(), "Mirror.", true),
  filters: field(v.array(count()), "Channels.", [1, 2]),
});
const presets = { smoke: { ...trial.defaults, offset: 0 }, default: trial.defaults };

const TASK = new Task({
  name: "trial",
  help: "Tries it.",
  operand: { name: "RUN", help: "a run", wanted: "two runs at most", many: true },
  flags: {
    run: text("NAME", "the run's name"),
    prompt: text("TEXT", "how it begins"),
    n: wholeNumber("how many", { minimum: 1, fallback: 25 }),
    split: choice("which part", ["train", "test"], "train"),
    serveGymnasium: flag("serve it"),
    noOpen: flag("do not open it"),
  },
  more: () => ({
    flags: configFlags(trial, presets, "Fields:"),
  }),
  examples: ["trial x"],
});

Deno.test("options of an operand are those of the argument that is no option's value", () => {
  const asked = (required: boolean, args: string[]) => {
    const seen: (string | undefined)[] = [];
    const more = (operand?: string) => (seen.push(operand), { flags: {} });
    const operand = { name: "RUN", help: "a run", wanted: "one run", required };
    const flags = { n: wholeNumber("how many", { fallback: 1 }), json: flag("as JSON") };
    new Task({ name: "trial", help: "Tries it.", operand, flags, more, examples: [] }).help(args);
    return seen[0];
  };
  for (
    const before of [[], ["--n", "3"], ["--json"], ["--json", "true"], ["--help"], ["--steps", "3"], [
      "--steps=3",
    ]]
  ) {
    for (const required of [true, false]) {
      assertEquals(asked(required, [...before, "mine"]), "mine", before.join(" "));
    }
  }
  assertEquals(asked(false, ["--steps", "3"]), undefined, "a value, as the task needs no operand");
  assertEquals(asked(true, ["--dark", "mine"]), "mine", "a switch, as the task needs one");
});

Deno.test("options are read in every spelling, and what follows one that takes a value is its value", () => {
  const { flags, more, operands, given } = TASK.parse(
    [
      "a",
      "--run",
      "x",
      "--serveGymnasium",
      "b",
      "--vision-batch",
      "3",
      "--antithetic",
      "false",
      "--offset",
      "-3",
      "-h",
    ],
  );
  assertEquals(flags, {
    run: "x",
    prompt: undefined,
    n: 25,
    split: undefined,
    serveGymnasium: true,
    noOpen: false,
  });
  assertEquals([operands, more.visionBatch, more.antithetic, more.offset], [["a", "b"], "3", "false", "-3"]);
  assertEquals([...given].sort(), ["antithetic", "help", "offset", "run", "serveGymnasium", "visionBatch"]);

  const read = (...args: string[]) => TASK.parse(args).flags;
  assertEquals(read("--prompt", "--the ship").prompt, "--the ship");
  assertEquals(read("--prompt=--n=3").prompt, "--n=3");
  assertEquals(read("--prompt", "-1").prompt, "-1");
  assertEquals(read("--run=a=b", "--run", "c").run, "c");
  assertEquals(read("--serve-gymnasium=false").serveGymnasium, false);
  assertEquals([read("--no-open").noOpen, read("--no-open=false").noOpen, read().noOpen], [
    true,
    false,
    false,
  ]);
  assertEquals(TASK.parse(["--serve-gymnasium", "a"]).operands, ["a"], "a switch takes no operand");
  assertEquals(TASK.parse(["--filters="]).more.filters, "", "an empty list");
  assertEquals(TASK.parse(["--", "--run"]).operands, ["--run"]);
});

Deno.test("what makes no sense is a usage error with the nearest name", () => {
  const cases: [args: string[], sentence: string][] = [
    [["--rum", "x"], 'Cannot set --rum: no such option (did you mean "--run"?)'],
    [["--visionbach=1"], 'Cannot set --visionbach: no such option (did you mean "--vision-batch"?)'],
    [["--quetzalcoatl"], "Cannot set --quetzalcoatl: no such option; --help lists all"],
    [["--run"], "Cannot set --run: expected a text, got nothing"],
    [["--run="], "Cannot set --run: expected a text, got nothing"],
    [["--n", "-3"], 'Cannot set --n: expected a whole number of 1 or more, got "-3"'],
    [["--n", "1e3"], 'Cannot set --n: expected a whole number of 1 or more, got "1e3"'],
    [["--split", "tes"], 'Cannot set --split: expected train or test, got "tes"'],
    [["--serve-gymnasium=yes"], 'Cannot set --serve-gymnasium: expected true or false, got "yes"'],
  ];
  for (const [args, sentence] of cases) assertThrows(() => TASK.parse(args), UsageError, sentence);
  const none = new Task({ name: "none", help: "", flags: {}, examples: [] });
  assertThrows(() => none.parse(["x"]), UsageError, 'Cannot read "x": expected --key value');
  const one = new Task({
    name: "one",
    help: "",
    operand: { name: "RUN", help: "", wanted: "one run", required: true },
    flags: {},
    examples: [],
  });
  assertThrows(() => one.parse([]), UsageError, "Cannot one: expected one run, got none");
  assertThrows(() => one.parse(["a", "b"]), UsageError, "Cannot one: expected one run, got a b");
  assertThrows(() => usage(() => Math.sign(BigInt(1) as unknown as number)), UsageError, "BigInt");
});

Deno.test("help tells usage, meaning, value and default of every option, and examples", () => {
  const help = TASK.help();
  assertMatch(help, /^Usage: deno task trial \[RUN\.\.\.\] \[options\]\n\nTries it\.\n/);
  assertMatch(help, /\n {2}--n <N> +how many \(default: 25\)\n/);
  assertMatch(help, /\n {2}--serve-gymnasium +serve it\n/);
  assertMatch(help, /\nFields:\n {2}--vision-batch <N> +Pictures in a batch\. \(1 or more; default: 8\)\n/);
  assertMatch(help, /\n {2}--offset <X> +Offset\. \(default: 3, smoke: 0\)\n/);
  assertMatch(help, /\n {2}--antithetic \[true\|false\] +Mirror\. \(default: true\)\n/);
  assertMatch(help, /\n\nExamples:\n {2}deno task trial x$/);
});

Deno.test("every task of deno.json answers --help and --version alike, and refuses what it does not know", async () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)));
  for (const name of Object.keys(tasks)) {
    const { TASK } = await import(`../../tasks/${name.replaceAll("-", "_")}.ts`);
    const help = TASK.help();
    assertMatch(help, new RegExp(`^Usage: deno task ${name} .*\\[options\\]\n\n[A-Z]`));
    assertMatch(help, /-h, --help +show this help\n +--version/);
    assertStringIncludes(help, `Examples:\n  deno task ${name}`);
    if (name !== "test") assertThrows(() => TASK.parse(["--no-such-thing"]), UsageError, "no such option");
  }
  const [ok, version] = await Promise.all([runTask("ok", ["--help"]), runTask("ok", ["--version"])]);
  assertEquals([ok.code, ok.stderr], [0, ""]);
  assertMatch(version.stdout, /^Somnium \d+\.\d+\.\d+\n$/);
});

Deno.test("a task completes its options and their values", () => {
  assertEquals(TASK.complete([], "--sp").filter((word) => word.startsWith("--sp")), ["--split"]);
  assertEquals(TASK.complete(["--split"], ""), ["train", "test"]);
  assertEquals(TASK.complete([], "--split=t"), ["--split=train", "--split=test"]);
});

Deno.test("a relative path counts from the folder where it was typed, with or without a slash at its end", () => {
  const out = new Task({ name: "out", help: "", flags: { out: path("DIR", "where to") }, examples: [] });
  const typed = Deno.env.get("INIT_CWD");
  try {
    const at = (folder: string, given: string) => {
      Deno.env.set("INIT_CWD", folder);
      return out.parse(["--out", given]).flags.out;
    };
    const here = Deno.cwd();
    assertEquals([at(here, "recs/"), at(here, "./recs"), at(here, "/a/b/")], ["recs", "recs", "/a/b"]);
    assertEquals(at(`${here}/docs`, "recs"), "docs/recs");
    assertEquals(at(`${here}/docs`, "../runs/x/"), "runs/x");
    assertEquals(at("/elsewhere", "recs"), "/elsewhere/recs");
  } finally {
    if (typed === undefined) Deno.env.delete("INIT_CWD");
    else Deno.env.set("INIT_CWD", typed);
  }
});

Deno.test("tables align, numbers read well", () => {
  assertEquals(
    table([["driver", "score"], ["controller", "826 ± 132"], ["random", "-30 ± 9"]]),
    "driver          score\n----------  ---------\ncontroller  826 ± 132\nrandom        -30 ± 9",
  );
  assertEquals(formatCount(19200), "19,200");
  assertEquals(formatScore(825.6, 131.9), "826 ± 132");
  assertEquals([formatShare(0.0149), formatShare(NaN)], ["1.5 %", "-"]);
  assertEquals([40, 200, 7500, NaN].map(formatDuration), ["40 s", "3 min 20 s", "2 h 5 min", "?"]);
});

Deno.test("a task whose output nobody reads any more ends quietly", async () => {
  const command = `"$0" run -A tasks/models.ts --json | head -c 1; exit "\${PIPESTATUS[0]}"`;
  const { code, stderr } = await new Deno.Command("bash", { args: ["-c", command, Deno.execPath()] })
    .output();
  assert(code === 141 || code === 0); // all of it may have fit into the pipe
  assertEquals(new TextDecoder().decode(stderr), "");
});
