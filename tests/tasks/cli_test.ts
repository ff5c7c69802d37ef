import { assertEquals, assertThrows } from "@std/assert";
import {
  formatCount,
  formatDuration,
  formatScore,
  formatShare,
  parseArguments,
  table,
  usage,
  UsageError,
} from "../../tasks/cli.ts";

const FLAGS = { run: "value", "serve-gymnasium": "switch", help: "switch" } as const;

Deno.test("arguments are sorted into values, switches, positionals and the flags of others", () => {
  const args = [
    "a",
    "--run",
    "x",
    "--serveGymnasium",
    "b",
    "--vision-batch",
    "3",
    "--antithetic",
    "--seed=4",
    "-h",
  ];
  assertEquals(parseArguments(args, FLAGS, { others: ["visionBatch", "antithetic", "seed"] }), {
    values: { run: "x" },
    switches: new Set(["serve-gymnasium", "help"]),
    positionals: ["a", "b"],
    rest: ["--vision-batch", "3", "--antithetic", "--seed=4"],
  });
  assertEquals(parseArguments(["--run=a=b"], FLAGS).values.run, "a=b");
  assertEquals(parseArguments(["--offset", "-3"], {}, { others: ["offset"] }).rest, ["--offset", "-3"]);
});

Deno.test("arguments that make no sense are usage errors with the nearest name", () => {
  const cases: [args: string[], sentence: string][] = [
    [["--rum", "x"], 'Cannot set --rum: no such option (did you mean "--run"?)'],
    [["--sed", "1"], 'Cannot set --sed: no such option (did you mean "--seed"?)'],
    [["--quetzalcoatl"], "Cannot set --quetzalcoatl: no such option; --help lists all"],
    [["--run"], "Cannot set --run: expected a value, got nothing"],
    [["--run", "--help"], "Cannot set --run: expected a value, got nothing"],
    [["--run="], "Cannot set --run: expected a value, got nothing"],
    [["--help=yes"], 'Cannot set --help: expected no value, got "yes"'],
  ];
  for (const [args, sentence] of cases) {
    assertThrows(() => parseArguments(args, FLAGS, { others: ["seed"] }), UsageError, sentence);
  }
  assertThrows(() => usage(() => Math.sign(BigInt(1) as unknown as number)), UsageError, "BigInt");
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
