import { batch, effect, signal } from "@preact/signals";
import { askedFor } from "./acting.ts";
import { messageOf, valueOf } from "./async_state.ts";
import {
  dreamDriver,
  dreamSeed,
  dreamShown,
  dreamStart,
  horizon,
  samples,
  temperature,
} from "./dream_settings.ts";
import { firstLook } from "./first_look.ts";
import { decodeLink, encodeLink, type LinkState } from "./link.ts";
import { linkCaution } from "./link_caution.ts";
import { notify } from "./notices.ts";
import { otherRuns } from "./other_worlds.ts";
import { DEFAULT_PANES, panes } from "./panes.ts";
import { lastStep, range, seek, step } from "./playhead.ts";
import { addAgentDrive, addScripted, openRecordingFile, selectEpisode, selectRun } from "./select.ts";
import {
  episode,
  episodeEntry,
  episodeId,
  episodes,
  library,
  model,
  runName,
  runs,
  type View,
  view,
} from "./session.ts";
import { fetchFile } from "./sources.ts";
import { welcomeShown } from "../welcome/welcome_state.ts";
import { applyDriving, presentDriving } from "../drive/drive_link.ts";
import { applyLatents, presentLatents } from "../latents/latents_link.ts";
import { cameraMode } from "./camera_mode.ts";
import { applyComparison, presentComparison } from "../runs/runs_link.ts";

/** How often the address is written at most, milliseconds: browsers refuse when it changes too often. */
const PACE = 500;

/** What settings are when a link that names an episode leaves them out. */
const DEFAULTS = {
  horizon: horizon.value,
  temp: temperature.value,
  n: samples.value,
  seed: dreamSeed.value,
  driver: dreamDriver.value,
  panes: DEFAULT_PANES,
  with: [],
  camera: cameraMode.value,
} as const satisfies LinkState;

/** What waits for its episode to be loaded. */
const waiting = signal<Waiting | undefined>(undefined);

interface Waiting extends Pick<LinkState, "ep" | "t" | "range"> {
  /** Where dreams start; `first` for where the episode's own do. */
  dream?: LinkState["dream"] | "first";
}

/** Brings the page to what its address asks for, `?src=` included. Call it when the library is there. */
export async function restoreLink(): Promise<void> {
  const source = new URLSearchParams(location.search).get("src");
  if (source) await openAddress(source);
  applyLink(decodeLink(location.hash));
}

/** Keeps the address in step with the page from now on, and the page with the address. @returns What stops it. */
export function startLink(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    timer = undefined;
    if (welcomeShown.peek()) return; // opened again, the page welcomes again
    const fragment = `#${encodeLink(presentLink())}`;
    if (fragment !== location.hash) history.replaceState(null, "", fragment);
  };
  const stops = [
    effect(() => {
      presentLink(); // subscribes to all of it
      timer ??= setTimeout(write, PACE);
    }),
    effect(applyWhenLoaded),
  ];
  const follow = () => applyLink(decodeLink(location.hash));
  addEventListener("hashchange", follow);
  return () => {
    stops.forEach((stop) => stop());
    clearTimeout(timer);
    removeEventListener("hashchange", follow);
  };
}

/** What the page shows, as a link; settings at their defaults are left out. */
export function presentLink(): LinkState {
  const pending = waiting.value?.ep === episodeId.value ? waiting.value : undefined;
  const own = <Key extends keyof typeof DEFAULTS>(key: Key, value: LinkState[Key]) =>
    JSON.stringify(value) === JSON.stringify(DEFAULTS[key]) ? undefined : value;
  const start = typeof pending?.dream === "number" ? pending.dream : dreamStart.value;
  return {
    view: view.value,
    run: runName.value,
    ep: episodeId.value,
    t: pending?.t ?? step.value,
    dream: dreamShown.value ? (start === openingDream() ? undefined : start) : "off",
    horizon: own("horizon", horizon.value),
    temp: own("temp", temperature.value),
    n: own("n", samples.value),
    seed: own("seed", dreamSeed.value),
    driver: own("driver", dreamDriver.value),
    panes: own("panes", panes.value),
    with: own("with", otherRuns.value),
    range: pending?.range ?? range.value,
    camera: own("camera", cameraMode.value),
    drive: view.value === "drive" ? presentDriving() : undefined,
    latents: view.value === "model" ? presentLatents() : undefined,
    compare: view.value === "runs" ? presentComparison() : undefined,
  };
}

/**
 * Brings the page to a link. One that names an episode is whole: settings that it leaves out go back to their
 * defaults. Without one it changes only what it names.
 */
export function applyLink(link: LinkState): void {
  const whole: LinkState = link.ep === undefined ? link : { ...DEFAULTS, ...link };
  batch(() => {
    set(view, link.view);
    set(temperature, whole.temp);
    set(samples, whole.n);
    set(dreamSeed, whole.seed);
    set(horizon, whole.horizon);
    set(dreamDriver, whole.driver);
    set(panes, whole.panes);
    set(otherRuns, whole.with);
    set(cameraMode, whole.camera);
    if (link.compare !== undefined) applyComparison(link.compare);
    if (link.drive !== undefined || wholeOf("drive", link)) applyDriving(link.drive ?? "");
    if (link.latents !== undefined || wholeOf("model", link)) {
      applyLatents(link.latents ?? "", link.run ?? runName.value);
    }
    if (link.dream !== undefined || link.ep !== undefined) dreamShown.value = link.dream !== "off";
    if (link.run !== undefined && link.run !== runName.value) selectLinkedRun(link.run);
    if (link.ep !== undefined && link.ep !== episodeId.value) selectLinked(link.ep);
    const { ep, t, dream, range } = link;
    waiting.value = {
      ep: ep ?? episodeId.value,
      t,
      dream: dream ?? (ep === undefined ? undefined : "first"),
      range,
    };
  });
}

/** A link to what the page shows, and what whoever follows it should know. */
export function shareableLink(): { address: string; caution?: string } {
  const address = new URL(location.href);
  address.hash = encodeLink(presentLink());
  const id = episodeEntry.value?.id ?? "";
  const linked = new URLSearchParams(address.search).has("src");
  const local = (id.startsWith("file:") && !linked) || id.startsWith("drive:");
  const served = valueOf(library.value)?.live ?? false;
  return { address: address.href, caution: linkCaution({ hostname: address.hostname, served, local }) };
}

/** Opens a recording by its address, as `?src=` asks for it. Says why where it cannot. */
export async function openAddress(source: string): Promise<void> {
  try {
    const address = new URL(source, document.baseURI);
    const known = episodes.value.find(({ id }) => new URL(id, document.baseURI).href === address.href);
    if (known) return selectEpisode(known.id);
    if (address.origin !== location.origin) {
      throw new TypeError(
        `Cannot open "${source}": expected an address below ${location.origin}, because the page can read from nowhere ` +
          "else; download the file and drop it here",
      );
    }
    const name = decodeURIComponent(address.pathname).split("/").at(-1) || source;
    openRecordingFile(name, await fetchFile(address));
  } catch (error) {
    const message = messageOf(error);
    notify(message.startsWith("Cannot") ? message : `Cannot open "${source}": ${message}`, "error");
  }
}

function selectLinkedRun(name: string): void {
  if (runs.value.some((known) => known.name === name)) return selectRun(name);
  notify(
    `Cannot show the run "${name}": expected a run of the library, got a link to a missing one`,
    "error",
  );
}

/** Chooses an episode that may have to be made first. */
function selectLinked(id: string): void {
  const [, seed] = id.match(/^scripted:(\d{1,9})$/) ?? [];
  if (seed !== undefined) addScripted(Number(seed));
  const [, own] = id.match(/^(?:file|drive):(.*)/) ?? [];
  if (own !== undefined && !episodes.value.some((known) => known.id === id)) {
    notify(`Cannot show "${own}": it was open in another page only; drop its file here`, "error");
    return;
  }
  selectEpisode(id);
  const [, run, track, asked] = id.match(/^agent:(.+):(\d{1,9})(?:\?(.*))?$/) ?? [];
  if (run === undefined || episodeEntry.peek()) return;
  selectRun(run);
  if (asked !== undefined) askedFor.value = Object.fromEntries(new URLSearchParams(asked));
  episodeId.value = undefined;
  const stop = effect(() => { // the run's controller must be awake to drive
    const state = model.value;
    if (state.status === "error") queueMicrotask(() => stop());
    if (state.status !== "ready" || state.value.card.name !== run) return;
    queueMicrotask(() => {
      stop();
      const made = addAgentDrive(Number(track));
      if (made) selectEpisode(made);
    });
  });
}

/** Goes to the step, dream and range of the link when its episode is there. */
function applyWhenLoaded(): void {
  const wanted = waiting.value;
  const state = episode.value;
  if (!wanted || (state.status !== "ready" && state.status !== "error")) return;
  queueMicrotask(() => { // after all that starts anew with an episode
    if (waiting.peek() !== wanted || episode.peek() !== state) return;
    if (state.status === "ready" && wanted.ep !== undefined && wanted.ep !== episodeId.value) return;
    batch(() => {
      waiting.value = undefined;
      if (state.status === "error") return;
      if (wanted.t !== undefined) seek(wanted.t);
      const start = wanted.dream === "first" ? firstLook(state.value).dream : wanted.dream;
      if (typeof start === "number") dreamStart.value = Math.min(start, lastStep.value);
      if (wanted.range) {
        const [from, to] = wanted.range;
        range.value = [Math.min(from, lastStep.value), Math.min(to, lastStep.value)];
      }
    });
  });
}

/** Whether a link tells all of a view, so that what it leaves out is as at first. */
function wholeOf(name: View, { view, ep }: LinkState): boolean {
  return view === name && ep !== undefined;
}

/** Where dreams of the present episode start at first. */
function openingDream(): number {
  return episode.value.status === "ready" ? firstLook(episode.value.value).dream : dreamStart.value;
}

function set<T>(target: { value: T }, value: T | undefined): void {
  if (value !== undefined) target.value = value;
}
