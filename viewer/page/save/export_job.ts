import { signal } from "@preact/signals";
import { messageOf } from "../state/async_state.ts";
import { notify } from "../state/notices.ts";
import { download } from "./download.ts";
import type { ExportOptions } from "./film.ts";

/** An export that goes on beside all else. */
export interface ExportJob {
  /** The file's name. */
  name: string;
  /** Gives it up; the reason goes into the notice. */
  cancel(reason?: string): void;
}

/** The export that goes on at present; one at a time. */
export const exportJob = signal<ExportJob | undefined>(undefined);
/** How much of it is done, 0 .. 1. */
export const exportDone = signal(0);

/** Makes a file bit by bit and hands it to the reader; says how it went. */
export async function startExport(
  name: string,
  { make }: { make(options: ExportOptions): Promise<{ blob: Blob; ending?: string }> },
): Promise<void> {
  if (exportJob.value) {
    return notify(`Cannot save "${name}": "${exportJob.value.name}" is still being saved`, "error");
  }
  const controller = new AbortController();
  exportDone.value = 0;
  exportJob.value = { name, cancel: (reason) => controller.abort(reason) };
  try {
    const { blob, ending } = await make({
      signal: controller.signal,
      onProgress: (done) => exportDone.value = done,
    });
    const saved = ending ? name.replace(/[^.]*$/, ending) : name;
    download(blob, saved);
    notify(`Saved ${saved}, ${size(blob)}`);
  } catch (error) {
    const { aborted, reason } = controller.signal;
    if (!aborted) notify(messageOf(error), "error");
    else notify(typeof reason === "string" ? `Cancelled ${name}: ${reason}` : `Cancelled ${name}`);
  } finally {
    exportJob.value = undefined;
  }
}

function size({ size }: Blob): string {
  return size < 1e5 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
