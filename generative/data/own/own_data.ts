import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Dataset } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { loadCelebA } from "./celeba.ts";
import { loadCifar10 } from "./cifar10.ts";
import { isPicture, loadPictureFolder } from "./picture_folder.ts";
import { findFiles } from "./find_files.ts";
import { loadMidiFolder, MIDI_FILES } from "./midi_folder.ts";
import { loadTextFile, loadTextFolder, TEXT_FILES } from "./text_file.ts";
import { PICTURE_FILES } from "../picture_format.ts";

/** Whether data are named by a path: something lies there, or the name has a slash or a file's ending. */
export function isPath(name: string): boolean {
  return existsSync(name) || /[\\/]|\.json$/.test(name) || TEXT_FILES.test(name) || MIDI_FILES.test(name);
}

/**
 * The user's own data, told apart by what lies at the path: a text file, a JSON file of recipes or wine reviews,
 * a folder of CIFAR-10 (binary version), of CelebA (with its list of attributes), of MIDI files, of text files or
 * of any pictures.
 *
 * @throws RangeError when nothing lies there; the loaders' own errors.
 */
export async function loadOwnData(path: string, options: ResolvedLoadOptions): Promise<Dataset> {
  if (!existsSync(path)) {
    throw new RangeError(`Cannot find data "${path}": expected a folder or a file there, got nothing`);
  }
  if (statSync(path).isFile() && MIDI_FILES.test(path)) {
    return await loadMidiFolder(dirname(path), [basename(path)], options);
  }
  if (statSync(path).isFile()) return await loadTextFile(path, options);
  const names = readdirSync(path);
  if (names.some((name) => /^(data_batch_\d|test_batch)\.bin$/.test(name))) {
    return await loadCifar10(path, options);
  }
  if (names.some((name) => /^list_attr_celeba\.(csv|txt)$/.test(name))) {
    return await loadCelebA(path, options);
  }
  const { paths, skipped } = findFiles(path, [TEXT_FILES, PICTURE_FILES, MIDI_FILES], isPicture);
  const music = paths.filter((file) => MIDI_FILES.test(file));
  if (music.length > 0 && !paths.some((file) => PICTURE_FILES.test(file))) {
    return await loadMidiFolder(path, music, options);
  }
  const texts = paths.filter((file) => TEXT_FILES.test(file));
  if (texts.length > 0 && !paths.some((file) => PICTURE_FILES.test(file))) {
    return await loadTextFolder(path, texts, options);
  }
  const isNoText = (file: string) => !TEXT_FILES.test(file) && !MIDI_FILES.test(file);
  return await loadPictureFolder(path, {
    paths: paths.filter(isNoText),
    skipped: skipped.filter(({ path }) => isNoText(path)),
  }, options);
}
