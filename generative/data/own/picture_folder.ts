import { closeSync, openSync, readSync } from "node:fs";
import { basename, join, sep } from "node:path";
import type { PictureData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { pictureFormat, SIGNATURE_BYTES } from "../picture_format.ts";
import type { FoundFiles } from "./find_files.ts";
import type { PictureFile } from "./digest_pictures.ts";
import { readPictureFiles } from "./read_picture_files.ts";
import { tellSkipped } from "./tell_skipped.ts";

/** What folders of a split are called; those to validate and to test with are both held out. */
const SPLIT_FOLDERS = {
  train: /^train(ing)?([-_ ]?(set|data|images))?$/i,
  test: /^(val(id|idation)?|dev|test(ing)?)([-_ ]?(set|data|images))?$/i,
} as const;

/** How the pictures of a folder are laid out. */
interface Layout {
  /** Pictures with their class, and their side where folders tell it. */
  files: { path: string; label?: string; split?: "train" | "test" }[];
  /** Pictures that belong to no class or side. */
  stray: string[];
  /** What they lie beside. */
  beside?: string;
}

/**
 * A folder of pictures, subfolders and all, from what was found in it. Those in subfolders have the first one's name as their class; single
 * pictures beside such folders are left out. Folders called `train` and `val` or `test` are taken as the split, with
 * classes inside; without them, about one picture in twenty is held out, by its content.
 *
 * @throws TypeError when there is none that can be read, or when they differ in size and no size is set.
 */
export async function loadPictureFolder(
  folder: string,
  { paths, skipped }: FoundFiles,
  options: ResolvedLoadOptions,
): Promise<PictureData> {
  const { files, stray, beside } = layOut(paths);
  const leftOut = [
    ...skipped.map(({ reason }) => reason),
    ...stray.map((path) => `${join(folder, path)}: it is beside ${beside}`),
  ];
  if (options.split === "train") tellSkipped(basename(folder), leftOut, options.onEvent);
  const classes = [...new Set(files.map(({ label }) => label))].sort();
  const labelled = classes.length > 1 && !classes.includes(undefined);
  const { data, files: read } = await readPictureFiles(
    folder,
    files.map(({ path, label, split }): PictureFile => ({
      path: join(folder, path),
      split,
      ...labelled && { label: classes.indexOf(label) },
    })),
    options,
  );
  if (!labelled) return data;
  return {
    ...data,
    labels: Int32Array.from(read, ({ label }) => label!),
    classes: classes as string[],
  };
}

function layOut(paths: readonly string[], inside = ""): Layout {
  const { folders, single } = byFolder(paths, inside);
  const names = [...folders.keys()];
  if (names.length === 1 && single.length === 0) return layOut(paths, join(inside, names[0])); // as archives unpack
  const sides = names.map(sideOf);
  if (sides.includes("train") && sides.includes("test")) {
    const classes = names.some((name) =>
      sideOf(name) === "train" && hasClasses(folders.get(name)!, join(inside, name))
    );
    const layout: Layout = { files: [], stray: single, beside: "the folders of the split" };
    for (const [name, some] of folders) {
      const split = sideOf(name);
      const part = withClasses(some, join(inside, name), classes);
      layout.files.push(...split ? part.files.map((file) => ({ ...file, split })) : []);
      layout.stray.push(...split ? part.stray : some);
    }
    return layout;
  }
  const layout = withClasses(paths, inside);
  const within = ({ path, label }: Layout["files"][number]) =>
    label === undefined ? undefined : sideOf(partsOf(path, inside)[1] ?? "");
  const splits = new Set(layout.files.map(within)); // a split in the folder of each class
  if (splits.size !== 2 || splits.has(undefined)) return layout;
  return { ...layout, files: layout.files.map((file) => ({ ...file, split: within(file) })) };
}

/** The side that a folder's name tells. */
function sideOf(name: string): "train" | "test" | undefined {
  return (["train", "test"] as const).find((side) => SPLIT_FOLDERS[side].test(name));
}

/** Folders are classes where there are two of them or more, and most pictures are in them. */
function hasClasses(paths: readonly string[], inside: string): boolean {
  const { folders, single } = byFolder(paths, inside);
  return folders.size > 1 && 2 * single.length <= paths.length;
}

function withClasses(paths: readonly string[], inside: string, classes = hasClasses(paths, inside)): Layout {
  if (!classes) return { files: paths.map((path) => ({ path })), stray: [] };
  const { folders, single } = byFolder(paths, inside);
  return {
    files: [...folders].flatMap(([label, some]) => some.map((path) => ({ path, label }))),
    stray: single,
    beside: "the folders of the classes",
  };
}

/** Pictures by the first folder that they are in. */
function byFolder(paths: readonly string[], inside: string) {
  const folders = new Map<string, string[]>();
  const single: string[] = [];
  for (const path of paths) {
    const [first, ...rest] = partsOf(path, inside);
    if (rest.length === 0) single.push(path);
    else if (folders.has(first)) folders.get(first)!.push(path);
    else folders.set(first, [path]);
  }
  return { folders, single };
}

/** Folders and file, from a folder on. */
function partsOf(path: string, inside: string): string[] {
  return path.slice(inside === "" ? 0 : inside.length + 1).split(sep);
}

/** Whether a file begins as pictures do. */
export function isPicture(path: string): boolean {
  const start = new Uint8Array(SIGNATURE_BYTES);
  try {
    const file = openSync(path, "r");
    try {
      return pictureFormat(start.subarray(0, readSync(file, start))) !== undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
