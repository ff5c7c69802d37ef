import { computed, effect, signal } from "@preact/signals";
import type { EpisodeSummary } from "../../library.ts";
import { episode, type EpisodeEntry, episodeId, episodes, run } from "../state/session.ts";

/** What the table of episodes can be sorted by. */
export type SortKey = "seed" | "return" | "steps" | "driver" | "env";

/** The column that it is sorted by; undefined: as the library has them. */
export const sorting = signal<{ key: SortKey; descending: boolean } | undefined>(undefined);
/** What is looked for. */
export const episodeFilter = signal("");

/** What was learned of episodes by loading them: nobody knows how a drive ends before it was driven. */
const learned = signal<ReadonlyMap<string, Pick<EpisodeSummary, "steps" | "return">>>(new Map());

/** Remembers how episodes ended that were driven here. @returns What stops it. */
export function learnFromEpisodes(): () => void {
  return effect(() => {
    if (episode.value.status !== "ready") return;
    const { steps, returns } = episode.value.value;
    const entry = episodes.peek().find(({ id }) => id === episodeId.peek());
    if (!entry || entry.summary.steps > 0) return;
    learned.value = new Map(learned.peek()).set(entry.id, { steps, return: returns[steps] });
  });
}

/** An episode's summary, as far as it is known by now. */
export function knownSummary(entry: EpisodeEntry): EpisodeSummary {
  return { ...entry.summary, ...learned.value.get(entry.id) };
}

/** The episodes of the chosen run and those of none. */
const ownEpisodes = computed<EpisodeEntry[]>(() =>
  episodes.value.filter((entry) => entry.run === undefined || entry.run === run.value?.name)
);

/** {@link ownEpisodes}, filtered and sorted: what the table shows, and what N and P walk through. */
export const shownEpisodes = computed<EpisodeEntry[]>(() => {
  const words = episodeFilter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = ownEpisodes.value.filter((entry) => {
    const text = describe(entry);
    return words.every((word) => text.includes(word));
  });
  return sorting.value ? sortEpisodes(found, sorting.value) : found;
});

/** Whether there are episodes of more than one environment, whatever the filter leaves of them. */
export const severalEnvironments = computed(() => {
  const known = ownEpisodes.value.flatMap(({ summary }) => summary.env ? [summary.env] : []);
  return new Set(known).size > 1;
});

/** What the filter looks at. */
function describe(entry: EpisodeEntry): string {
  const { seed, driver, env, dream, ending } = entry.summary;
  return `${entry.title} seed:${seed} ${driver} ${env} ${dream ? "dream" : "real"} ${ending}`.toLowerCase();
}

/** Sorts; what is not known stands last either way. */
function sortEpisodes(
  entries: EpisodeEntry[],
  { key, descending }: { key: SortKey; descending: boolean },
): EpisodeEntry[] {
  const sign = descending ? -1 : 1;
  const rows = entries.map((entry) => ({ entry, value: knownSummary(entry)[key] }));
  const unknown = (value: string | number) => Number(value === "" || Number.isNaN(value));
  rows.sort((a, b) =>
    unknown(a.value) - unknown(b.value) ||
    sign * (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)
  );
  return rows.map(({ entry }) => entry);
}
