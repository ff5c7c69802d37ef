import { batch } from "@preact/signals";
import { acting, askedFor } from "../state/acting.ts";
import { decodeParts, encodeParts, numberIn, wholeNumber } from "../state/link_parts.ts";
import {
  assisted,
  autopilot,
  driveDreamSeed,
  drivePlace,
  driver,
  driveSeed,
  driveTemperature,
  followsEpisode,
  ghostShown,
  HIGHEST_DRIVE_TEMPERATURE,
  LONG_DRIVE,
  longDrive,
  reconstructionShown,
} from "./drive_settings.ts";

const LARGEST_SEED = 2 ** 31 - 1;
/** What an agent is asked for stands in links behind this. */
const ASKED = "ask-";

/** How one drives, for a link: `place:dream,temp:0.8`. Undefined where all is as at first. */
export function presentDriving(): string | undefined {
  return encodeParts({
    place: drivePlace.value === "dream" ? "dream" : undefined,
    wheel: driver.value === "agent" ? "agent" : undefined,
    agent: autopilot.value === "scripted" ? "scripted" : undefined,
    track: followsEpisode.value ? undefined : driveSeed.value,
    seconds: longDrive.value ? LONG_DRIVE : undefined,
    temp: driveTemperature.value === 1 ? undefined : driveTemperature.value,
    seed: driveDreamSeed.value === 0 ? undefined : driveDreamSeed.value,
    assist: assisted.value ? undefined : "off",
    ghost: ghostShown.value ? undefined : "off",
    reconstruction: reconstructionShown.value ? undefined : "off",
    ...Object.fromEntries(Object.entries(acting.value).map(([name, value]) => [ASKED + name, String(value)])),
  });
}

/** Drives as a link asks for; what it leaves out, or says wrongly, is as at first. */
export function applyDriving(text: string): void {
  const parts = decodeParts(text);
  const track = wholeNumber(parts.get("track"), 0, LARGEST_SEED);
  batch(() => {
    drivePlace.value = parts.get("place") === "dream" ? "dream" : "reality";
    driver.value = parts.get("wheel") === "agent" ? "agent" : "human";
    autopilot.value = parts.get("agent") === "scripted" ? "scripted" : "controller";
    followsEpisode.value = track === undefined;
    if (track !== undefined) driveSeed.value = track;
    longDrive.value = parts.get("seconds") === String(LONG_DRIVE);
    driveTemperature.value = numberIn(parts.get("temp"), 0, HIGHEST_DRIVE_TEMPERATURE) ?? 1;
    driveDreamSeed.value = wholeNumber(parts.get("seed"), 0, LARGEST_SEED) ?? 0;
    assisted.value = parts.get("assist") !== "off";
    ghostShown.value = parts.get("ghost") !== "off";
    reconstructionShown.value = parts.get("reconstruction") !== "off";
    const asked = [...parts].filter(([name]) => name.startsWith(ASKED));
    askedFor.value = Object.fromEntries(asked.map(([name, text]) => [name.slice(ASKED.length), text]));
  });
}
