import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runTask } from "../support/run_task.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-train-offline-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const TINY = ["--preset", "smoke", "--runs", root];
const PPO = `${root}/ppo-pendulum-smoke-1`;
const TRANSFORMER = `${root}/decision-transformer-pendulum-smoke-1`;
const IMITATION = `${root}/imitation-pendulum-smoke-1`;

Deno.test("from recordings to a table: agents learn from a run's recordings, and are asked for returns", async () => {
  const recorded = await runTask("train", [
    "ppo",
    "--environment",
    "Pendulum-v1",
    "--record-episodes",
    "6",
    ...TINY,
  ]);
  assertEquals(recorded.code, 0, recorded.stderr);
  const learned = await runTask("train", ["decision-transformer", "--recordings", PPO, ...TINY, "--json"]);
  assertEquals(learned.code, 0, learned.stderr);
  const events = learned.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const { environment, from } = events.find(({ type }) => type === "plan");
  assertEquals(
    [environment, from.episodes, from.leftOut],
    ["Pendulum-v1", 6, 2],
    "the test's two are left out",
  );
  assertEquals(events.at(-1).folder, TRANSFORMER, "the recordings say which environment it is");
  const imitated = await runTask("train", ["imitation", "--recordings", PPO, "--best", "0.5", ...TINY]);
  assertEquals(imitated.code, 0, imitated.stderr);
  assertMatch(
    imitated.stderr,
    /100 updates on 6 recorded episodes of Pendulum-v1: 1,200 decisions, returns -/,
  );

  const more = await runTask("train", [TRANSFORMER, "--updates", "25", "--json"]);
  assertEquals(JSON.parse(more.stdout.trim().split("\n").at(-1)!).steps, 25, more.stderr);
  const listed = await runTask("runs", [TRANSFORMER, "--json"]);
  const [{ runs: [{ kind, state }] }] = listed.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals([kind, state], ["decision-transformer", "finished"]);

  const asked = ["--asked-return", "-1500,-150", "--seeds", "100-101"];
  const compared = await runTask("evaluate", [TRANSFORMER, IMITATION, ...asked]);
  assertEquals(compared.code, 0, compared.stderr);
  assertMatch(compared.stdout, /^2 episodes, return +mean ± sd +worst +best +decisions\n/);
  for (
    const row of [
      "transformer-pendulum-smoke-1, asked return -1500 ",
      "transformer-pendulum-smoke-1, asked return -150 ",
      "\nimitation-pendulum-smoke-1 ",
    ]
  ) {
    assertStringIncludes(compared.stdout, row);
  }
  const alone = await runTask("evaluate", [
    TRANSFORMER,
    "--episodes",
    "1",
    "--asked-return",
    "-300",
    "--json",
  ]);
  const { run, askedReturn, episodes } = JSON.parse(alone.stdout.trim().split("\n").at(-1)!);
  assertEquals([run, askedReturn, episodes], [TRANSFORMER, -300, 1]);

  for (
    const [args, sentence] of [
      [[IMITATION, "--asked-return", "3"], /Cannot set --asked-return: no such option/],
      [
        [TRANSFORMER, "--asked-return", "1,Infinity"],
        /Cannot set --asked-return: expected a number, got "Infinity"/,
      ],
      [
        [TRANSFORMER, "pretrained/car-racing"],
        /Cannot compare runs: expected agents of deno task train, got the world/,
      ],
    ] as const
  ) {
    const { code, stdout, stderr } = await runTask("evaluate", [...args]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr.trim().split("\n").at(-1)!, sentence);
  }
});

Deno.test("recordings that are none, or of something else, are one sentence with exit code 2", async () => {
  const collected = await runTask("collect", [
    "--env",
    "CartPole-v1",
    "--episodes",
    "2",
    "--seed",
    "500",
    "--out",
    `${root}/poles`,
  ]);
  assertEquals(collected.code, 0, collected.stderr);
  const poles = ["--recordings", `${root}/poles`];
  for (
    const [args, sentence] of [
      [
        [],
        /expected a folder of recordings or a run that recorded episodes, got none; set --recordings FOLDER$/,
      ],
      [["--recordings", `${root}/nowhere`], /expected a folder with recordings \(\*\.rec\), got none$/],
      [
        [...poles, "--environment", "Acrobot-v1"],
        /expected a recording of Acrobot-v1, got one of CartPole-v1$/,
      ],
      [
        [...poles, "--test-episodes", "502"],
        /expected whole episodes with seeds from 502 on .*, got none among 2$/,
      ],
      [[...poles, "--best", "0"], /Cannot set --best: expected a number above 0 and at most 1, got 0$/],
    ] as const
  ) {
    const { code, stdout, stderr } = await runTask("train", [
      "imitation",
      ...args,
      "--runs",
      root,
      "--run",
      "mistake",
    ]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr.trim().split("\n").at(-1)!, sentence);
  }
  assertEquals([...Deno.readDirSync(root)].some(({ name }) => name === "mistake"), false);
});
