import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { PointData } from "../../generative/data/dataset.ts";
import { decode, encode } from "../../viewer/lab/ask.ts";
import { joinAll } from "../../viewer/lab/channels.ts";
import { runTask } from "../support/run_task.ts";
import { readFiles } from "../viewer/lab/random_run.ts";
import { inFolder, openLab, write, writeRecording, writeRun } from "../viewer/server/support.ts";
import { blackPicture, writeOwnModels, writeUntrained } from "../viewer/support/model_runs.ts";
import { samplePictures } from "../viewer/support/sample_pictures.ts";

const asSoonAsServed = (line: string): Deno.Signal | undefined =>
  line.startsWith("http:") ? "SIGINT" : undefined;

Deno.test("the viewer is served at one address on one line, shows what was asked for, and ends by Ctrl+C", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/one`);
    writeRecording(`${runs}/one/recordings/test-seed-0.rec`);
    writeRecording(`${folder}/my drive.rec`);
    const cases: [args: string[], fragment: string][] = [
      [[], ""],
      [["one"], "#run=one"],
      [[`${runs}/one`], "#run=one"],
      [[`${runs}/one/recordings/test-seed-0.rec`], "#ep=runs%2Fone%2Frecordings%2Ftest-seed-0.rec"],
      [[`${folder}/my drive.rec`], "#ep=recordings%2Fmy%20drive.rec"],
    ];
    for (const [args, fragment] of cases) {
      const flags = [...args, "--runs", runs, "--port", "0", "--no-open"];
      const { code, stdout, stderr } = await runTask("watch", flags, { kill: asSoonAsServed });
      assertEquals([args, code, stderr], [args, 0, ""]);
      assertMatch(stdout, /^http:\/\/127\.0\.0\.1:\d+\/(#\S*)?\n$/);
      assertEquals(stdout.trim().split("/").at(-1), fragment);
    }
  }));

Deno.test("a port that is taken is left for the next one, unless it was asked for", () =>
  inFolder(async (folder) => {
    const runs = ["--runs", folder];
    const listeners: Deno.Listener[] = [];
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port: 7430 }));
    } catch {
      // Somebody else has it: as well.
    }
    const next = await runTask("watch", ["--no-open", ...runs], { kill: asSoonAsServed });
    assertEquals(next.code, 0, next.stderr);
    const port = Number(new URL(next.stdout.trim()).port);
    assertEquals(port > 7430 && port <= 7450, true, next.stdout);

    listeners.push(Deno.listen({ hostname: "127.0.0.1", port: 0 }));
    const taken = (listeners.at(-1)!.addr as Deno.NetAddr).port;
    const asked = await runTask("watch", ["--no-open", "--port", String(taken), ...runs]);
    assertEquals([asked.code, asked.stdout], [2, ""]);
    assertStringIncludes(asked.stderr, `Cannot set --port: ${taken} is taken`);
    for (const listener of listeners) listener.close();
  }));

Deno.test("open to the network, it says what that means", async () => {
  const { code, stdout, stderr } = await runTask("watch", [
    "--hostname",
    "0.0.0.0",
    "--port",
    "0",
    "--no-open",
  ], {
    kill: asSoonAsServed,
  });
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  assertStringIncludes(stderr, "Anyone who can reach this machine can now see all runs");
});

Deno.test("a static site is written, and told by its size", () =>
  inFolder(async (folder) => {
    writeRun(`${folder}/runs/one`);
    const args = ["--runs", `${folder}/runs`, "--export", `${folder}/site`];
    const { code, stdout, stderr } = await runTask("watch", args);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^1 run, 0 recordings: \d+ files, [\d.]+ MB in ".*site"\n$/);
    assertEquals(JSON.parse(Deno.readTextFileSync(`${folder}/site/library.json`)).runs[0].name, "one");
    const foreign = await runTask("watch", ["--runs", `${folder}/runs`, "--export", `${folder}/runs`]);
    assertEquals([foreign.code, foreign.stdout], [2, ""]);
    assertStringIncludes(foreign.stderr, "expected an empty folder or an earlier export");
  }));

Deno.test("the server runs the module of --module, and opens, samples and explores runs of its models", () =>
  inFolder(async (folder) => {
    await tf.setBackend("cpu");
    const module = writeOwnModels(folder);
    const [mixture, mine] = (await import(`file://${module}`)).default;
    const points: PointData = {
      kind: "points",
      name: "moons",
      count: 1,
      dimensions: 2,
      points: new Float32Array(2),
    };
    const runs = `${folder}/runs`;
    const ofMixture = { root: runs, name: "mixture-1", config: mixture.presets.smoke, data: points };
    const ofMine = { root: runs, name: "mine-1", config: mine.presets.smoke, data: blackPicture(8) };
    const files = {
      mixture: readFiles(await writeUntrained(mixture, ofMixture)),
      mine: readFiles(await writeUntrained(mine, ofMine)),
    };
    const use = async (url: string) => {
      const fetched = async (path: string) => await (await fetch(url + path)).json();
      assertEquals((await fetched("library.json")).serverKinds, ["gaussian-mixture", "mine"]);
      const settings = await fetched("settings.json");
      assertEquals(settings["gaussian-mixture"].components.help, "Gaussians in the mixture.");
      assertEquals(settings["vae-fashion"].latentSize.help, settings.mine.latentSize.help);
      const { lab, socket } = openLab({ url });
      const { id, kind } = await lab.open(files.mine);
      assertEquals(kind, "mine");
      assertEquals((await samplePictures(lab, id, { count: 2, seed: 1 })).length, 2 * 8 * 8 * 3);
      assertEquals((await encode(lab, id, new Uint8Array(8 * 8 * 3))).mu.length, 3);
      assertEquals((await decode(lab, id, new Float32Array(3))).length, 8 * 8 * 3);
      const { id: mixture, abilities } = await lab.open(files.mixture);
      assertEquals(abilities.map(({ id, outputs }) => [id, outputs]), [["sample", ["points"]]]);
      const [points] = await joinAll(lab.ask(mixture, "sample", { count: 5 }));
      assertEquals(points.kind === "points" && [points.points.length, points.heat?.side], [10, 64]);
      socket.close();
    };
    let failure: unknown;
    const { code, stdout, stderr } = await runTask(
      "watch",
      ["mine-1", "--module", module, "--runs", runs, "--port", "0", "--no-open"],
      {
        async kill(line) {
          if (!line.startsWith("http:")) return undefined;
          await use(line.split("#")[0]).catch((error) => failure = error);
          return "SIGINT";
        },
      },
    );
    if (failure) throw failure;
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /#run=mine-1\n$/);
  }));

Deno.test("help is help, and a mistake is a sentence", () =>
  inFolder(async (folder) => {
    writeRun(`${folder}/runs/one`);
    write(`${folder}/text.rec`, "no recording");
    write(`${folder}/empty/readme.txt`, "");
    write(`${folder}/empty.ts`, "export const model = 1;");
    const module = writeOwnModels(folder);
    const runs = ["--runs", `${folder}/runs`];
    const mistakes: [args: string[], sentence: string][] = [
      [["a", "b"], "expected at most one run or recording, got a b"],
      [["onne", ...runs], 'expected a run of "'],
      [["onne", ...runs], 'did you mean "one"?'],
      [[`${folder}/nothing`, ...runs], "got nothing there"],
      [[`${folder}/text.rec`, ...runs], "got a file of another kind"],
      [[`${folder}/empty`, ...runs], "expected a run folder with a config.json, or recordings, got neither"],
      [["--runs", `${folder}/nothing`], "Cannot set --runs: expected a folder"],
      [["--port", "65536"], "expected a whole number from 0 to 65535"],
      [["--port", "many"], 'got "many"'],
      [["--prot", "1"], 'no such option (did you mean "--port"?)'],
      [["--no-open=yes"], 'Cannot set --no-open: expected true or false, got "yes"'],
      [["--hostname", "203.0.113.7", ...runs], '"203.0.113.7" is not an address of this machine'],
      [["--module", `${folder}/none.ts`], "expected a module, got no such file"],
      [["--module", `${folder}/empty.ts`], "as its default export, got none"],
      [
        ["--module", module, "--export", `${folder}/site`],
        "Cannot set --module with --export: expected one of them",
      ],
      [["--allowed-hosts", "vm,http://a/"], "names separated by commas, without port or path"],
    ];
    const help = await runTask("watch", ["--help"]);
    assertEquals([help.code, help.stderr], [0, ""]);
    for (
      const flag of ["--runs", "--port", "--hostname", "--allowed-hosts", "--module", "--no-open", "--export"]
    ) {
      assertStringIncludes(help.stdout, flag);
    }
    for (const [args, sentence] of mistakes) {
      const { code, stdout, stderr } = await runTask("watch", args);
      assertEquals([args, code, stdout], [args, 2, ""]);
      assertStringIncludes(stderr, sentence);
    }
  }));
