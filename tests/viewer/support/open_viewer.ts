import type { Browser, BrowserContext, Page } from "playwright-core";
import { startViewer, type Viewer } from "../../../viewer/server/start_viewer.ts";
import { launchChromium } from "./chromium.ts";
import { temporaryFolder } from "./fixtures.ts";

/** Options of {@link openViewer}. */
export interface OpenViewerOptions {
  /** Folder with run folders; none by default, as in a fresh clone. */
  runs?: string;
  /** Folder with examples; none by default. */
  examples?: string;
  /** A module with models of the reader's own; none by default. */
  module?: string;
  /** Recordings beside them. */
  files?: string[];
  /** What is shown: `view=runs&run=tiny`. */
  hash?: string;
  /** `src=runs/tiny/recordings/test-seed-0.rec`. */
  query?: string;
  /** @default 1280 by 800 */
  viewport?: { width: number; height: number };
  /** What the system asks for. @default "dark" */
  theme?: "dark" | "light";
  /** Whether the system asks for less motion. @default false */
  reducedMotion?: boolean;
  /** Whether it is a phone: touch instead of a mouse. @default false */
  touch?: boolean;
  /** More flags of Chromium's; such a page gets a browser of its own. */
  args?: string[];
  /** Opens this address instead of a server of its own. */
  address?: string;
  /** Runs in the page before its own scripts. */
  before?: string;
}

/** A page with the viewer in it. */
export interface OpenViewer {
  page: Page;
  context: BrowserContext;
  /** Where the page comes from. */
  url: string;
  /** The server behind it; missing when an address was given. */
  server?: Viewer;
  /** What went wrong in the page so far: errors and warnings on its console, failed requests, refusals of its policy. */
  errors: string[];
  /** All addresses that it asked for. */
  requests: string[];
  /** Takes back the errors that match, which the test wanted; throws when none does. */
  expectError(pattern: RegExp): void;
  /** Ends all of it. @throws Error when something went wrong in the page that the test did not expect. */
  close(): Promise<void>;
}

let shared: Promise<Browser> | undefined;

/**
 * Opens the viewer in Chromium, in a profile of its own: the page is bundled and the browser started once per test
 * file. Chromium ends with the process.
 */
export async function openViewer(options: OpenViewerOptions = {}): Promise<OpenViewer> {
  const browser = options.args ? await launchChromium(options.args) : await (shared ??= launchChromium());
  const server = options.address === undefined
    ? await startViewer({
      runs: options.runs ?? temporaryFolder(),
      examples: options.examples,
      files: options.files,
      module: options.module,
      port: 0,
    })
    : undefined;
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.theme ?? "dark",
    reducedMotion: options.reducedMotion ? "reduce" : "no-preference",
    hasTouch: options.touch,
    isMobile: options.touch,
    acceptDownloads: true,
  });
  if (options.before) await context.addInitScript(options.before);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // on a busy machine all takes its time
  const errors: string[] = [], requests: string[] = [];
  watch(page, errors, requests);
  const url = options.address ?? server!.url;
  const close = async () => {
    await context.close();
    if (options.args) await browser.close();
    await server?.close();
  };
  try {
    const address = new URL(url);
    address.search = options.query ?? "";
    address.hash = options.hash ?? "";
    await page.goto(address.href);
    await page.locator("main").waitFor();
  } catch (error) {
    await close();
    throw new Error(`Cannot open the viewer: ${[(error as Error).message, ...errors].join("\n")}`);
  }
  return {
    page,
    context,
    url,
    server,
    errors,
    requests,
    expectError(pattern) {
      const kept = errors.filter((error) => !pattern.test(error));
      if (kept.length === errors.length) {
        throw new Error(`Expected an error in the page like ${pattern}, got ${JSON.stringify(errors)}`);
      }
      errors.splice(0, errors.length, ...kept);
    },
    async close() {
      await close();
      if (errors.length > 0) throw new Error(`The page had errors:\n${errors.join("\n")}`);
    },
  };
}

/** What Chromium says of software rendering, which is no page's doing, and of failed requests, which are told below. */
const HARMLESS =
  /GPU stall due to ReadPixels|GroupMarkerNotSet|Automatic fallback to software WebGL|^Failed to load resource/;

function watch(page: Page, errors: string[], requests: string[]): void {
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type()) || HARMLESS.test(message.text())) return;
    errors.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("crash", () => errors.push("the page crashed"));
  page.on("request", (request) => requests.push(request.url()));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "unknown";
    if (reason !== "net::ERR_ABORTED") errors.push(`request failed: ${request.url()}: ${reason}`); // given up by the page
  });
  page.on("response", (response) => {
    if (response.status() >= 400) errors.push(`response ${response.status()}: ${response.url()}`);
  });
}
