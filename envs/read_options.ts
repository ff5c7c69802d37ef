/**
 * An environment's options with their defaults, which say what type each has: options also come from recordings, command
 * lines and JavaScript, where no compiler has looked at them.
 *
 * @param id The environment's id, for the error.
 * @throws TypeError for a value of another type than its default.
 */
export function readOptions<T extends object>(id: string, options: Partial<T>, defaults: T): T {
  const complete = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T & string)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const wanted = typeof defaults[name];
    if (typeof value !== wanted || value === null || Array.isArray(value)) {
      throw new TypeError(`Cannot make ${id}: expected a ${wanted} of ${name}, got ${describe(value)}`);
    }
    complete[name] = value;
  }
  return complete;
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string" || typeof value === "object") return JSON.stringify(value);
  return String(value);
}
