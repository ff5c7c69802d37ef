import { CAMERA_MODES, type CameraMode } from "./camera_mode.ts";
import { HIGHEST_TEMPERATURE, LONGEST_HORIZON, MOST_OTHERS, MOST_SAMPLES } from "./dream_settings.ts";
import { numberIn, wholeNumber } from "./link_parts.ts";
import { type PaneId, PANES } from "./panes.ts";
import { type View, VIEWS } from "./session.ts";

/** What a link can say; what it leaves out stays as it is. */
export interface LinkState {
  view?: View;
  /** A run's name. */
  run?: string;
  /** An episode's id. */
  ep?: string;
  /** The playhead, a step. */
  t?: number;
  /** Where dreams start, a step; `off` where they are switched off. */
  dream?: number | "off";
  /** Decisions that dreams last at most. */
  horizon?: number;
  temp?: number;
  /** Dreams side by side. */
  n?: number;
  /** Seed of the first dream. */
  seed?: number;
  /** Who acts in the dream. */
  driver?: "recorded" | "agent";
  panes?: readonly PaneId[];
  /** Runs whose dreams stand beside that of the chosen one. */
  with?: readonly string[];
  /** Steps, both ends included. */
  range?: readonly [from: number, to: number];
  /** How scenes are looked at. */
  camera?: CameraMode;
  /** How one drives; see `drive/drive_link.ts`. */
  drive?: string;
  /** What is set of latents in the view "model"; see `latents/latents_link.ts`. */
  latents?: string;
  /** How runs are compared; see `runs/runs_link.ts`. */
  compare?: string;
}

const DRIVERS = ["recorded", "agent"] as const;
const LARGEST_STEP = 1e7;
/** Letters that say a value for each of some hundred dimensions. */
const LONGEST_LATENTS = 8000;

/** How each part is read; undefined for what makes no sense, which is then ignored. */
const READERS: { [Key in keyof LinkState]-?: (text: string) => LinkState[Key] } = {
  view: (text) => text === "latents" ? "model" : VIEWS.find((known) => known === text), // as it was called once
  run: (text) => nonEmpty(text),
  ep: (text) => nonEmpty(text),
  t: (text) => wholeNumber(text, 0, LARGEST_STEP),
  dream: (text) => text === "off" ? "off" : wholeNumber(text, 0, LARGEST_STEP),
  horizon: (text) => wholeNumber(text, 1, LONGEST_HORIZON),
  temp: (text) => numberIn(text, 0, HIGHEST_TEMPERATURE),
  n: (text) => wholeNumber(text, 1, MOST_SAMPLES),
  seed: (text) => wholeNumber(text, 0, 2 ** 31 - 1),
  driver: (text) => DRIVERS.find((known) => known === text),
  panes: (text) => {
    const named = text.split(",");
    const known = PANES.filter((pane) => named.includes(pane));
    return known.length > 0 ? known : undefined;
  },
  with: (text) => {
    const names = [...new Set(text.split(","))].filter(Boolean).slice(0, MOST_OTHERS);
    return names.length > 0 && text.length <= 1000 ? names : undefined;
  },
  range: (text) => {
    const [, from, to] = text.match(/^(\d+)-(\d+)$/) ?? [];
    const ends = [wholeNumber(from, 0, LARGEST_STEP), wholeNumber(to, 0, LARGEST_STEP)] as const;
    return ends[0] !== undefined && ends[1] !== undefined && ends[0] <= ends[1]
      ? [ends[0], ends[1]]
      : undefined;
  },
  camera: (text) => CAMERA_MODES.find((known) => known === text),
  drive: (text) => nonEmpty(text),
  latents: (text) => nonEmpty(text, LONGEST_LATENTS),
  compare: (text) => nonEmpty(text),
};

/** The keys of a link, in the order in which they are written. */
const KEYS = Object.keys(READERS) as (keyof LinkState)[];

/** Writes a fragment without its `#`: `view=watch&run=default-2&t=340`. Left to right as people read. */
export function encodeLink(state: LinkState): string {
  return KEYS.flatMap((key) => {
    const value = state[key];
    if (value === undefined) return [];
    const text = Array.isArray(value) ? value.join(key === "range" ? "-" : ",") : String(value);
    return [`${key}=${escape(text)}`];
  }).join("&");
}

/** Reads a fragment, with or without its `#`. Never throws; ignores what it does not know. */
export function decodeLink(fragment: string): LinkState {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const state: Record<string, unknown> = {};
  for (const key of KEYS) {
    const text = parts.get(key);
    const value = text === null ? undefined : READERS[key](text);
    if (value !== undefined) state[key] = value;
  }
  return state;
}

/** Escapes what a fragment's parts cannot hold; `/`, `:` and `,` can stay as they are. */
function escape(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%2F|%3A|%2C/g, decodeURIComponent);
}

function nonEmpty(text: string, most = 1000): string | undefined {
  return text === "" || text.length > most ? undefined : text;
}
