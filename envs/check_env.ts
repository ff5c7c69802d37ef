import {
  checkBeforeReset,
  checkClosing,
  checkEnding,
  checkPicture,
  checkRefusals,
  checkSeeds,
} from "./checks/check_calls.ts";
import { checkEpisodes } from "./checks/check_episodes.ts";
import { checkSpaces } from "./checks/check_spaces.ts";
import { checkSaving, checkStates } from "./checks/check_states.ts";
import { Checker } from "./checks/checker.ts";
import type { Env, Observation } from "./env.ts";

/** Options of {@link checkEnv}. */
export interface CheckEnvOptions {
  /** Seed of the episodes and of the actions, an integer >= 0. @default 0 */
  seed?: number;
  /** Steps of each episode that is compared. @default 50 */
  steps?: number;
  /** Most steps to wait for an ending, to see that a step after it is refused; 0 waits for none. @default 2,000 */
  endingSteps?: number;
  /** The options of every reset. @default none */
  options?: Record<string, unknown>;
  /** Another environment made alike, not reset yet, to go on from the states of the first. @default none */
  other?: Env<Observation>;
  /** Whether to close the environment at last and see that it then refuses calls. @default false */
  close?: boolean;
}

/**
 * Proves that an environment keeps the contract of {@link Env}.
 *
 * - Spaces: whole shapes, bounds that fit, samples that belong; observations are of their space's dtype, within it
 *   and finite.
 * - Episodes: the same seed and actions give the same observations, rewards, endings and infos; another seed another
 *   state; `reset` without a seed goes on from the last; `step` is `advance` and `observe`.
 * - What is returned is the caller's: new arrays and infos from every call, actions and states left as they are.
 * - States: `setState` gives the future that followed `getState`, also twice and in another environment; saved
 *   pictures are drawn again.
 * - Mistakes are refused and change nothing: wrong actions, seeds and states, calls before the first reset, after the
 *   end and after `close`.
 *
 * These are the faults that Gymnasium's `check_env` looks for (utils/env_checker.py, passive_env_checker.py), as far as
 * they can be made here, and those of this lab's contract.
 *
 * @param env An environment that was not reset yet; afterwards it is somewhere in an episode.
 * @returns Remarks, a sentence each, on what is allowed but makes learning harder: spaces without bounds, actions
 * that are not normalised.
 * @throws Error that names the first promise that is broken.
 */
export function checkEnv(env: Env<Observation>, options: CheckEnvOptions = {}): string[] {
  const { seed = 0, steps = 50, endingSteps = 2000, options: resetOptions, other, close = false } = options;
  const check = new Checker(env, { seed, options: resetOptions });
  const remarks = checkSpaces(check);
  checkBeforeReset(check);
  checkSaving(check);
  checkEpisodes(check, steps);
  checkSeeds(check);
  checkRefusals(check);
  checkPicture(check);
  checkStates(check, steps, other);
  if (endingSteps > 0) checkEnding(check, endingSteps);
  if (close) checkClosing(check);
  return remarks;
}
