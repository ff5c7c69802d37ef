import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runTask } from "../support/run_task.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-train-agent-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const example = "agents/examples/random_search.ts";
const TINY = ["--preset", "smoke", "--runs", root];

Deno.test("train ppo: an environment by its name; the run is listed, resumed, measured and compared", async () => {
  const trained = await runTask("train", [
    "ppo",
    "--environment",
    "Pendulum-v1",
    "--seed",
    "3",
    ...TINY,
    "--json",
  ]);
  assertEquals(trained.code, 0, trained.stderr);
  const events = trained.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const { folder, test } = events.at(-1);
  assertEquals(folder, `${root}/ppo-pendulum-smoke-3`);
  assertEquals(events.find(({ type }) => type === "plan").environment, "Pendulum-v1");
  const content = JSON.parse(Deno.readTextFileSync(`${folder}/config.json`));
  assertEquals([content.kind, content.config.environment, content.config.gamma], ["ppo", "Pendulum-v1", 0.9]);

  const again = await runTask("train", [folder]);
  assertEquals(again.code, 0, again.stderr);
  assertMatch(again.stdout, /2 episodes +return\n/);
  const more = await runTask("train", [folder, "--decisions", "2304", "--json"]);
  assertEquals(JSON.parse(more.stdout.trim().split("\n").at(-1)!).steps, 2304, more.stderr);
  const measured = await runTask("evaluate", [folder, "--seeds", "0-1", "--json"]);
  assertEquals(measured.code, 0, measured.stderr);
  const { type, mean } = JSON.parse(measured.stdout.trim().split("\n").at(-1)!);
  const [result] = (await runTask("runs", [folder, "--json"])).stdout.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals([type, result.runs[0].kind, result.runs[0].state], ["evaluation", "ppo", "finished"]);
  assert(mean !== test.mean, "the longer run is another agent");
  assertMatch(result.runs[0].results["test, in reality"], new RegExp(`^${mean.toFixed(0)} ± `));

  const docs = `${root}/docs`;
  const documented = await runTask("document", [folder, "--docs", docs]);
  assertEquals([documented.code, documented.stdout], [0, `${docs}/agents.md: 1 run\n`], documented.stderr);
  const page = Deno.readTextFileSync(`${docs}/agents.md`);
  assertMatch(
    page,
    new RegExp(
      `\\| - \\| ppo \\| .*--preset smoke --decisions 2304.* \\| 3 \\| ${mean.toFixed(0)} ± .* \\| 2,304 \\|`,
    ),
  );
  const typed = "deno task train ppo --environment Pendulum-v1 --preset smoke --decisions 2304 --seed 3";
  assertStringIncludes(page, `\n${typed}  # 2 test episodes; `);
  assertEquals(Object.keys(JSON.parse(Deno.readTextFileSync(`${docs}/agents.json`))), [typed]);
});

Deno.test("an agent of one's own is trained, listed and measured by its module", async () => {
  const trained = await runTask("train", ["random-search", "--module", example, ...TINY]);
  assertEquals(trained.code, 0, trained.stderr);
  const run = `${root}/random-search-cartpole-smoke-1`;
  assertStringIncludes(trained.stdout, `deno task evaluate ${run} --module ${example}`);
  const help = await runTask("train", ["random-search", "--module", example, "--help"]);
  assertMatch(help.stdout, /--deviation <X> +Standard deviation of a change/);
  const measured = await runTask("evaluate", [run, "--module", example, "--episodes", "2"]);
  assertEquals(measured.code, 0, measured.stderr);
  const listed = await runTask("models", ["--module", example]);
  assertMatch(listed.stdout, /\nrandom-search +Random search +Rastrigin 1963/);
  const { code, stderr } = await runTask("evaluate", [run]);
  assertEquals(code, 2);
  assertEquals(
    stderr,
    `Cannot open "${run}": its agent "random-search" does not come with Somnium, and --module FILE is missing, which names ` +
      `the module that exports it; it was trained with "${example}"\n`,
  );
});

Deno.test("what makes no sense is one sentence with exit code 2, and leaves no run behind", async () => {
  const cases: [string, string[], RegExp][] = [
    [
      "train",
      ["ppo", "--environment", "CartPole-v9"],
      /Cannot make "CartPole-v9": .*did you mean "CartPole-v1"/,
    ],
    ["train", ["ppo", "--minibatches", "7"], /Cannot set --minibatches: expected a divisor of the 1024/],
    ["train", ["ppo", "--epoch", "7"], /Cannot set --epoch: no such option \(did you mean "--epochs"\?\)/],
    ["train", ["ppo", "--gamma", "2"], /Cannot set (--)?gamma/],
    ["train", ["pp"], /Cannot find model "pp"|did you mean "ppo"/],
    ["sample", ["pretrained/car-racing"], /got a run of deno task train-world-model/],
    [
      "train",
      ["mine", "--module", `${root}/half.ts`],
      /expected a function as "create" of the kind of agents, got undefined/,
    ],
    ["train", ["mine", "--module", `${root}/fields.ts`], /expected the option "seed" among its fields/],
  ];
  const kind = `import kind from "${new URL(`../../${example}`, import.meta.url).href}";\nexport default`;
  Deno.writeTextFileSync(`${root}/half.ts`, `${kind} { ...kind, create: undefined };`);
  Deno.writeTextFileSync(
    `${root}/fields.ts`,
    `${kind} { ...kind, fields: { ...kind.fields, entries: {} } };`,
  );
  const before = [...Deno.readDirSync(root)].length;
  for (const [task, args, sentence] of cases) {
    const { code, stdout, stderr } = await runTask(task, task === "train" ? [...args, "--runs", root] : args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr.trim().split("\n").at(-1)!, sentence);
  }
  assertEquals([...Deno.readDirSync(root)].length, before);
});

Deno.test("a world model of one's own is known to train-world-model by its module", async () => {
  const world = new URL("../support/color_world.ts", import.meta.url).href;
  Deno.writeTextFileSync(`${root}/world.ts`, `import { COLORS } from "${world}";\nexport default COLORS;`);
  const help = await runTask("train-world-model".replaceAll("-", "_"), [
    ...["--module", `${root}/world.ts`, "--world", "colors", "--help"],
  ]);
  assertEquals(help.code, 0, help.stderr);
  assertStringIncludes(help.stdout, "Options of the pipeline, with");
  const without = await runTask("train_world_model", ["--world", "colors"]);
  assertEquals(without.code, 2);
  assertMatch(
    without.stderr,
    /Cannot set --world: expected one of mdn-rnn, rssm, iris, storm, diamond, got "colors"/,
  );
});
