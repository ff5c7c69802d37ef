import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runTask } from "../support/run_task.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-module-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const example = "generative/examples/gaussian_mixture.ts";
const run = `${root}/gaussian-mixture-smoke-1`;

/** Writes a module beside the others. */
function write(name: string, text: string): string {
  Deno.writeTextFileSync(`${root}/${name}`, text);
  return `${root}/${name}`;
}

Deno.test("a model of one's own is trained, sampled, measured, documented and listed by its module", async () => {
  const module = ["--module", example];
  const trained = await runTask("train", [
    ...["gaussian-mixture", ...module, "--preset", "smoke", "--components", "4", "--runs", root],
  ]);
  assertEquals(trained.code, 0, trained.stderr);
  assertStringIncludes(trained.stdout, `deno task sample ${run} --module ${example} --n 64`);
  const help = await runTask("train", ["gaussian-mixture", ...module, "--help"]);
  assertMatch(help.stdout, /--components <N> +Gaussians in the mixture/);

  const sampled = await runTask("sample", [run, ...module, "--n", "5", "--json"]);
  assertEquals(sampled.code, 0, sampled.stderr);
  assertEquals(JSON.parse(sampled.stdout).kind, "points");
  const measured = await runTask("evaluate", [run, ...module, "--json"]);
  assertEquals(measured.code, 0, measured.stderr);
  assert(Number.isFinite(JSON.parse(measured.stdout).loss));
  const diverged = write(
    "diverged.ts",
    `import * as tf from "@tensorflow/tfjs";
    import kind from "${new URL(`../../${example}`, import.meta.url).href}";
    const measure = () => ({ loss: tf.scalar(NaN), score: tf.scalar(-Infinity), count: tf.scalar(2) });
    export default { ...kind, create: (config, data) => ({ ...kind.create(config, data), measure }) };`,
  );
  const lost = await runTask("evaluate", [run, "--module", diverged, "--json"]);
  const { loss, score, count } = JSON.parse(lost.stdout);
  assertEquals([loss, score, count], ["NaN", "-Infinity", 2], "as metrics.jsonl has them");
  const documented = await runTask("document", [run, ...module, "--docs", `${root}/docs`]);
  assertEquals(documented.code, 0, documented.stderr);
  const page = Deno.readTextFileSync(`${root}/docs/gaussian-mixture.md`);
  assertStringIncludes(
    page,
    `deno task train gaussian-mixture --module ${example} --preset smoke --components 4`,
  );
  assertStringIncludes(page, "**What to see.** Samples follow both half circles: the Gaussians line up");
  const listed = await runTask("models", ["--docs", `${root}/docs`, ...module]);
  assertMatch(listed.stdout, /\ngaussian-mixture +1 +Pearson 1894 +moons/);
});

Deno.test("a run never runs the module that it names: whoever opens it has to name it", async () => {
  const folder = `${root}/theirs`;
  Deno.mkdirSync(folder);
  const trap = write("trap.ts", `Deno.writeTextFileSync("${root}/sprung", "");`);
  const config = { format: "somnium-run", version: 1, config: { model: "trap" } };
  Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(config));
  Deno.writeTextFileSync(`${folder}/environment.json`, JSON.stringify({ module: trap }));
  for (const task of ["sample", "explore", "evaluate", "document"]) {
    const { code, stdout, stderr } = await runTask(task, [folder]);
    assertEquals([code, stdout], [2, ""], task);
    assertEquals(
      stderr,
      `Cannot open "${folder}": its model "trap" does not come with Somnium, and --module FILE is missing, which names ` +
        `the module that exports it; it was trained with "${trap}"\n`,
    );
  }
  assert(!Array.from(Deno.readDirSync(root)).some(({ name }) => name === "sprung"));
});

Deno.test("modules that make no sense are one sentence each, with exit code 2", async () => {
  const mixture = new URL(`../../${example}`, import.meta.url).href;
  const take = `import kind from "${mixture}";\nexport default`;
  const wrong: [string, RegExp][] = [
    [`${root}/none.ts`, /expected a module, got no such file$/],
    [
      write("empty.ts", "export const kind = 1;"),
      /a kind of model, world model or agent, or an array of them, as its default export, got none$/,
    ],
    [write("number.ts", "export default 7;"), /expected a model kind, got 7$/],
    [
      write("partly.ts", `${take} { ...kind, create: undefined };`),
      /a function as "create" of the model kind, got un/,
    ],
    [
      write("fields.ts", `${take} { ...kind, fields: { ...kind.fields, entries: {} } };`),
      /the option "model" among/,
    ],
    [
      write("clash.ts", `${take} [kind, { ...kind, name: "autoencoder" }];`),
      /"autoencoder": expected a name of its own/,
    ],
    [write("throws.ts", `throw new Error("out of cheese");`), /: out of cheese$/],
    [write("syntax.ts", "export default {;"), /Cannot use --module ".*syntax\.ts": /],
  ];
  for (const [module, sentence] of wrong) {
    const { code, stdout, stderr } = await runTask("train", ["mine", "--module", module, "--runs", root]);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, /^Cannot [^\n]+\n$/);
    assertMatch(stderr.trim(), sentence);
  }
  const { code, stderr } = await runTask("train", ["gaussian-mixture", "--runs", root]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot find model "gaussian-mixture": expected one of ');
});

Deno.test("the README shows the example", () => {
  const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
  const [, code] = read(example).split(" * @module\n */\n");
  const beside = code.replaceAll(/from "\.\.\/(\.\.\/)?/g, (_, up) => up ? 'from "../' : 'from "./');
  assertStringIncludes(read("generative/README.md"), "```ts\n" + beside + "```\n");
});
