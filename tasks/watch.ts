// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task watch`: opens the viewer on runs and recordings, or writes it as a static site. `--help` tells the rest.
 *
 * @module
 */
import { RecordingError } from "../envs/recordings/recording_error.ts";
import {
  exportSite,
  findShown,
  isOpen,
  openBrowser,
  startViewer,
  type Viewer,
} from "../viewer/server/mod.ts";
import { formatCount, interruptSignal, parseArguments, runTask, UsageError } from "./cli.ts";
import { EXAMPLES } from "./find_run.ts";

/** The port that is tried first, and how many after it. */
const PORT = 7430;
const PORTS = 20;

const HELP = `deno task watch [RUN|FILE] [options]

Opens the viewer in the browser: reality beside the dream, runs beside each other. Without a run of your own it shows
an example of pretrained/, and without that the scripted driver on real tracks.

  RUN|FILE         what to show first: a run's name, a run folder or a recording anywhere (default: the run that
                   drives best)
  --runs DIR       the folder of all runs (default: runs, with the examples of pretrained/ beside it)
  --port N         where to listen (default: ${PORT}, or the next free one)
  --hostname H     at which name or address (default: 127.0.0.1, this machine alone; 0.0.0.0: the network)
  --no-open        only prints the address
  --export DIR     instead writes a static site for any web server: page, runs and recordings, or only RUN|FILE
  --help           this text`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    runs: "value",
    port: "value",
    hostname: "value",
    "no-open": "switch",
    export: "value",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  if (positionals.length > 1) {
    throw new UsageError(`Cannot watch: expected one run or recording at most, got ${positionals.join(" ")}`);
  }
  const shelves = {
    runs: await chooseRuns(values.runs),
    examples: values.runs === undefined ? EXAMPLES : undefined,
  };
  const shown = positionals[0] === undefined ? undefined : await find(positionals[0], shelves);
  if (values.export !== undefined) return await writeSite(values.export, shelves, shown);
  const viewer = await listen({ ...shelves, files: shown === undefined ? [] : [shown] }, values);
  const signal = interruptSignal();
  const address = viewer.url + await fragmentFor(viewer, shown);
  console.log(address);
  if (isOpen(values.hostname ?? "")) {
    console.error(`Anybody who reaches this machine can see all runs now${at(viewer.port)}`);
  }
  if (!switches.has("no-open")) openBrowser(address);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await viewer.close();
}

/** @throws UsageError when the folder that was asked for is none. */
async function chooseRuns(asked: string | undefined): Promise<string> {
  const stat = asked === undefined ? undefined : await Deno.stat(asked).catch(() => undefined);
  if (asked !== undefined && !stat?.isDirectory) {
    throw new UsageError(`Cannot set --runs: expected a folder, got "${asked}"`);
  }
  return asked ?? "runs";
}

/** The folders of runs. */
interface Folders {
  runs: string;
  examples?: string;
}

async function find(meant: string, folders: Folders): Promise<string> {
  try {
    return await findShown(meant, folders);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof RecordingError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** Serves on the port that was asked for, else on the first free one. */
async function listen(
  shelves: Folders & { files: string[] },
  { port: asked, hostname = "127.0.0.1" }: { port?: string; hostname?: string },
): Promise<Viewer> {
  const first = Number(asked ?? PORT);
  if (!Number.isInteger(first) || first < 0 || first > 65535) {
    throw new UsageError(`Cannot set --port: expected a whole number from 0 to 65535, got "${asked}"`);
  }
  const last = asked === undefined ? first + PORTS : first;
  for (let port = first;; port++) {
    try {
      return await startViewer({ ...shelves, hostname, port });
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) {
        if (port < last) continue;
        throw new UsageError(
          asked === undefined
            ? `Cannot listen at "${hostname}": ports ${first} to ${last} are taken; choose another with --port N`
            : `Cannot set --port: ${asked} is taken; choose another, or leave it out for a free one`,
        );
      }
      if (error instanceof Deno.errors.PermissionDenied) {
        throw new UsageError(`Cannot set --port: ${port} is for administrators; choose one above 1023`);
      }
      if (error instanceof Deno.errors.AddrNotAvailable || /lookup|address/i.test((error as Error).message)) {
        throw new UsageError(`Cannot set --hostname: "${hostname}" is no address of this machine`);
      }
      throw error;
    }
  }
}

/** What the page is to choose first. */
async function fragmentFor(viewer: Viewer, shown: string | undefined): Promise<string> {
  const path = shown === undefined ? undefined : await viewer.shelves.addressOf(shown);
  if (path === undefined) return "";
  if ((await Deno.stat(shown!)).isFile) return `#ep=${encodeURIComponent(path)}`;
  const run = await viewer.shelves.locate([...path.split("/"), "config.json"]);
  return run === undefined ? "" : `#run=${encodeURIComponent(path.slice("runs/".length))}`;
}

/** Where others on the network find this machine. */
function at(port: number): string {
  const addresses = Deno.networkInterfaces()
    .filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => `http://${address}:${port}/`);
  return addresses.length > 0 ? `, at ${addresses.join(" or ")}` : "";
}

async function writeSite(folder: string, folders: Folders, shown: string | undefined): Promise<void> {
  let result;
  try {
    result = await exportSite(folder, shown === undefined ? folders : { files: [shown] });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
  }
  const { files, bytes, runs: count, recordings } = result;
  console.log(
    `${plural(count, "run")}, ${plural(recordings, "recording")}: ${plural(files, "file")}, ${
      (bytes / 1e6).toFixed(1)
    } MB in "${folder}"`,
  );
  console.error(`Any web server can serve it, such as: python3 -m http.server --directory ${folder}`);
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
