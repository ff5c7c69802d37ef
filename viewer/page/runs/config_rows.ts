/** A setting of several runs. */
export interface ConfigRow {
  /** Its name; parts of a nested one are joined by dots. */
  key: string;
  /** Its value in each run, as text; undefined where the run lacks it, or nothing is known of the run. */
  values: (string | undefined)[];
  /** Whether the runs that are known differ. */
  differs: boolean;
}

/** Lays settings beside each other, in the order of their first appearance. @param configs Undefined where unknown. */
export function configRows(configs: readonly (Record<string, unknown> | undefined)[]): ConfigRow[] {
  const flat = configs.map((config) => config && new Map(flatten(config)));
  const keys = new Set(flat.flatMap((config) => config ? [...config.keys()] : []));
  return [...keys].map((key) => {
    const values = flat.map((config) => config?.get(key));
    const known = values.filter((_, i) => flat[i] !== undefined);
    return { key, values, differs: known.some((value) => value !== known[0]) };
  });
}

/** What makes runs the same experiment: all settings but the seed. Undefined for unknown settings. */
export function experimentKey(config: Record<string, unknown> | undefined): string | undefined {
  if (!config) return undefined;
  const { seed: _, ...rest } = config;
  return JSON.stringify(flatten(rest).sort(([a], [b]) => a < b ? -1 : 1));
}

function flatten(value: Record<string, unknown>, prefix = ""): [key: string, text: string][] {
  return Object.entries(value).flatMap(([key, each]): [string, string][] =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? flatten(each as Record<string, unknown>, `${prefix}${key}.`)
      : [[prefix + key, typeof each === "string" ? each : JSON.stringify(each) ?? "undefined"]]
  );
}
