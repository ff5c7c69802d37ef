import type { Env, Observation } from "./env.ts";
import { knownSpec } from "./registry.ts";
import type { Space } from "./spaces.ts";
import { Resize } from "./wrappers/resize.ts";
import { wrap } from "./wrappers/wrap.ts";

/** Rows and columns of the pictures that agents see. */
export const AGENT_FRAME = 64;

/** What agents see of any environment: its pictures by {@link agentView}, or what else it observes as it is. */
export function agentSight(env: Env<Observation>): Env<Observation> {
  return isColourPicture(env.observationSpace) ? agentView(env as Env) as Env<Observation> : env;
}

/** Whether observations are pictures `[H, W, 3]`. */
export function isColourPicture({ shape, dtype }: Space): boolean {
  return dtype === "uint8" && shape.length === 3 && shape[2] === 3;
}

/**
 * An environment as agents see it: pictures `[64, 64, 3]`, by the view that it is registered with, else its own whole
 * pictures, shrunk.
 *
 * @param env One that `make` knows, wrapped or not.
 * @throws TypeError for an environment without colour pictures.
 */
export function agentView(env: Env): Env {
  const { view } = knownSpec(env.id) ?? {};
  const { shape, dtype } = env.observationSpace;
  if (!isColourPicture(env.observationSpace)) {
    throw new TypeError(
      `Cannot show ${env.id} to an agent: expected colour pictures [H, W, 3] as observations, got ${dtype} of ` +
        `shape [${shape.join(", ")}]; choose an environment with pictures`,
    );
  }
  if (view) return wrap(env, view);
  const fits = shape[0] === AGENT_FRAME && shape[1] === AGENT_FRAME;
  return fits ? env : new Resize(env, { height: AGENT_FRAME, width: AGENT_FRAME });
}
