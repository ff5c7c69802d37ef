import { batch, computed, signal } from "@preact/signals";
import "../../../envs/register_all.ts";
import { knownSpec } from "../../../envs/registry.ts";
import { DEFAULT_ENVIRONMENT } from "../environments/default_environment.ts";
import { environmentOf } from "../episodes/environment_of.ts";
import { valueOf } from "../state/async_state.ts";
import { step } from "../state/playhead.ts";
import { decisionAt, episode, model } from "../state/session.ts";
import type { DriveSession } from "./drive_session.ts";

/** Who acts. */
export type Driver = "human" | "agent";

/** Where one drives: in the simulator, or in what the model dreams. */
export const drivePlace = signal<"reality" | "dream">("reality");
/** The drive that is shown; none while the view is elsewhere. */
export const presentDrive = signal<DriveSession | undefined>(undefined);
/** Who acts now. */
export const driver = signal<Driver>("human");
/** Who drives when no human does: the scripted driver, or the chosen run's agent. */
export const autopilot = signal<"scripted" | "controller">("controller");
/** The environment that is driven in reality: the one of the chosen run's agent, else the chosen episode's. */
export const driveEnvironment = computed(() => {
  const shown = valueOf(episode.value);
  const wanted = valueOf(model.value)?.card.driver?.environment ?? (shown && environmentOf(shown.header));
  return wanted !== undefined && knownSpec(wanted) ? wanted : DEFAULT_ENVIRONMENT;
});
/** The chosen episode, where it is one of {@link driveEnvironment} in reality. */
export const driveEpisode = computed(() => {
  const shown = valueOf(episode.value);
  return shown?.header.env === driveEnvironment.value ? shown : undefined;
});
/** What the episode begins from; see {@link chooseSeed}. */
export const driveSeed = signal(0);
/** Whether it is the chosen episode's, until a drive has begun. */
export const followsEpisode = signal(true);
/** The drive of a person who wants more time than agents get, seconds. */
export const LONG_DRIVE = 60;
/** Whether a drive is cut after {@link LONG_DRIVE} only. */
export const longDrive = signal(false);
/** Whether acting by hand is made easier, see `Assistance`. */
export const assisted = signal(true);
/** Whether the chosen episode drives along, where it begins from the same seed. */
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

/** Takes a seed, whatever the chosen episode's is. */
export function chooseSeed(seed: number): void {
  batch(() => {
    driveSeed.value = seed;
    followsEpisode.value = false;
  });
}
