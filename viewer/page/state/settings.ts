import { computed, effect, signal } from "@preact/signals";

/** What the reader may choose for the page's colours. */
export const THEMES = ["system", "dark", "light"] as const;
/** One of {@link THEMES}. */
export type Theme = typeof THEMES[number];

const KEY = "somnium.theme";

/** The reader's choice. */
export const theme = signal<Theme>("system");

const systemIsLight = signal(false);

/** The theme that is shown: canvases draw themselves again when it changes (see `tokenColor`). */
export const shownTheme = computed<"dark" | "light">(() =>
  theme.value === "system" ? (systemIsLight.value ? "light" : "dark") : theme.value
);

/** Reads the settings, and keeps the document and the browser's storage in step with them. @returns What stops it. */
export function startSettings(): () => void {
  const stored = read(KEY);
  theme.value = THEMES.find((known) => known === stored) ?? "system";
  const system = matchMedia("(prefers-color-scheme: light)");
  const follow = () => systemIsLight.value = system.matches;
  follow();
  system.addEventListener("change", follow);
  const stop = effect(() => {
    document.documentElement.dataset.theme = shownTheme.value;
    write(KEY, theme.value);
  });
  return () => {
    stop();
    system.removeEventListener("change", follow);
  };
}

/** The other theme than the one that is shown. */
export function toggleTheme(): void {
  theme.value = shownTheme.value === "dark" ? "light" : "dark";
}

/** Storage may be switched off: the page then forgets, and works. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // see read
  }
}
