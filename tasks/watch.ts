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
import { type Given, Task } from "./cli.ts";
import { EXAMPLES, runNames } from "./find_run.ts";
import { type Flag, flag, MODULE_FLAG, path, RUNS_FLAG, text, wholeNumber } from "./flags.ts";
import { formatCount } from "./format.ts";
import { projectPath, shownPath, typedPath } from "./paths.ts";
import { shellWord } from "./shell_word.ts";
import { interruptSignal, note, print, UsageError } from "./run_task.ts";

/** The port that is tried first, and how many after it. */
const PORT = 7430;
const PORTS = 20;

/** `--allowed-hosts`; what is always allowed needs no flag. */
const HOSTS_FLAG: Flag<readonly string[] | undefined> = {
  help:
    "host names that browsers may use for this machine, separated by commas (.lab.org: all subdomains of lab.org)",
  value: "NAMES",
  unset: "localhost and numeric addresses, at any port",
  fallback: undefined,
  wanted: "names separated by commas, without port or path",
  parse(text) {
    const names = text.split(",").map((name) => name.trim());
    return names.every((name) => /^\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(name)) ? names : undefined;
  },
};

/** `deno task watch [RUN|FILE]`. */
export const TASK = new Task({
  name: "watch",
  help:
    "Opens the viewer in the browser: reality beside the dream, and comparisons of runs. Without a run of your own it " +
    "shows an example from pretrained/, or the scripted driver on real tracks if there is none.",
  operand: {
    name: "RUN|FILE",
    help:
      "what to show first: a run's name, a run folder or a recording (default: the run with the best drives)",
    wanted: "at most one run or recording",
    suggest: () => runNames(),
  },
  flags: {
    runs: { ...RUNS_FLAG, unset: "the project's runs, and the examples in pretrained/" },
    port: wholeNumber("port to listen on", { maximum: 65535, unset: `${PORT}, or the next free one` }),
    hostname: text("H", "name or address to listen on; 0.0.0.0 for the network", {
      unset: "127.0.0.1, this machine only",
    }),
    allowedHosts: HOSTS_FLAG,
    module: MODULE_FLAG,
    noOpen: flag("only print the address"),
    export: path(
      "DIR",
      "write a static site for any web server instead: page, runs and recordings, or only RUN|FILE",
    ),
  },
  async prepare({ module }) {
    if (module === undefined) return;
    const { useModule } = await import("./use_module.ts"); // with all models, which a viewer alone need not load
    await useModule(module);
  },
  writes: "export",
  examples: ["watch", "watch default-1", "watch --module my_model.ts", "watch --export site"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  if (flags.module !== undefined && flags.export !== undefined) {
    throw new UsageError(
      "Cannot set --module with --export: expected one of them, as a static site has no server to run the module",
    );
  }
  const shelves = {
    runs: await chooseRuns(flags.runs),
    examples: flags.runs === undefined ? projectPath(EXAMPLES) : undefined,
  };
  const shown = operands[0] === undefined ? undefined : await find(operands[0], shelves);
  if (flags.export !== undefined) return await writeSite(flags.export, shelves, shown);
  const viewer = await listen({ ...shelves, files: shown === undefined ? [] : [shown] }, flags);
  const signal = interruptSignal();
  const address = viewer.url + await fragmentFor(viewer, shown);
  print(address);
  if (isOpen(flags.hostname ?? "")) {
    note(`Anyone who can reach this machine can now see all runs${at(viewer.port)}`);
  }
  if (!flags.noOpen) openBrowser(address);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  await viewer.close();
}

/** @throws UsageError when the folder that was asked for is none. */
async function chooseRuns(asked: string | undefined): Promise<string> {
  const stat = asked === undefined ? undefined : await Deno.stat(asked).catch(() => undefined);
  if (asked !== undefined && !stat?.isDirectory) {
    throw new UsageError(`Cannot set --runs: expected a folder, got "${asked}"`);
  }
  return asked ?? projectPath("runs");
}

/** The folders of runs. */
interface Folders {
  runs: string;
  examples?: string;
}

async function find(meant: string, folders: Folders): Promise<string> {
  try {
    return await findShown(await exists(typedPath(meant)) ? typedPath(meant) : meant, folders);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof RecordingError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Serves on the port that was asked for, else on the first free one. */
async function listen(
  shelves: Folders & { files: string[] },
  { port: asked, hostname = "127.0.0.1", allowedHosts, module }: {
    port?: number;
    hostname?: string;
    allowedHosts?: readonly string[];
    module?: string;
  },
): Promise<Viewer> {
  const first = asked ?? PORT;
  const last = asked === undefined ? first + PORTS : first;
  for (let port = first;; port++) {
    try {
      return await startViewer({ ...shelves, hostname, port, allowedHosts, module });
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
        throw new UsageError(`Cannot set --port: ${port} needs administrator rights; choose one above 1023`);
      }
      if (error instanceof Deno.errors.AddrNotAvailable || /lookup|address/i.test((error as Error).message)) {
        throw new UsageError(`Cannot set --hostname: "${hostname}" is not an address of this machine`);
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
  print(
    `${plural(count, "run")}, ${plural(recordings, "recording")}: ${plural(files, "file")}, ${
      (bytes / 1e6).toFixed(1)
    } MB in "${shownPath(folder)}"`,
  );
  note(
    `Any web server can serve it, such as: python3 -m http.server --directory ${
      shellWord(shownPath(folder))
    }`,
  );
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
