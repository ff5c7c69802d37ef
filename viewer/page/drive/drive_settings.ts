import { batch, computed, signal } from "@preact/signals";
import { step } from "../state/playhead.ts";
import { decisionAt } from "../state/session.ts";
import type { DriveSession } from "./drive_session.ts";

/** Who holds the wheel. */
export type Driver = "human" | "agent";

/** Where one drives: on a real track, or in what the model dreams. */
export const drivePlace = signal<"reality" | "dream">("reality");
/** The drive that is shown; none while the view is elsewhere. */
export const presentDrive = signal<DriveSession | undefined>(undefined);
/** Who holds the wheel now. */
export const driver = signal<Driver>("human");
/** Who drives when no human does: the scripted driver, or the chosen run's controller. */
export const autopilot = signal<"scripted" | "controller">("controller");
/** The track; see {@link chooseTrack}. */
export const driveSeed = signal(0);
/** Whether it is the chosen episode's, until a drive has begun. */
export const followsEpisode = signal(true);
/** Seconds after which a drive is cut: 20 is what agents get. */
export const timeLimit = signal<20 | 60>(20);
/** Whether keys are made easy, see `assist`. */
export const assisted = signal(true);
/** Whether the chosen episode drives along, where its track is the same. */
export const ghostShown = signal(true);
/** Whether the model's reconstruction of what the agent sees is shown. */
export const reconstructionShown = signal(true);
/** The decision of the chosen episode that a dream starts at: the playhead's. */
export const dreamFrom = computed(() => decisionAt(step.value));
/** The highest temperature that can be driven at. */
export const HIGHEST_DRIVE_TEMPERATURE = 2;
/** Sharpness of the dream: 0 without noise, 1 as learned. */
export const driveTemperature = signal(1);
/** The dream's seed. */
export const driveDreamSeed = signal(0);

/** Takes a track, whatever the chosen episode's is. */
export function chooseTrack(seed: number): void {
  batch(() => {
    driveSeed.value = seed;
    followsEpisode.value = false;
  });
}
