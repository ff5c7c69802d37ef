/** What a value is, for errors: a short value itself, a long one by its kind and length. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = value.constructor?.name ?? "Object";
  const length = ArrayBuffer.isView(value) && "length" in value ? ` of ${value.length}` : "";
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}${length}`;
}
