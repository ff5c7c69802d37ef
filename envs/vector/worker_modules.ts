import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { describeValue } from "../describe_value.ts";
import { hint } from "../read_options.ts";
import { registeredIds, registeringModule } from "../registry.ts";

/** What to write where a module cannot be found by itself. */
const ADVICE = `modules: [import.meta.resolve("./my_env.ts")]`;

/**
 * The URLs of the modules that workers import before they make an environment: those that were given, and the one that
 * registered it here.
 *
 * @throws TypeError for what is no list of URLs, and where the program's main module registered the environment, which
 * workers do not run.
 */
export function workerModules(id: string, given: readonly (string | URL)[] = []): string[] {
  const fail = `Cannot make a vector of ${id}: expected`;
  if (!Array.isArray(given)) {
    throw new TypeError(
      `${fail} a list of URLs, as in ${ADVICE}, got ${describeValue(given)} as modules`,
    );
  }
  const modules = given.map((module) => {
    if (module instanceof URL) return module.href;
    if (typeof module === "string" && isAbsolute(module)) return pathToFileURL(module).href;
    if (typeof module === "string" && URL.canParse(module)) return module;
    throw new TypeError(
      `${fail} an absolute URL in modules, as in ${ADVICE}, got ${
        describeValue(module)
      }, which does not say where from`,
    );
  });
  const registering = registeringModule(id);
  if (registering !== undefined && registering !== Deno.mainModule) modules.push(registering);
  else if (registering === Deno.mainModule && modules.length === 0) {
    throw new TypeError(
      `${fail} a module other than the main one to register it, as workers would run all of that one again: ` +
        `move class and register(..) to a file of their own and pass ${ADVICE}`,
    );
  }
  return [...new Set(modules)];
}

/**
 * Imports modules in a worker, which then must know an environment.
 *
 * @throws Error that names the module that could not be imported. @throws RangeError when none of them registers `id`.
 */
export async function importModules(id: string, modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    try {
      await import(module);
    } catch (error) {
      const { name, message } = error as Error;
      const what = `Cannot import "${module}" in a worker: ${name}: ${message}`;
      throw new (error instanceof RangeError ? RangeError : TypeError)(what, { cause: error });
    }
  }
  if (registeredIds().includes(id)) return;
  const got = modules.length > 0 ? `none in ${modules.join(", ")}` : `no modules; pass ${ADVICE}`;
  throw new RangeError(
    `Cannot make "${id}" in a worker: expected a module that registers it, got ${got}${
      hint(id, registeredIds())
    }`,
  );
}
