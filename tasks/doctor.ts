// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task doctor`: what the lab found on this machine, how fast it is, what is missing and what mends it.
 *
 * @module
 */
import { matmulGflops } from "../bench/measure.ts";
import { findPython } from "../bench/python.ts";
import { findLibrary } from "../generative/runtime/install/locate.ts";
import { installationOf, verifyInstallation } from "../generative/runtime/install.ts";
import { type BackendReport, startBackend, workingBackends } from "../generative/runtime/mod.ts";
import { parseArguments, runTask } from "./cli.ts";
import { describeEnvironment } from "./environment.ts";

/** Something that is missing, and what mends it. */
interface Finding {
  /** What is missing. */
  missing: string;
  /** What that means. */
  consequence: string;
  /** The command, or what to do. */
  mend: string;
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

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { switches } = parseArguments(Deno.args, { json: "switch", help: "switch" });
  if (switches.has("help")) {
    return console.log(
      "deno task doctor [--json]\n\nTells what was found, how fast it is, and what mends what is missing.",
    );
  }
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
  if (switches.has("json")) console.log(JSON.stringify(diagnosis, null, 2));
  else print(diagnosis, report);
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
      consequence: `${report.name} computes instead, many times slower`,
      mend: "deno task setup",
    });
  }
  if (damaged.length > 0) {
    findings.push({
      missing: `whole files (${damaged.join(", ")} differ from their checksums)`,
      consequence: "TensorFlow may crash",
      mend: "deno task setup",
    });
  }
  if (!report.gpu && hasNvidiaGpu()) {
    findings.push({
      missing: "TensorFlow on the NVIDIA GPU of this machine",
      consequence: "the CPU computes instead",
      mend: "deno task setup --gpu",
    });
  }
  if (findPython("gymnasium", "Box2D") === undefined) {
    findings.push({
      missing: "a Python with gymnasium[box2d]",
      consequence: "benchmarks run without Gymnasium beside them; nothing else needs it",
      mend: 'pip install "gymnasium[box2d]", or name a Python in SOMNIUM_PYTHON',
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

function print({ environment, library, working, gflops, findings }: Diagnosis, report: BackendReport): void {
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
    ["Threads", `${report.threads.intraOp} for one op, ${report.threads.interOp} op at a time`],
    ["Speed", `${gflops} GFLOP/s in a product of two matrices`],
  ];
  if (library !== undefined) {
    lines.push(["Library", `${library.path} (${library.source ?? "unknown"})`]);
  }
  for (const [name, value] of lines) console.log(`${name.padEnd(14)}${value}`);
  for (const { missing, consequence, mend } of findings) {
    console.log(`\nMissing: ${missing}; ${consequence}.\nMend it: ${mend}`);
  }
  if (findings.length === 0) console.log("\nNothing is missing.");
}
