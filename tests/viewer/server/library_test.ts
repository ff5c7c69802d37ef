import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { Library } from "../../../viewer/library.ts";
import { runKind } from "../../../generative/train/run_kind.ts";
import { LibraryMaker } from "../../../viewer/server/make_library.ts";
import { Shelves, type ShelvesOptions } from "../../../viewer/server/shelves.ts";
import { inFolder, write, writeRecording, writeRun } from "./support.ts";

async function makeLibrary(options: ShelvesOptions): Promise<Library> {
  return await new LibraryMaker(await Shelves.open(options)).make();
}

Deno.test("a fresh clone without runs has an empty library", () =>
  inFolder(async (folder) => {
    const library = await makeLibrary({ runs: `${folder}/runs` });
    assertEquals(library, { version: 1, live: true, lab: true, runs: [], recordings: [] });
  }));

Deno.test("the library lists runs, the newest first, with their files and episodes", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/old`, { model: "variational-autoencoder" });
    writeRun(`${runs}/new`, { vision: "small", memoryUnits: 16, environment: "CarRacing-v3" });
    writeRecording(`${runs}/new/recordings/test-seed-0.rec`, { metadata: { driver: "controller" } });
    write(`${runs}/new/recordings/half.rec.partial`, "not yet");
    write(`${runs}/notes/readme.txt`, "no run");
    age(`${runs}/old`, -3600_000);
    const library = await makeLibrary({ runs });
    assertEquals(library.runs.map(({ name, kind, training }) => [name, kind, training]), [
      ["new", "train-world-model", true],
      ["old", "variational-autoencoder", false],
    ]);
    const [run, old] = library.runs;
    assertEquals([run.environment, old.environment], ["CarRacing-v3", undefined]);
    assertEquals(run.files.map(({ path }) => path), [
      "checkpoints/checkpoint.json",
      "checkpoints/vision.1.safetensors",
      "checkpoints/visionOptimiser.1.safetensors",
      "config.json",
      "metrics.jsonl",
      "recordings/test-seed-0.rec",
      "rollouts/0000.safetensors",
      "samples/vision.svg",
    ]);
    assertEquals(
      run.files.find(({ path }) => path.startsWith("checkpoints/vision."))!.bytes,
      "weights".length,
    );
    assertEquals(run.episodes, [{
      path: "runs/new/recordings/test-seed-0.rec",
      env: "Two-v0",
      seed: 7,
      steps: 3,
      return: 6,
      ending: "terminated",
      driver: "controller",
      dream: false,
      problem: undefined,
    }]);
  }));

Deno.test("a file dated tomorrow does not make a run one that trains, nor does it hide one", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/finished`);
    age(`${runs}/finished`, 24 * 3600_000);
    writeRun(`${runs}/training`);
    const tomorrow = new Date(Date.now() + 24 * 3600_000);
    Deno.utimeSync(`${runs}/training/config.json`, tomorrow, tomorrow);
    const library = await makeLibrary({ runs });
    const training = library.runs.map(({ name, training }) => [name, training]).sort();
    assertEquals(training, [["finished", false], ["training", true]]);
  }));

Deno.test("what a run folder says of itself is told as far as it is short", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/long`, { model: "x".repeat(100_000) });
    writeRun(`${runs}/huge`, { model: "x".repeat(2 ** 21) });
    write(`${runs}/broken/config.json`, "x".repeat(100_000));
    writeRecording(`${runs}/long/recordings/a.rec`, { metadata: { driver: "y".repeat(100_000) } });
    const library = await makeLibrary({ runs });
    const told = Object.fromEntries(library.runs.map(({ name, kind, problem }) => [name, [kind, problem]]));
    assertEquals([told.long, told.huge[0], told.broken[0]], [["unknown", undefined], "unknown", "unknown"]);
    assertStringIncludes(
      told.huge[1]!,
      'Cannot read "config.json": expected at most 1048576 bytes, got 2097',
    );
    assertStringIncludes(told.broken[1]!, 'Cannot read "config.json": expected JSON');
    assert(JSON.stringify(library).length < 10_000);
  }));

Deno.test("examples are listed behind the reader's own runs, and are never training", () =>
  inFolder(async (folder) => {
    const [runs, examples] = [`${folder}/runs`, `${folder}/pretrained`];
    writeRun(`${runs}/own`);
    writeRun(`${examples}/car`);
    writeRecording(`${examples}/car/recordings/test-seed-0.rec`);
    write(`${examples}/README.md`, "no run");
    write(`${examples}/half.partial/config.json`, "{}");
    const library = await makeLibrary({ runs, examples });
    assertEquals(library.runs.map(({ name, example, training }) => [name, example, training]), [
      ["own", false, true],
      ["car", true, false],
    ]);
    assertEquals(library.runs[1].episodes.map(({ path }) => path), ["runs/car/recordings/test-seed-0.rec"]);
    assertEquals((await makeLibrary({ runs, examples: `${folder}/nothing` })).runs.length, 1);
  }));

Deno.test("an example can be opened by its address; a run of the same name keeps the name", () =>
  inFolder(async (folder) => {
    const [runs, examples] = [`${folder}/runs`, `${folder}/pretrained`];
    writeRun(`${examples}/car`);
    const shelves = await Shelves.open({ runs, examples, files: [`${examples}/car`] });
    const maker = new LibraryMaker(shelves);
    assertEquals((await maker.make()).runs.map(({ name, example }) => [name, example]), [["car", true]]);
    assertEquals(await shelves.addressOf(`${examples}/car`), "runs/car");
    assertEquals(await shelves.locate(["runs", "car", "config.json"]), `${examples}/car/config.json`);
    assertEquals(await shelves.locate(["runs", "car", "..", "..", "config.json"]), undefined);
    Deno.symlinkSync(folder, `${examples}/out`);
    assertEquals(await shelves.locate(["runs", "out", "pretrained"]), undefined);

    writeRun(`${runs}/car`);
    const both = (await maker.make()).runs.map(({ name, example }) => [name, example]);
    assertEquals(both, [["car", false], ["car (example)", true]]);
    assertEquals(await shelves.locate(["runs", "car", "config.json"]), `${runs}/car/config.json`);
    const renamed = await shelves.locate(["runs", "car (example)", "config.json"]);
    assertEquals(renamed, `${examples}/car/config.json`);
    const elsewhere = await Shelves.open({ examples });
    assertEquals([...(await elsewhere.examples()).keys()], ["car"]);
  }));

Deno.test("a broken recording and a broken configuration say what is wrong, and the rest goes on", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/one`);
    writeRecording(`${runs}/one/recordings/good.rec`);
    const good = Deno.readFileSync(`${runs}/one/recordings/good.rec`);
    write(`${runs}/one/recordings/a.rec`, "no recording");
    write(`${runs}/one/recordings/empty.rec`, "");
    write(`${runs}/one/recordings/torn.rec`, good.subarray(0, good.length - 3));
    write(`${runs}/two/config.json`, '{"format": ');
    const library = await makeLibrary({ runs });
    const [one, two] = library.runs.toSorted((a, b) => a.name < b.name ? -1 : 1);
    const problems = Object.fromEntries(
      one.episodes.map(({ path, problem }) => [path.split("/").at(-1), problem]),
    );
    assertStringIncludes(problems["a.rec"]!, "got a file of another kind");
    assertStringIncludes(problems["empty.rec"]!, "got an empty file");
    assertStringIncludes(problems["torn.rec"]!, "the 3 steps before it are good");
    assertEquals(problems["good.rec"], undefined);
    assertEquals(one.problem, undefined);
    assertEquals([two.kind, two.episodes.length], ["unknown", 0]);
    assertStringIncludes(two.problem!, 'Cannot read "config.json": expected JSON');
  }));

Deno.test("a library made again shows what is new and reads nothing twice", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    const maker = new LibraryMaker(await Shelves.open({ runs }));
    assertEquals((await maker.make()).runs, []);
    writeRun(`${runs}/one`);
    writeRecording(`${runs}/one/recordings/a.rec`, { seed: 1 });
    const first = (await maker.make()).runs[0].episodes[0];
    const again = (await maker.make()).runs[0].episodes[0];
    assert(first === again, "the summary is the same object: the file was not read again");
    writeRecording(`${folder}/b.rec`, { seed: 2, env: "Two-v1" });
    Deno.copyFileSync(`${folder}/b.rec`, `${runs}/one/recordings/a.rec`);
    Deno.utimeSync(`${runs}/one/recordings/a.rec`, 1, 1);
    assertNotEquals((await maker.make()).runs[0].episodes[0], first);
    assertEquals((await maker.make()).runs[0].episodes[0].seed, 2);
    Deno.removeSync(`${runs}/one`, { recursive: true });
    assertEquals((await maker.make()).runs, []);
  }));

Deno.test("a library that must not wait leaves new recordings to the next one", () =>
  inFolder(async (folder) => {
    writeRun(`${folder}/one`);
    writeRecording(`${folder}/one/recordings/a.rec`);
    writeRecording(`${folder}/collected/b.rec`);
    const maker = new LibraryMaker(await Shelves.open({ runs: folder }));
    const counts = async (within?: number) => {
      const { runs, recordings } = await maker.make({ within });
      return [runs.length, runs[0].episodes.length, recordings.length];
    };
    assertEquals(await counts(0), [1, 0, 0]);
    assertEquals(await counts(), [1, 1, 1]);
    assertEquals(await counts(0), [1, 1, 1], "these are known by now");
  }));

Deno.test("runs and recordings elsewhere join the library under names of their own", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/one`);
    writeRun(`${folder}/elsewhere/one`);
    writeRun(`${folder}/elsewhere/two`);
    writeRecording(`${folder}/a/drive.rec`, { seed: 1 });
    writeRecording(`${folder}/b/drive.rec`, { seed: 2 });
    writeRecording(`${runs}/recordings/collected.rec`, { seed: 3 });
    const files = ["elsewhere/one", "elsewhere/two", "a/drive.rec", "b/drive.rec", "runs/one"];
    const shelves = await Shelves.open({ runs, files: files.map((path) => `${folder}/${path}`) });
    const library = await new LibraryMaker(shelves).make();
    assertEquals(library.runs.map(({ name }) => name).sort(), ["one", "one (2)", "two"]);
    assertEquals(library.recordings.map(({ path, seed }) => [path, seed]), [
      ["runs/recordings/collected.rec", 3],
      ["recordings/drive.rec", 1],
      ["recordings/drive (2).rec", 2],
    ]);
    for (const { path } of library.recordings) assert(await shelves.locate(path.split("/")), path);
    assertEquals(await shelves.locate(["runs", "two", "config.json"]), `${folder}/elsewhere/two/config.json`);
    assertEquals(await shelves.locate(["runs", "two", "..", "one", "config.json"]), undefined);
    assertEquals(await shelves.addressOf(`${runs}/one`), "runs/one");
    assertEquals(await shelves.addressOf(`${folder}/elsewhere/one`), "runs/one (2)");
    assertEquals(await shelves.addressOf(`${folder}/b/drive.rec`), "recordings/drive (2).rec");
    assertEquals(await shelves.addressOf(`${folder}/elsewhere`), undefined);
  }));

Deno.test("links within the runs count, and a circle of links ends", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRun(`${runs}/one`);
    Deno.symlinkSync("config.json", `${runs}/one/same.json`);
    Deno.symlinkSync(".", `${runs}/one/circle`);
    Deno.symlinkSync("nowhere", `${runs}/one/dangling`);
    Deno.symlinkSync("one", `${runs}/latest`);
    write(`${runs}/one/a/b/c/d/deep.json`, "{}");
    const library = await makeLibrary({ runs });
    assertEquals(library.runs.map(({ name }) => name).sort(), ["latest", "one"]);
    const paths = library.runs[0].files.map(({ path }) => path);
    assert(paths.includes("same.json"));
    assertEquals(paths.filter((path) => /circle|dangling|deep/.test(path)), []);
  }));

Deno.test("what was trained is what the configuration says, else what it looks like", () => {
  const cases: [content: unknown, kind: string][] = [
    [{ config: { vision: "small", memoryUnits: 256 } }, "train-world-model"],
    [{ config: { world: "rssm" } }, "train-world-model"],
    [{ config: { model: "diffusion" } }, "diffusion"],
    [{ kind: "gan", config: { vision: "small", memoryUnits: 256 } }, "gan"],
    [{ config: {} }, "unknown"],
    [{}, "unknown"],
    [null, "unknown"],
    ["text", "unknown"],
  ];
  for (const [content, kind] of cases) assertEquals([content, runKind(content)], [content, kind]);
});

/** Dates all files of a folder so many milliseconds from now. */
function age(path: string, by: number): void {
  const date = new Date(Date.now() + by);
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (isDirectory) age(`${path}/${name}`, by);
    else Deno.utimeSync(`${path}/${name}`, date, date);
  }
}
