import { effect, signal } from "@preact/signals";
import { parseRunConfig } from "../../../generative/train/run_config.ts";
import { type AsyncState, messageOf } from "../state/async_state.ts";
import { library, type Run } from "../state/session.ts";
import type { RunMetrics } from "./metrics.ts";
import { MetricsFile } from "./metrics_file.ts";
import { shownRuns } from "./runs_state.ts";

/** What a run's files say. */
export interface RunFilesRead {
  metrics: AsyncState<RunMetrics>;
  config: AsyncState<Record<string, unknown>>;
  environment: AsyncState<Record<string, unknown>>;
}

/** What has been read, by the runs' names. */
export const runFiles = signal<ReadonlyMap<string, RunFilesRead>>(new Map());

/** How often runs in training are read again, milliseconds. */
const REFRESH = 2000;
const LOADING: RunFilesRead = {
  metrics: { status: "loading", what: "measurements" },
  config: { status: "loading", what: "settings" },
  environment: { status: "loading", what: "environment" },
};

/** Keeps {@link runFiles} in step with the shown runs, and with their files as they grow. @returns What ends it. */
export function startReadingRuns(): () => void {
  const readers = new Map<string, RunReader>();
  const refresh = async () => {
    if (document.hidden) return;
    await Promise.all(shownRuns.value.map((run) => {
      let reader = readers.get(run.name);
      if (!reader) readers.set(run.name, reader = new RunReader());
      return reader.refresh(run);
    }));
  };
  const stopFollowing = effect(() => {
    if (shownRuns.value) refresh();
  });
  const timer = setInterval(refresh, REFRESH);
  document.addEventListener("visibilitychange", refresh);
  return () => {
    stopFollowing();
    clearInterval(timer);
    document.removeEventListener("visibilitychange", refresh);
  };
}

class RunReader {
  #metrics = new MetricsFile();
  #seen = new Map<string, string>();
  #busy = false;

  async refresh(run: Run): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    if (!runFiles.peek().has(run.name)) update(run.name, LOADING);
    const live = library.peek().status !== "ready" ||
      (library.peek() as { value: { live: boolean } }).value.live;
    await Promise.all([
      this.#read(run, "metrics", "metrics.jsonl", {
        // what a run is writing grows faster than the library is read again
        always: live && run.training,
        read: async () => {
          const metrics = await this.#metrics.read(run.source);
          return metrics?.lines === 0 && metrics.broken.count === 0
            ? { status: "empty", why: "No metrics yet." }
            : metrics && { status: "ready", value: metrics };
        },
      }),
      this.#read(run, "config", "config.json", {
        read: async () => ({
          status: "ready",
          value: parseRunConfig(await text(run, "config.json"), `"config.json" of ${run.name}`).config,
        }),
      }),
      this.#read(run, "environment", "environment.json", {
        read: async () => ({ status: "ready", value: JSON.parse(await text(run, "environment.json")) }),
      }),
    ]);
    this.#busy = false;
  }

  /** Reads a file where it is new or has changed; a failure is shown until it changes again. */
  async #read<K extends keyof RunFilesRead>(
    run: Run,
    key: K,
    path: string,
    { always = false, read }: { always?: boolean; read: () => Promise<RunFilesRead[K] | undefined> },
  ): Promise<void> {
    const entry = run.source.files.find((file) => file.path === path);
    const stamp = entry ? `${entry.bytes} ${entry.modified}` : "missing";
    if (this.#seen.get(path) === stamp && !(always && entry)) return;
    this.#seen.set(path, stamp);
    let state: RunFilesRead[K] | undefined;
    try {
      state = entry
        ? await read()
        : { status: "empty", why: `${run.name} has no ${path}.` } as RunFilesRead[K];
    } catch (error) {
      state = { status: "error", message: messageOf(error) } as RunFilesRead[K];
    }
    if (state) update(run.name, { [key]: state });
  }
}

function update(name: string, changes: Partial<RunFilesRead>): void {
  runFiles.value = new Map(runFiles.peek()).set(name, {
    ...runFiles.peek().get(name) ?? LOADING,
    ...changes,
  });
}

async function text(run: Run, path: string): Promise<string> {
  return new TextDecoder().decode(await run.source.read(path));
}
