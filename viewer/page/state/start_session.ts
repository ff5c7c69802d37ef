import { batch, effect, untracked } from "@preact/signals";
import type { Library } from "../../library.ts";
import { bestRun } from "./best_run.ts";
import { stepRate } from "./step_rate.ts";
import { messageOf } from "./async_state.ts";
import { dreamStart } from "./dream_settings.ts";
import { firstLook } from "./first_look.ts";
import { restoreLink, startLink } from "./deep_link.ts";
import { startOpeningModels } from "./open_model.ts";
import { startPerceiving } from "./perceive.ts";
import { lastStep, pace, playing, range, seek } from "./playhead.ts";
import { selectEpisode, selectRun, useLibrary } from "./select.ts";
import { episode, episodeEntry, episodeId, episodes, library, run, runName, runs } from "./session.ts";
import { fetchFile } from "./sources.ts";
import { episodeMaker } from "./workers.ts";
import { startWelcome } from "../welcome/start_welcome.ts";

/** How often a live library is read again, milliseconds. */
const REFRESH = 5000;

/** Reads the library, chooses what to show first, and keeps the page's state in step with what is chosen. */
export async function startSession(): Promise<void> {
  startLoadingEpisodes();
  startOpeningModels();
  startPerceiving();
  await refreshLibrary();
  await restoreLink();
  if (episodeId.value === undefined) {
    chooseFirst();
    if (run.value?.example) startWelcome();
  }
  startLink();
  setInterval(() => {
    if (!document.hidden && library.value.status === "ready" && library.value.value.live) refreshLibrary();
  }, REFRESH);
}

/** Reads the library (again). */
export async function refreshLibrary(): Promise<void> {
  try {
    const bytes = await fetchFile(new URL("library.json", document.baseURI));
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Library;
    useLibrary(value);
    library.value = { status: "ready", value };
  } catch (error) {
    if (library.value.status !== "ready") library.value = { status: "error", message: messageOf(error) };
  }
}

/** The run that drives best, else the newest, else the scripted driver. */
function chooseFirst(): void {
  const best = bestRun(runs.value);
  if (best && runName.value === undefined) selectRun(best.name);
  if (episodeId.value === undefined && episodes.value.length > 0) {
    selectEpisode((episodes.value.find(({ id }) => id.startsWith("scripted:")) ?? episodes.value[0]).id);
  }
}

/** Loads the chosen episode whenever another is chosen. */
function startLoadingEpisodes(): void {
  let turn = 0;
  effect(() => {
    const id = episodeId.value;
    const entry = untracked(() => episodeEntry.value);
    const mine = ++turn;
    if (!entry) {
      episode.value = id === undefined ? { status: "empty" } : missing(id);
      return;
    }
    episode.value = { status: "loading", what: entry.title };
    entry.load().then((bytes) => episodeMaker().open(bytes, entry.title)).then(
      (value) => {
        if (mine !== turn) return;
        lastStep.value = value.steps;
        pace.value = stepRate(value.header.env) / value.stepLength;
        const { look, dream } = firstLook(value);
        batch(() => {
          range.value = undefined;
          seek(look);
          dreamStart.value = dream;
          episode.value = { status: "ready", value };
        });
      },
      (error) => {
        if (mine !== turn) return;
        playing.value = false;
        episode.value = { status: "error", message: messageOf(error) };
      },
    );
  });
}

function missing(id: string): { status: "error"; message: string } {
  return {
    status: "error",
    message: `Cannot show "${id}": expected an episode of the library, got a missing one`,
  };
}
