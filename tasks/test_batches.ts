import { join, relative, resolve } from "node:path";
import { PROJECT } from "./paths.ts";

/** What a file of tests is called. */
const TEST_FILE = /(^|[/_.])test\.tsx?$/;

/** Tests that wait for a browser more than they compute: a process for each file, spread among those that compute. */
const WAITING = "tests/viewer/browser/";

/** Folders whose files take long: a process for each file. */
const ALONE = [
  "tests/agents/train_world_model/",
  "tests/generative/models/kinds/",
  "tests/tasks/",
];

/** Those of them that take longest start first, from the longest, so that none runs on by itself in the end. */
const FIRST = [
  "tests/agents/train_world_model/resume_test.ts",
  "tests/tasks/train_world_model_test.ts",
  "tests/generative/models/kinds/transformers_test.ts",
  "tests/generative/models/kinds/diffusion_test.ts",
  "tests/generative/models/kinds/music_test.ts",
  "tests/tasks/models_test.ts",
  "tests/viewer/browser/accessibility_test.ts",
  "tests/viewer/browser/save_test.ts",
];

/** Plays for minutes and keeps a core busy, which tests of moments would feel: starts when no other waits to. */
const LAST = "tests/viewer/browser/soak_test.ts";

/** Files that share a process otherwise, which takes a second to come up. */
const BATCH = 12;

/**
 * The test files under paths, in batches that each get a process of their own, in the order that they start in: TensorFlow's library does not bear
 * being used by several of Deno's isolates in one process at a time, as `deno test --parallel` would.
 *
 * @param paths Files and folders, absolute or from the project's folder.
 * @throws Deno.errors.NotFound for a path that does not exist.
 */
export function testBatches(paths: readonly string[]): string[][] {
  const files = [
    ...new Set(paths.flatMap((path) => [...testFiles(relative(PROJECT, resolve(PROJECT, path)))])),
  ];
  const first = FIRST.filter((file) => files.includes(file));
  const last = files.filter((file) => file === LAST);
  const others = files.filter((file) => !first.includes(file) && file !== LAST);
  const waiting = others.filter((file) => file.startsWith(WAITING));
  const alone = ALONE.flatMap((folder) => others.filter((file) => file.startsWith(folder)));
  const rest = others.filter((file) => !waiting.includes(file) && !alone.includes(file));
  const batches = Array.from(
    { length: Math.ceil(rest.length / BATCH) },
    (_, i) => rest.slice(i * BATCH, (i + 1) * BATCH),
  );
  const computing = [...alone.map((file) => [file]), ...batches];
  return [
    ...first.map((file) => [file]),
    ...spread(waiting.map((file) => [file]), computing),
    ...last.map((file) => [file]),
  ];
}

/** Two lists in one, each in its order, the shorter one evenly among the other. */
function spread<T>(some: readonly T[], others: readonly T[]): T[] {
  const place = (list: readonly T[]) => list.map((item, i) => ({ item, at: (i + 0.5) / list.length }));
  return [...place(some), ...place(others)].toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}

function* testFiles(path: string): Generator<string> {
  if (Deno.statSync(join(PROJECT, path)).isFile) return yield path;
  for (const { name, isDirectory } of [...Deno.readDirSync(join(PROJECT, path))].toSorted(byName)) {
    if (isDirectory) yield* testFiles(join(path, name));
    else if (TEST_FILE.test(name)) yield join(path, name);
  }
}

function byName(a: Deno.DirEntry, b: Deno.DirEntry): number {
  return a.name < b.name ? -1 : 1;
}

/** What `deno test` counts in its last line. */
export interface TestCounts {
  /** Tests that passed, failed, or were left out. */
  passed: number;
  failed: number;
  ignored: number;
}

/** Reads the last line of `deno test`, in colours or without; nothing when it never came to its end. */
export function readCounts(output: string): TestCounts | undefined {
  // deno-lint-ignore no-control-regex -- the escape of a colour
  const lines = output.replaceAll(/\x1b\[[0-9;]*m/g, "").split("\n");
  const line = lines.findLast((line) => /\d+ passed.*\d+ failed/.test(line));
  if (line === undefined) return undefined;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), ignored: count("ignored") };
}
