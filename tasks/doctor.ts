/**
 * `deno task doctor`: what the lab found on this machine, how fast it is, what is missing and how to fix it.
 *
 * @module
 */
import { matmulGflops } from "./measure.ts";
import { findPython } from "./find_python.ts";
import { findLibrary } from "../generative/runtime/install/locate.ts";
import { installationOf, verifyInstallation } from "../generative/runtime/install.ts";
import { type BackendReport, startBackend, workingBackends } from "../generative/runtime/mod.ts";
import { type Given, Task } from "./cli.ts";
import { describeEnvironment } from "./environment.ts";
import { JSON_FLAG } from "./flags.ts";
import { print, printJson } from "./run_task.ts";

/** Something that is missing, and how to fix it. */
interface Finding {
  /** What is missing. */
  missing: string;
  /** What that means. */
  consequence: string;
  /** The command, or what to do. */
  fix: string;
}

/** What `--json` prints. */
interface Diagnosis {
  environment: ReturnType<typeof describeEnvironment>;
  library?: { path: string; source?: string; damaged: string[] };
  working: string[];
  gflops: number;
  findings: Finding[];
}

/** Of the square matrices that are multiplied; plain JavaScript would take seconds for the larger one. */
const MATMUL_SIZE = { fast: 1024, cpu: 128 };

/** `deno task doctor`. */
export const TASK = new Task({
  name: "doctor",
  help: "Reports which backend runs and why, its speed, what is missing and how to fix it.",
  flags: { json: JSON_FLAG },
  examples: ["doctor", "doctor --json"],
});

if (import.meta.main) await TASK.run(main);

async function main({ flags }: Given<typeof TASK.options.flags>): Promise<void> {
  const report = await startBackend({ install: false });
  const library = await describeLibrary(report);
  const gflops = await matmulGflops(report.name === "cpu" ? MATMUL_SIZE.cpu : MATMUL_SIZE.fast);
  const diagnosis: Diagnosis = {
    environment: describeEnvironment(report),
    library,
    working: await workingBackends(),
    gflops: Math.round(10 * gflops) / 10,
    findings: examine(report, library?.damaged ?? []),
  };
  if (flags.json) printJson({ type: "diagnosis", ...diagnosis });
  else printDiagnosis(diagnosis, report);
}

async function describeLibrary(report: BackendReport): Promise<Diagnosis["library"]> {
  if (report.library === undefined) return undefined;
  const installation = installationOf(report.library);
  return {
    path: report.library,
    source: findLibrary()?.source,
    damaged: installation === undefined ? [] : await verifyInstallation(installation),
  };
}

function examine(report: BackendReport, damaged: string[]): Finding[] {
  const findings: Finding[] = [];
  if (report.name !== "tensorflow") {
    findings.push({
      missing: "TensorFlow's library",
      consequence: `${report.name} is used instead, many times slower`,
      fix: "deno task setup",
    });
  }
  if (damaged.length > 0) {
    findings.push({
      missing: `intact files (${damaged.join(", ")} differ from their checksums)`,
      consequence: "TensorFlow may crash",
      fix: "deno task setup",
    });
  }
  if (!report.gpu && hasNvidiaGpu()) {
    findings.push({
      missing: "TensorFlow on the NVIDIA GPU of this machine",
      consequence: "the CPU is used instead",
      fix: "deno task setup --gpu",
    });
  }
  if (findPython("gymnasium", "Box2D") === undefined) {
    findings.push({
      missing: "a Python with gymnasium[box2d]",
      consequence: "benchmarks run without a comparison with Gymnasium; nothing else needs it",
      fix: 'pip install "gymnasium[box2d]", or name a Python in SOMNIUM_PYTHON',
    });
  }
  return findings;
}

function hasNvidiaGpu(): boolean {
  try {
    return new Deno.Command("nvidia-smi", { args: ["-L"], stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

function printDiagnosis(
  { environment, library, working, gflops, findings }: Diagnosis,
  report: BackendReport,
): void {
  const machine = environment.machine as {
    system: string;
    processor: string;
    cores: number;
    memoryGiB: number;
  };
  const lines: [string, string][] = [
    ["Machine", `${machine.system}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB`],
    ["Deno", Deno.version.deno],
    ["Backend", `${report.name} ${report.version}`],
    ["Why", report.reason],
    ["Also working", working.filter((name) => name !== report.name).join(", ") || "none"],
    ["Devices", report.devices.join(", ")],
    ["Threads", `${report.threads.intraOp} for one op, ${report.threads.interOp} for ops side by side`],
    ["Speed", `${gflops} GFLOP/s in matrix multiplication`],
  ];
  if (library !== undefined) {
    lines.push(["Library", `${library.path} (${library.source ?? "unknown"})`]);
  }
  for (const [name, value] of lines) print(`${name.padEnd(14)}${value}`);
  for (const { missing, consequence, fix } of findings) {
    print(`\nMissing: ${missing}; ${consequence}.\nFix: ${fix}`);
  }
  if (findings.length === 0) print("\nNothing is missing.");
}
