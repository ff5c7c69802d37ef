/** Names by which a machine calls itself: nobody else reaches it by them. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * What whoever passes a link on should know; undefined where others can follow it.
 *
 * @param options.hostname The page's own.
 * @param options.served Whether `deno task watch` serves it, and not a web server with an export.
 * @param options.local Whether its episode lives in this page only.
 */
export function linkCaution(
  { hostname, served, local }: { hostname: string; served: boolean; local: boolean },
): string | undefined {
  if (local) return "This episode exists in this page only: save its recording to share it.";
  if (!LOOPBACK.test(hostname)) return undefined;
  const remedy = served
    ? "deno task watch --hostname 0.0.0.0 gives others access, and --export DIR writes the page for any web server."
    : "put the page on a web server that others can access.";
  return `The link works on this machine only: ${remedy}`;
}
