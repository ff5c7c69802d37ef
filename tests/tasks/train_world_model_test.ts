import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { worldModelFields } from "../../agents/train_world_model/config.ts";
import { absentValues } from "../../core/fields/field.ts";
import { encodeRunConfig, parseRunConfig } from "../../generative/train/run_config.ts";
import { MDN_RNN } from "../../worlds/mod.ts";
import { longTest } from "../support/long_tests.ts";
import { runTask } from "../support/run_task.ts";
import { finalNumbers, measurements, tinyFlags } from "../support/tiny_run.ts";

const STAGES = ["collect", "vision", "memory", "controller", "assess", "test", "pictures", "baselines"];
const EVENTS = ["work", "progress", "round", "test"];

/** Kills inside the stage of this name that comes last, when something of it is done. */
function killInside(name: string): (line: string) => Deno.Signal | undefined {
  let last = -1, stage = -1;
  return (line) => {
    const event = JSON.parse(line);
    if (event.type === "plan") {
      last = event.stages.findLastIndex((stage: { name: string }) => stage.name === name);
    }
    if (event.type === "stage") stage = event.index;
    return stage === last && EVENTS.includes(event.type) ? "SIGKILL" : undefined;
  };
}

/** Makes a run one from before there were the newest options. */
function forgetOptions(path: string): void {
  const newest = absentValues(worldModelFields(MDN_RNN));
  const known = Object.entries(parseRunConfig(Deno.readTextFileSync(path), path).config);
  const older = Object.fromEntries(known.filter(([option]) => !(option in newest)));
  assertEquals(known.length, Object.keys(older).length + Object.keys(newest).length);
  Deno.writeTextFileSync(path, encodeRunConfig({ config: older }));
}

for (const [controller, test] of [["actor-critic", Deno.test], ["cma-es", longTest]] as const) {
  test(`${controller}: killed by SIGKILL in every kind of stage, a run ends with the numbers of an unbroken one`, async () => {
    const root = Deno.makeTempDirSync();
    const flags = [...tinyFlags({ controller }), "--runs", root, "--json"];
    const whole = await runTask("train_world_model", [...flags, "--run", "whole"]);
    assertEquals(whole.code, 0, whole.stderr);
    for (const stage of STAGES) {
      const killed = await runTask("train_world_model", [...flags, "--run", "killed"], {
        kill: killInside(stage),
      });
      assertEquals(killed.code, 137, `${stage}: ${killed.stderr}`);
    }
    forgetOptions(`${root}/killed/config.json`);
    const last = await runTask("train_world_model", [...flags, "--run", "killed"]);
    assertEquals(last.code, 0, last.stderr);
    const result = ({ stdout }: { stdout: string }) => {
      const { folder: _, ...rest } = JSON.parse(stdout.trim().split("\n").at(-1)!);
      return rest;
    };
    assertEquals(result(last), result(whole));
    assertEquals(finalNumbers(`${root}/killed`), finalNumbers(`${root}/whole`));
    assertEquals(measurements(`${root}/killed`), measurements(`${root}/whole`));
    Deno.removeSync(root, { recursive: true });
  });
}

Deno.test("people see a plan, a line for every round, a table and what comes next; a signal stops the run kindly", async () => {
  const root = Deno.makeTempDirSync();
  const flags = [...tinyFlags({ baselines: false }), "--runs", root];
  const stopped = await runTask("train_world_model", [...flags, "--json"], {
    kill: (line) => JSON.parse(line).type === "round" ? "SIGINT" : undefined,
  });
  assertEquals(stopped.code, 130);
  assertMatch(stopped.stderr, /\nStopped; .*same command again to resume ".*smoke-1"\n$/);

  const { code, stdout, stderr } = await runTask("train_world_model", flags);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, `Resuming "${root}/smoke-1"`);
  assertMatch(stderr, /Backend: \w+ .*: .*\nstage +amount +expected minutes\n/);
  assertMatch(stderr, /Resuming after \d+ of \d+ stages; expected: \d+ s more/);
  assertMatch(
    stderr,
    /round 2\/2: -?\d+ ± \d+ in the dream, -?\d+ ± \d+ in reality, [\d.]+ % off the road, /,
  );
  assertMatch(stdout, /driver +return, mean ± sd of 2 episodes +off the road +in its dream\n/);
  assertMatch(stdout, /controller +-?\d+ ± \d+ +[\d.]+ % +-?\d+ ± \d+\n/);
  assertStringIncludes(stdout, `deno task evaluate ${root}/smoke-1`);

  const again = await runTask("train_world_model", flags);
  assertEquals(again.stdout, stdout, "a finished run prints its results again");
  assertStringIncludes(again.stderr, "All stages are done");
  const environment = JSON.parse(Deno.readTextFileSync(`${root}/smoke-1/environment.json`));
  assertEquals(Object.keys(environment), ["versions", "backend", "machine"]);

  const other = await runTask("train_world_model", [...flags, "--gamma", "0.5"]);
  assertEquals([other.code, other.stdout], [1, ""]);
  assertMatch(other.stderr, /^Cannot go on with ".*smoke-1": gamma is 0.98 in its config.json, 0.5 now.*\n$/);

  const checkpoint = `${root}/smoke-1/checkpoints/`;
  const memory = [...Deno.readDirSync(checkpoint)].find(({ name }) => name.startsWith("memory."))!.name;
  const bytes = Deno.readFileSync(checkpoint + memory);
  bytes[bytes.length - 5] ^= 1;
  Deno.writeFileSync(checkpoint + memory, bytes);
  for (const [task, args] of [["train_world_model", flags], ["evaluate", [`${root}/smoke-1`]]] as const) {
    const damaged = await runTask(task, [...args]);
    assertEquals(damaged.code, 1);
    assertMatch(
      damaged.stderr,
      /Cannot read ".*memory\.\d+\.safetensors": expected checksum \d+, got \d+\n$/,
    );
  }

  const config = `${root}/smoke-1/config.json`;
  Deno.writeTextFileSync(config, Deno.readTextFileSync(config).replace('"version": 1', '"version": 2'));
  const version = await runTask("train_world_model", flags);
  assertEquals(version.code, 1);
  assertMatch(
    version.stderr,
    /^Cannot read ".*config\.json": expected run version 1, got 2 \(another version of Somnium wrote it\)\n$/,
  );
  Deno.removeSync(root, { recursive: true });
});

Deno.test("Take Cover goes through every stage with controls, lengths and words of its own", async () => {
  const root = Deno.makeTempDirSync();
  const changes = {
    environment: "TakeCover-v0",
    controller: "cma-es",
    baselines: false,
    memoryShowsCell: true,
  } as const;
  const whole = { roundDecisions: 17, roundShortest: 17, roundLongest: 18 };
  const flags = [...tinyFlags({ ...changes, ...whole }), "--runs", root];
  const { code, stdout, stderr } = await runTask("train_world_model", flags);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /round 2\/2: \d+ ± \d+ in the dream, \d+ ± \d+ in reality, [\d.]+ % unlike anything/);
  assertMatch(stdout, /driver +steps survived, mean ± sd of 2 episodes +in its dream\n/);
  const run = `${root}/takecover-smoke-1`;
  const samples = [...Deno.readDirSync(`${run}/samples`)].map(({ name }) => name);
  assert(samples.includes("dream_beside_reality.gif") && samples.includes("reconstructions.png"));

  const args = [run, "--temperatures", "0.5,1.3", "--episodes", "2", "--json"];
  const table = await runTask("evaluate", args);
  assertEquals(table.code, 0, table.stderr);
  const rows = table.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.map(({ driver }) => driver), ["random policy", "temperature 0.5", "temperature 1.3"]);
  assert(rows.every(({ episodes, mean }) => episodes === 2 && mean > 0));
  assert(rows.slice(1).every(({ dream }) => Number.isFinite(dream)));
  const words = await runTask("evaluate", [run, "--temperatures", "1,hot"]);
  assertEquals(words.code, 2);
  assertStringIncludes(
    words.stderr,
    "Cannot set --temperatures: expected numbers above 0, separated by commas",
  );
  Deno.removeSync(root, { recursive: true });
});

Deno.test("what cannot be written is told in one sentence, and a full disk loses nothing", async () => {
  const root = Deno.makeTempDirSync();
  const flags = [...tinyFlags({ rounds: 1, baselines: false }), "--json"];
  Deno.writeTextFileSync(`${root}/file`, "");
  const file = await runTask("train_world_model", [...flags, "--runs", `${root}/file`]);
  assertEquals([file.code, file.stdout], [1, ""]);
  assertMatch(file.stderr, /^Cannot write ".*file.smoke-1": a part of the path is a file, not a folder\n$/);

  const closed = "/sys/runs"; // where not even root may make a folder
  const readOnly = await runTask("train_world_model", [...flags, "--runs", closed]);
  assertEquals(readOnly.code, 1);
  assertMatch(
    readOnly.stderr,
    /^Cannot write ".*": (permission denied|the file system is read-only|no such).*\n$/,
  );

  // A limit on the size of files stands in for a full disk: writing fails in the midst of a checkpoint.
  const before = `trap "" XFSZ; ulimit -f 100`;
  const full = await runTask("train_world_model", [...flags, "--runs", root], { before });
  assertEquals(full.code, 1);
  assertMatch(full.stderr, /\nCannot write ".*safetensors": .+\n$/);
  const more = await runTask("train_world_model", [...flags, "--runs", root]);
  const whole = await runTask("train_world_model", [...flags, "--runs", root, "--run", "whole"]);
  assertEquals([more.code, whole.code], [0, 0]);
  assertEquals(finalNumbers(`${root}/smoke-1`), finalNumbers(`${root}/whole`));
  Deno.removeSync(root, { recursive: true });
});

Deno.test("help is help, and a mistake is a sentence with the nearest name", async () => {
  const mistakes: [args: string[], sentence: string][] = [
    [["--preset", "smoked"], 'expected one of default, smoke, paper (did you mean "smoke"?)'],
    [["--prset", "smoke"], 'Cannot set --prset: no such option (did you mean "--preset"?)'],
    [["--vision-bach", "3"], 'Cannot set --vision-bach: no such option (did you mean "--vision-batch"?)'],
    [["--vision-batch", "0"], "Cannot set --vision-batch: expected a whole number of 1 or more, got 0"],
    [["--environment", "CarRacing-v4"], 'did you mean "CarRacing-v3"?'],
    [["--environment", "CartPole-v1"], "Cannot show CartPole-v1 to an agent: expected colour pictures"],
    [
      ["--environment", "TakeCover-v0", "--round-decisions", "300"],
      "the 525 decisions of an episode of TakeCover",
    ],
    [
      ["--memory-length", "400"],
      "Cannot set --memory-length: expected at most --first-decisions, 300, got 400",
    ],
    [
      ["--world", "mdnrnn"],
      'expected one of mdn-rnn, rssm, iris, storm, diamond, got "mdnrnn" (did you mean "mdn-rnn"?)',
    ],
    [
      ["--world", "rssm", "--memory-units", "64"],
      "Cannot set --memory-units: expected an option of --world rssm, got one of --world mdn-rnn",
    ],
    [
      ["--sequence-batch", "4"],
      "Cannot set --sequence-batch: expected an option of --world mdn-rnn, got one of --world rssm",
    ],
    [
      ["--world", "rssm", "--decode-every", "40"],
      "Cannot set --decode-every: expected at most --sequence-length, 32, got 40",
    ],
    [
      ["--world", "storm", "--storm-context", "20"],
      "Cannot set --storm-context: expected at most --storm-window, 16, got 20",
    ],
    [
      ["--world", "storm", "--storm-heads", "3"],
      "Cannot set --storm-heads: expected a divisor of --storm-units, 256, got 3",
    ],
    [
      ["--world", "diamond", "--diamond-size", "48"],
      'Cannot set --diamond-size: expected 16 or 32 or 64, got "48"',
    ],
    [
      ["--world", "diamond", "--denoiser-frames", "300"],
      "Cannot set --denoiser-frames: expected less than --first-decisions, 300, got 300",
    ],
    [
      ["--world", "iris", "--iris-context", "6"],
      "Cannot set --iris-context: expected less than --iris-window, 6, got 6",
    ],
    [
      ["--world", "iris", "--iris-heads", "3"],
      "Cannot set --iris-heads: expected a divisor of --iris-units, 128, got 3",
    ],
    [["--world", "rssm", "--preset", "paper"], 'Cannot use preset "paper": expected one of default, smoke'],
    [["--run", "a/b"], "Cannot set --run: expected a name"],
    [
      ["pretrained/car-racing", "--world", "rssm"],
      'Cannot set --world: "pretrained/car-racing" is resumed, and its world is mdn-rnn',
    ],
    [["smoke"], 'Cannot train "smoke": expected a run\'s folder or name'],
  ];
  const [help, ...results] = await Promise.all(
    [["--help"], ...mistakes.map(([args]) => args)].map((args) => runTask("train_world_model", args)),
  );
  assertEquals([help.code, help.stderr], [0, ""]);
  assert(["--preset", "--json", "--vision-batch"].every((word) => help.stdout.includes(word)));
  for (const [i, [, sentence]] of mistakes.entries()) {
    assertEquals([results[i].code, results[i].stdout], [2, ""]);
    assertStringIncludes(results[i].stderr, sentence);
    assertEquals(results[i].stderr.trim().split("\n").length, 1);
  }
});
