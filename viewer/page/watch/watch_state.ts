import { signal } from "@preact/signals";

/** The pictures that panes show and that can be laid over each other. */
export const PICTURES = ["real", "reconstruction", "dream", "difference"] as const;
/** One of {@link PICTURES}. */
export type PictureId = typeof PICTURES[number];

/** What to call them. */
export const PICTURE_TITLES: Readonly<Record<PictureId, string>> = {
  real: "Reality",
  reconstruction: "Reconstruction",
  dream: "Dream",
  difference: "Difference",
};

/** The pairs whose difference can be shown. */
export type DifferencePair = "dream-real" | "reconstruction-real" | "dream-reconstruction";

/** Whether reality is shown as agents see it (64 x 64) or as the environment draws it (96 x 96, for instance). */
export const realView = signal<"agent" | "environment">("agent");
/** What the pane "Difference" compares. */
export const differencePair = signal<DifferencePair>("dream-real");
/** The pair of the pane "Compare", left and right, or below and above. */
export const comparePair = signal<readonly [PictureId, PictureId]>(["real", "dream"]);
/** Whether the pane "Compare" divides the picture or lays one over the other. */
export const compareMode = signal<"wipe" | "onion">("wipe");
/** Where its divider stands, or how much of the second picture shows, percent. */
export const comparePosition = signal(50);
/** The charts that are shown, by id; unknown ids and those without data are passed over. */
export const shownCharts = signal<readonly string[]>([
  "error",
  "return",
  "action-0",
  "action-1",
]);
