const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], [
  "minute",
  60,
]] as const;

/** How long ago something was, in the largest whole unit: "5 minutes ago". @param time Milliseconds since 1970. */
export function timeSince(time: number, now: number = Date.now()): string {
  const seconds = (now - time) / 1000;
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? [];
  if (unit === undefined) return "just now";
  return new Intl.RelativeTimeFormat("en", { numeric: "always" }).format(-Math.floor(seconds / size), unit);
}
