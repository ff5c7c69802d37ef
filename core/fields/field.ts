import * as v from "valibot";

/** What an option holds. */
export type ConfigValue = number | string | boolean | readonly number[];

/** A flat configuration: each of its fields is an option. */
export type Config = Record<string, ConfigValue>;

/** An option: what it may be, what it means, and what it is unless it is set. */
export interface Field<T = ConfigValue> {
  /** What it may be: what `valueWords` has words for. */
  schema: v.GenericSchema<T>;
  /** What it means, in a sentence or two for newcomers: `--help` and the viewer show it. */
  help: string;
  /** Its value in the preset `default`. */
  default: T;
  /** What configurations mean that were written before there was the option. @default they are refused */
  absent?: T;
  /** What it was called in configurations that were written before it got its name. @default it had no other */
  formerly?: string;
  /** Between which of all that it may be it usually lies: the ends of a slider. @default its limits */
  usual?: readonly [least: number, most: number];
}

/** The configuration that fields make. */
export type ConfigOf<E> = { [K in keyof E]: E[K] extends Field<infer T> ? T : never };

/** All options of something that is configured: the one place that each of them is written in. */
export interface FieldTable<C = Config> {
  /** The options by name, in the order of `--help`. */
  readonly entries: { readonly [K in keyof C]: Field<C[K]> };
  /** What a whole configuration may be. */
  readonly schema: v.GenericSchema<C>;
  /** The preset `default`; other presets are spread over it. */
  readonly defaults: C;
}

/**
 * Declares an option.
 *
 * @param help A sentence or two; other options are named as they are typed, `--some-key`.
 * @param options `absent`, `formerly` and `usual`: see {@link Field}.
 */
export function field<T>(
  schema: v.GenericSchema<T>,
  help: string,
  value: NoInfer<T>,
  options: Pick<Field<NoInfer<T>>, "absent" | "formerly" | "usual"> = {},
): Field<T> {
  return { schema, help, default: value, ...options };
}

/** What a configuration means by options that it lacks, because it was written before there were these. */
export function absentValues<C>({ entries }: FieldTable<C>): Config {
  const known = Object.entries(entries as FieldTable["entries"]);
  return Object.fromEntries(
    known.flatMap(([key, { absent }]) => absent === undefined ? [] : [[key, absent]]),
  );
}

/** A configuration as it would be written today: options under the names that they have now, and those that it lacks. */
export function completeConfig<C>(table: FieldTable<C>, config: Config): Config {
  const names = new Map(
    Object.entries(table.entries as FieldTable["entries"]).map(([name, { formerly }]) => [formerly, name]),
  );
  const renamed = Object.entries(config).map(([key, value]) => [names.get(key) ?? key, value]);
  return { ...absentValues(table), ...Object.fromEntries(renamed) };
}

/** Makes a table of options. */
export function fields<E extends Record<string, Field>>(entries: E): FieldTable<ConfigOf<E>> {
  const each = <V>(value: (field: Field) => V) =>
    Object.fromEntries(Object.entries(entries).map(([key, field]) => [key, value(field)]));
  return {
    entries,
    schema: v.object(each(({ schema }) => schema)),
    defaults: each((field) => field.default),
  } as unknown as FieldTable<ConfigOf<E>>;
}
