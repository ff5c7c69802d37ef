import { batch } from "@preact/signals";
import { parseRecording } from "../../../envs/recordings/reader.ts";
import { summarise } from "../../summarise.ts";
import { download } from "../save/download.ts";
import { notify } from "../state/notices.ts";
import { addEpisode, selectEpisode } from "../state/select.ts";
import { view } from "../state/session.ts";

let kept = 0;
const ids = new WeakMap<object, { id: string; name: string; bytes: Uint8Array }>();

/** Adds a drive to the episodes, once. @param record Makes its recording. */
function keep(drive: object & { record(): Uint8Array }, what: string) {
  const known = ids.get(drive);
  if (known) return known;
  const id = `drive:${++kept}`;
  const bytes = drive.record();
  const name = `drive-${kept}-${what.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase()}.rec`;
  const summary = summarise(parseRecording(bytes, { name }), id);
  addEpisode({ id, title: `Drive ${kept}, ${what}`, summary, load: () => Promise.resolve(bytes.slice()) });
  const entry = { id, name, bytes };
  ids.set(drive, entry);
  return entry;
}

/** Adds a drive to the episodes and hands its recording to the reader. @param what "track 3". */
export function saveDrive(drive: object & { record(): Uint8Array }, what: string): void {
  const { name, bytes } = keep(drive, what);
  download(bytes, name);
  notify(`${name} is saved, and among the episodes.`);
}

/** Adds a drive to the episodes and goes to watch it. */
export function watchDrive(drive: object & { record(): Uint8Array }, what: string): void {
  const { id } = keep(drive, what);
  batch(() => {
    selectEpisode(id);
    view.value = "watch";
  });
}
