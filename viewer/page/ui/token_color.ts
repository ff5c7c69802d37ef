import { shownTheme } from "../state/settings.ts";

/**
 * The present colour of a token of `styles/base.css`, for canvases: `tokenColor("--real")`. Inside an effect it
 * subscribes to the theme, so that what is drawn follows it.
 */
export function tokenColor(name: `--${string}`): string {
  shownTheme.value; // the document carries it before any effect of a component runs
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
