/** What a file that is saved belongs to. */
export interface FileStamp {
  /** The run's name, where there is a run. */
  run?: string;
  /** What the episode is called. */
  episode?: string;
  /** The frames within, both ends included; one number for a single frame. */
  frames?: number | readonly [from: number, to: number];
  /** What it is: "latents"; nothing for pictures. */
  what?: string;
  /** `png`, `gif`, `mp4`. */
  ending: string;
}

/** A file's name that tells where it comes from: `default-2_test-seed-0_frames-100-200.gif`. */
export function fileName({ run, episode, frames, what, ending }: FileStamp): string {
  const numbers = typeof frames === "number" ? `frame-${frames}` : frames && `frames-${frames.join("-")}`;
  const parts = [run, episode, what, numbers].map((part) => part && plain(part)).filter(Boolean);
  return `${parts.join("_") || "somnium"}.${ending}`;
}

/** Letters, digits, dots and hyphens: what every file system takes. */
function plain(text: string): string {
  const name = text.replace(/\.rec$/, "").split("/").at(-1)!;
  return name.replace(/[^\p{L}\p{N}.-]+/gu, "-").replace(/^[-.]+|-+$/g, "").slice(0, 60);
}
