import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { PictureData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import type { PictureFile } from "./digest_pictures.ts";
import { readPictureFiles } from "./read_picture_files.ts";
import { tellSkipped } from "./tell_skipped.ts";

/**
 * CelebA (Liu et al. 2015): a folder with `list_attr_celeba.csv` (as on Kaggle) or `.txt` (the original) and the
 * pictures in it or in `img_align_celeba`. Attributes are named as everywhere here: `Blond_Hair` is `blondHair`.
 * About one picture in twenty is held out, by its content.
 *
 * @throws SyntaxError naming the list and its line, TypeError when no picture of the list is there.
 */
export async function loadCelebA(folder: string, options: ResolvedLoadOptions): Promise<PictureData> {
  const list = ["list_attr_celeba.csv", "list_attr_celeba.txt"].map((name) => join(folder, name)).find(
    existsSync,
  )!;
  const { names, rows } = parseAttributes(await readFile(list, "utf-8"), list);
  const place = pictureFolder(folder);
  const there = new Set(readdirSync(place));
  const files = rows.filter(({ file }) => there.has(file))
    .map(({ file, attributes }): PictureFile => ({ path: join(place, file), attributes }));
  const missing = rows.filter(({ file }) => !there.has(file)).map(({ file }) => `${file}: missing`);
  tellSkipped(basename(folder), missing, options.onEvent);
  const { data, files: read } = await readPictureFiles(folder, files, options);
  const attributes = names.map((name, i) =>
    [name, Uint8Array.from(read, (file) => file.attributes![i])] as const
  );
  return { ...data, attributes: Object.fromEntries(attributes) };
}

/** Kaggle's archive has the folder twice. */
function pictureFolder(folder: string): string {
  const places = [join(folder, "img_align_celeba", "img_align_celeba"), join(folder, "img_align_celeba")];
  return places.find(existsSync) ?? folder;
}

/** Both forms of the list: names of attributes, then a file with 1 or -1 for each of them a line. */
function parseAttributes(text: string, path: string) {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const head = lines.findIndex((line) => /[a-z]/i.test(line)); // the original counts its rows first
  const cells = (line: string) => line.split(/[\s,]+/);
  const names = cells(lines[head] ?? "").filter((name) => name !== "image_id").map(camelCase);
  const rows = lines.slice(head + 1).flatMap((line, i) => {
    if (line === "") return [];
    const [file, ...values] = cells(line);
    if (values.length !== names.length || values.some((value) => value !== "1" && value !== "-1")) {
      throw new SyntaxError(
        `Cannot read "${path}": expected a file and ${names.length} times 1 or -1, got "${
          line.slice(0, 60)
        }" in line ${head + i + 2}`,
      );
    }
    return [{ file, attributes: Uint8Array.from(values, (value) => Number(value === "1")) }];
  });
  return { names, rows };
}

function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
