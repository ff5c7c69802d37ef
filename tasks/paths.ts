import { isAbsolute, join, normalize, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, without a slash at its end. */
export const PROJECT = trim(fileURLToPath(new URL("../", import.meta.url)));

/** The folder where the user typed the command: `deno task` runs in the project's, and tells the other in `INIT_CWD`. */
export function typedFolder(): string {
  const here = Deno.cwd();
  const typed = Deno.env.get("INIT_CWD");
  return typed && isAbsolute(typed) && here === Deno.realPathSync(PROJECT) ? typed : here;
}

/**
 * A path that the user typed, as this process opens it: `X/` and `./X` are `X`, and a relative path counts from the
 * folder where it was typed.
 */
export function typedPath(text: string): string {
  if (isAbsolute(text)) return trim(normalize(text));
  const here = relative(Deno.cwd(), resolve(typedFolder(), text));
  return here.startsWith("..") ? trim(resolve(typedFolder(), text)) : here || ".";
}

/** A path of this process as the user can type it. */
export function shownPath(path: string): string {
  if (isAbsolute(path) || typedFolder() === Deno.cwd()) return path;
  return relative(typedFolder(), resolve(path)) || ".";
}

/** A path in the project, such as the folder of all runs, as this process opens it. */
export function projectPath(path: string): string {
  return Deno.cwd() === Deno.realPathSync(PROJECT) ? path : join(PROJECT, path);
}

function trim(path: string): string {
  return path.replace(/(?<=.)[/\\]+$/, "");
}
