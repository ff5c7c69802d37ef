import { effect, untracked } from "@preact/signals";
import { messageOf, valueOf } from "../state/async_state.ts";
import { notify } from "../state/notices.ts";
import { bounds, lastStep, pace, step } from "../state/playhead.ts";
import { encodeEpisode } from "../state/perceive.ts";
import { episode, episodeEntry, perception, runName } from "../state/session.ts";
import { tokenColor } from "../ui/token_color.ts";
import { Composition } from "./composition.ts";
import { download } from "./download.ts";
import { exportJob, startExport } from "./export_job.ts";
import { fileName, type FileStamp } from "./file_name.ts";
import { makeFilm } from "./film.ts";
import { makeGif } from "./gif.ts";
import { modelCsv, numbersJson, stepsCsv } from "./numbers.ts";
import { savedPanes } from "./panes.ts";
import { chosenPanes, filmPlan, side } from "./save_settings.ts";
import { makeVideo } from "./video.ts";

/** Height of a film's panes where pictures have their own size. */
const FILM_SIDE = 192;

/** The chosen panes on one canvas; it reads signals, and subscribes to none. @throws RangeError without a picture. */
export function composeNow({ film }: { film: boolean }): Composition {
  return untracked(() =>
    new Composition({
      panes: chosenPanes.value,
      side: film ? side.value || FILM_SIDE : side.value,
      step: step.value,
      caption: (step) => ({
        left: Object.values(shownNow()).filter(Boolean).join(" · "),
        right: `frame ${step} of ${lastStep.value} · ${(step / pace.value).toFixed(2)} s`,
      }),
      colors: {
        background: tokenColor("--bg"),
        empty: tokenColor("--surface-raised"),
        text: tokenColor("--text"),
        dim: tokenColor("--text-dim"),
      },
    })
  );
}

/** Names a file after what is shown. */
export function nameNow(stamp: Pick<FileStamp, "frames" | "what" | "ending">): string {
  return fileName({ ...shownNow(), ...stamp });
}

/** The episode, and the run unless the episode's title names it. */
function shownNow(): { run?: string; episode?: string } {
  const { run = runName.value, title = "" } = episodeEntry.value ?? {};
  return { run: run && title.includes(run) ? undefined : run, episode: title };
}

/** Saves what the chosen panes show at the playhead. */
export async function saveFrame(): Promise<void> {
  const shown = step.value;
  const name = nameNow({ frames: shown, ending: "png" });
  try {
    const canvas = composeNow({ film: false }).draw(shown);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) {
      throw new Error(`Cannot save "${name}": the browser cannot make a picture ${canvas.width} pixels wide`);
    }
    download(blob, name);
    notify(`Saved ${name}`);
  } catch (error) {
    notify(messageOf(error), "error");
  }
}

/** Saves the range, or the whole episode, as a film of the chosen panes; it goes on beside all else. */
export async function saveFilm(kind: "gif" | "video"): Promise<void> {
  const plan = filmPlan.value;
  let film;
  try {
    film = makeFilm(composeNow({ film: true }), plan);
  } catch (error) {
    return notify(messageOf(error), "error");
  }
  const [panes, present] = [chosenPanes.value, episode.value];
  const exporting = startExport(nameNow({ frames: plan.range, ending: kind === "gif" ? "gif" : "mp4" }), {
    make: (options) =>
      kind === "gif" ? makeGif(film, options).then((blob) => ({ blob })) : makeVideo(film, options),
  });
  const mine = exportJob.value;
  const stop = effect(() => {
    const gone = episode.value !== present || panes.some((pane) => !savedPanes.value.includes(pane));
    if (gone) mine?.cancel("the page no longer shows it");
  });
  await exporting.finally(stop);
}

/** Numbers that can be saved. */
export type NumbersKind = "recording" | "steps" | "model" | "all";

/** Saves the episode's numbers; tables keep to the range. */
export async function saveNumbers(kind: NumbersKind): Promise<void> {
  const shown = valueOf(episode.value);
  if (!shown) return notify("Cannot save numbers: no episode is open", "error");
  const range = bounds.value;
  const text = "text/csv";
  if (kind === "recording") download(shown.bytes, nameNow({ ending: "rec" }));
  else if (kind === "steps") {
    download(stepsCsv(shown, range), nameNow({ frames: range, what: "steps", ending: "csv" }), text);
  } else {
    const [model, all] = [
      nameNow({ frames: range, what: "model", ending: "csv" }),
      nameNow({
        what: "numbers",
        ending: "json",
      }),
    ];
    try {
      const perceived = valueOf(perception.value);
      const seen = perceived && (await encodeEpisode(perceived) ?? perceived);
      if (kind === "all") download(numbersJson(shown, seen), all, "application/json");
      else if (seen) download(modelCsv(seen, range), model, text);
      else notify("Cannot save predictions: no world model sees this episode; choose a run", "error");
    } catch (error) {
      notify(messageOf(error), "error");
    }
  }
}
