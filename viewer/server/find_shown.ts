import { basename, join } from "node:path";
import { nearestName } from "../../core/nearest_name.ts";
import { parseRecording } from "../../envs/recordings/reader.ts";
import { listFiles } from "./list_files.ts";

/**
 * The run folder or recording that a reader means: a run's name, a run folder's path, or a recording's path.
 *
 * @param runs The folder of all runs; `examples` that of the runs that came with Somnium.
 * @returns Its path.
 * @throws RangeError when there is none or it holds nothing to watch; RecordingError when it cannot be read.
 */
export async function findShown(
  meant: string,
  { runs, examples }: { runs: string; examples?: string },
): Promise<string> {
  const roots = [runs, ...examples === undefined ? [] : [examples]];
  let path = meant;
  for (const root of basename(meant) === meant ? roots.toReversed() : []) {
    if (await kindOf(join(root, meant))) path = join(root, meant);
  }
  const kind = await kindOf(path);
  if (!kind) {
    const names = (await Promise.all(roots.map(namesIn))).flat();
    const near = nearestName(basename(meant), names);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new RangeError(
      `Cannot open "${meant}": expected a run of "${runs}", a run folder or a recording, got nothing there${hint}`,
    );
  }
  if (kind === "file") parseRecording(await Deno.readFile(path), { name: meant });
  else {
    const files = listFiles(path, await Deno.realPath(path));
    if (!files.some(({ path }) => path === "config.json" || path.endsWith(".rec"))) {
      throw new RangeError(
        `Cannot open "${meant}": expected a run folder with a config.json, or recordings, got neither`,
      );
    }
  }
  return path;
}

async function namesIn(folder: string): Promise<string[]> {
  return await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const stat = await Deno.stat(path).catch(() => undefined);
  return stat?.isFile ? "file" : stat?.isDirectory ? "folder" : undefined;
}
