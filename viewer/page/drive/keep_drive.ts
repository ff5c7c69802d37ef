import { batch } from "@preact/signals";
import { parseRecording } from "../../../envs/recordings/reader.ts";
import { summarise } from "../../summarise.ts";
import { download } from "../save/download.ts";
import { notify } from "../state/notices.ts";
import { addEpisode, selectEpisode } from "../state/select.ts";
import { view } from "../state/session.ts";

/** A drive, in reality or in a dream. */
interface Drive {
  /** It so far. */
  record(): Uint8Array;
}

let count = 0;
const numbers = new WeakMap<Drive, number>();

/** Adds a drive to the episodes; one that went on since takes the place of what was kept of it. */
function keep(drive: Drive, what: string) {
  const number = numbers.get(drive) ?? ++count;
  numbers.set(drive, number);
  const id = `drive:${number}`;
  const bytes = drive.record();
  const name = `drive-${number}-${what.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase()}.rec`;
  const summary = summarise(parseRecording(bytes, { name }), id);
  addEpisode({ id, title: `Drive ${number}, ${what}`, summary, load: () => Promise.resolve(bytes.slice()) });
  return { id, name, bytes };
}

/** Adds a drive to the episodes and hands its recording to the reader. @param what "track 3". */
export function saveDrive(drive: Drive, what: string): void {
  const { name, bytes } = keep(drive, what);
  download(bytes, name);
  notify(`${name} was saved and added to the episodes.`);
}

/** Adds a drive to the episodes and goes to watch it. */
export function watchDrive(drive: Drive, what: string): void {
  const { id } = keep(drive, what);
  batch(() => {
    selectEpisode(id);
    view.value = "watch";
  });
}
