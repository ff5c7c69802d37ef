/**
 * Opens an address in the reader's browser, where there is a screen and a browser.
 *
 * @returns Whether something was asked to open it.
 */
export function openBrowser(address: string): boolean {
  const command = browserCommand(address, Deno.build.os, Deno.env.toObject());
  if (!command) return false;
  const [name, ...args] = command;
  try {
    // Detached: Ctrl+C is for the viewer, not for a browser that may have started with it.
    const options = { args, detached: true, stdin: "null", stdout: "null", stderr: "null" } as const;
    new Deno.Command(name, options).spawn().unref();
    return true;
  } catch {
    return false; // no such program
  }
}

/** The command that opens an address; `undefined` where nobody would see it. */
export function browserCommand(
  address: string,
  system: typeof Deno.build.os,
  environment: Record<string, string | undefined>,
): string[] | undefined {
  if (system === "darwin") return ["open", address];
  // `start` would read "&" in the address as the end of a command
  if (system === "windows") return ["rundll32", "url.dll,FileProtocolHandler", address];
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ["xdg-open", address] : undefined;
}
