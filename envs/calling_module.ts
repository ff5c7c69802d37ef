/** Where a module's URL begins in a line of a stack trace, after "at name (" or "at ". */
const LOCATION = /(?:file|https?):\/\/.*?(?=:\d+:\d+\)?$)/;

/**
 * The URL of the module that called a function, read from the stack: the innermost one that is not among `own`.
 *
 * @param own URLs of the modules that are not the caller.
 * @returns `undefined` where there is no such module: in a REPL, in a bundle, or from a `data:` URL.
 */
export function callingModule(own: readonly string[]): string | undefined {
  for (const line of (new Error().stack ?? "").split("\n").slice(1)) {
    if (own.some((url) => line.includes(url)) || line.includes(import.meta.url)) continue;
    return LOCATION.exec(line)?.[0];
  }
  return undefined;
}
