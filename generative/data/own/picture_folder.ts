import { readdirSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { PictureData } from "../dataset.ts";
import { PICTURE_FILES } from "../decode_picture.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { type PictureFile, readPictureFiles } from "./read_picture_files.ts";

/**
 * A folder of pictures (PNG, JPEG), subfolders and all; those in subfolders have the first one's name as their class.
 * One in twenty is held back.
 *
 * @throws TypeError when there is none that can be read, or when they differ in size and no size is set.
 */
export async function loadPictureFolder(
  folder: string,
  options: ResolvedLoadOptions,
): Promise<PictureData> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf-8" })
    .filter((path) => PICTURE_FILES.test(path) && !basename(path).startsWith("."))
    .sort();
  const classOf = (path: string) => dirname(path) === "." ? undefined : path.split(sep)[0];
  const classes = [...new Set(paths.map(classOf))];
  const labelled = classes.length > 1 && !classes.includes(undefined);
  const files = paths.map((path): PictureFile => ({
    path: join(folder, path),
    ...labelled && { label: classes.indexOf(classOf(path)) },
  }));
  const { data, files: read } = await readPictureFiles(folder, files, options);
  if (!labelled) return data;
  return {
    ...data,
    labels: Int32Array.from(read, ({ label }) => label!),
    classes: classes as string[],
  };
}
