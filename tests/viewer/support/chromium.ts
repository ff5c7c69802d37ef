import { type Browser, chromium } from "playwright-core";

/** Where Chromium lies, as the tests' machine says or as Debian and others install it. */
const PLACES = [
  Deno.env.get("SOMNIUM_CHROMIUM"),
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The browser's program, or nothing where there is none. */
export function findChromium(): string | undefined {
  return PLACES.find((path) => {
    try {
      return path !== undefined && Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** What to do where there is none, one sentence. */
export const CHROMIUM_MISSING =
  "Cannot find Chromium: apt-get install chromium, or name another one's program in SOMNIUM_CHROMIUM";

/** Flags that keep the browser quiet: it asks nobody for anything but the page. */
const QUIET = [
  "--no-sandbox", // containers run as root, where Chromium refuses its sandbox
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser; the caller closes it. @throws Error that says how to install one. */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(CHROMIUM_MISSING);
  return chromium.launch({ executablePath, args: [...QUIET, ...args] });
}
