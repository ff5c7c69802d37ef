import { describeValue } from "../describe_value.ts";
import type { Env, Observation } from "../env.ts";
import { sameSpace, type Space } from "../spaces.ts";

/**
 * Refuses what cannot be stepped together: no environment at all, environments of different spaces, and one object at
 * two places, itself or inside of wrappers, which would be stepped twice.
 *
 * @throws TypeError for what is no list of such environments. @throws RangeError when it is empty.
 */
export function expectMembers<O extends Observation>(envs: readonly Env<O>[]): void {
  const fail = "Cannot make a vector environment: expected";
  if (!Array.isArray(envs) || !Array.from(envs).every((env) => typeof env?.advance === "function")) {
    throw new TypeError(
      `${fail} an array of environments, got ${describeValue(envs)}; WorkerVectorEnv takes a recipe`,
    );
  }
  if (envs.length === 0) throw new RangeError(`${fail} at least 1 environment, got 0`);
  const owners = new Map<object, number>();
  envs.forEach((env, i) => {
    for (const part of partsOf(env)) {
      const other = owners.get(part);
      if (other !== undefined) {
        throw new TypeError(
          `${fail} an object of its own for each environment, got the same ${env.id} in numbers ${other} and ${i}; ` +
            `make one for each: Array.from({ length: ${envs.length} }, () => make("${env.id}"))`,
        );
      }
      owners.set(part, i);
    }
    expectSpace(envs, i, "observation", (one) => one.observationSpace);
    expectSpace(envs, i, "action", (one) => one.actionSpace);
  });
}

function expectSpace<O extends Observation>(
  envs: readonly Env<O>[],
  i: number,
  kind: string,
  spaceOf: (env: Env<O>) => Space,
): void {
  const [first, space] = [spaceOf(envs[0]), spaceOf(envs[i])];
  if (sameSpace(first, space)) return;
  const [a, b] = [describe(first), describe(space)];
  const how = a === b ? `${a}, with different bounds` : `${a} and ${b}`;
  throw new TypeError(
    `Cannot make a vector environment: expected environments with the same ${kind} space, ` +
      `got ${envs[0].id} as number 0 and ${envs[i].id} as number ${i} (${how})`,
  );
}

function describe({ dtype, shape }: Space): string {
  return `${dtype} of shape [${shape.join(", ")}]`;
}

/** An environment and those inside of it: a wrapper shows what it goes around as a property. */
function partsOf(env: object, parts = new Set<object>()): Set<object> {
  if (parts.has(env)) return parts;
  parts.add(env);
  for (const value of Object.values(env)) {
    if (typeof value?.advance === "function" && typeof value.reset === "function") partsOf(value, parts);
  }
  return parts;
}
