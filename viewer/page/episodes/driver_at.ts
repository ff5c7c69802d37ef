/** Who drives, and from which step on, as {@link driverAt} reads it from a recording's metadata. */
export type Drivers = readonly (readonly [step: number, driver: string])[];

/**
 * The token of who drove at a step.
 *
 * @param metadata A recording's: `drivers` says who took over when; without it `driver` or `policy` drove throughout.
 */
export function driverAt(metadata: Record<string, unknown>, step: number): "--human" | "--agent" {
  const { drivers, driver, policy } = metadata;
  let present = driver ?? policy;
  if (Array.isArray(drivers)) {
    for (const [from, name] of drivers as Drivers) if (from <= step) present = name;
  }
  return present === "human" ? "--human" : "--agent";
}
