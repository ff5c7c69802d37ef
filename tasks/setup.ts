/**
 * `deno task setup [--gpu]`: finds TensorFlow's library, or installs it, and proves that it starts.
 *
 * @module
 */
import { findLibrary, installFolder, readManifest } from "../generative/runtime/install/locate.ts";
import { installationOf, installTensorFlow, verifyInstallation } from "../generative/runtime/install.ts";
import { startBackend } from "../generative/runtime/mod.ts";
import { type Given, Task } from "./cli.ts";
import { backendLine, installLine } from "./environment.ts";
import { flag } from "./flags.ts";
import { Progress } from "./progress.ts";
import { interruptSignal, note, print } from "./run_task.ts";

/** `deno task setup`. */
export const TASK = new Task({
  name: "setup",
  help:
    "Finds TensorFlow's library (SOMNIUM_LIBTENSORFLOW, the cache, an installed Python TensorFlow) or installs it into " +
    "the cache: from the Python wheel with pip, else from TensorFlow's official C archive.",
  flags: {
    gpu: flag(
      "install the build for NVIDIA GPUs with CUDA's libraries (about 3 GB), even if another one is found",
    ),
  },
  examples: ["setup", "setup --gpu"],
});

/** The usual size of what pip fetches, for the bar: pip itself does not tell. */
const WHEEL_BYTES = { cpu: 274e6, gpu: 3e9 };

if (import.meta.main) await TASK.run(main);

async function main({ flags: { gpu } }: Given<typeof TASK.options.flags>): Promise<void> {
  if (await isMissing(gpu)) await install(gpu);
  const report = await startBackend({ backend: "tensorflow", install: false });
  print(`${backendLine(report)}\nLibrary: ${report.library}`);
  if (gpu && !report.gpu) {
    print("TensorFlow sees no GPU: check that nvidia-smi lists one, then run deno task doctor.");
  }
}

/** Whether there is nothing yet, or only a damaged installation, which is removed. */
async function isMissing(gpu: boolean): Promise<boolean> {
  const found = findLibrary();
  const folder = gpu
    ? (readManifest(installFolder(true)) && installFolder(true))
    : found && installationOf(found.path);
  if (folder === undefined) return gpu || found === undefined;
  const damaged = await verifyInstallation(folder);
  if (damaged.length === 0) return false;
  note(`Damaged and reinstalled: ${damaged.join(", ")}`);
  await Deno.remove(folder, { recursive: true });
  return true;
}

async function install(gpu: boolean): Promise<void> {
  const progress = new Progress();
  const total = gpu ? WHEEL_BYTES.gpu : WHEEL_BYTES.cpu;
  await installTensorFlow({
    gpu,
    signal: interruptSignal(),
    onEvent: (event) => {
      if (event.type === "progress") {
        const of = event.totalBytes ?? Math.max(total, event.receivedBytes);
        progress.show({ label: "MB", done: Math.round(event.receivedBytes / 1e6), of: Math.round(of / 1e6) });
        return;
      }
      progress.clear();
      const line = installLine(event);
      if (line !== undefined) note(line);
    },
  });
  progress.clear();
}
