import { signal } from "@preact/signals";

/** Something the reader should know, shown for a while. */
export interface Notice {
  id: number;
  kind: "info" | "error";
  message: string;
}

/** What is shown at present. */
export const notices = signal<readonly Notice[]>([]);
let count = 0;

/** The least time that a notice is shown, and what a letter of it adds, milliseconds. */
const LEAST = { info: 5000, error: 15_000 };
const LETTER = 60;

/** How long a notice is shown: as long as it takes to read it; errors longer. Milliseconds. */
export function readingTime({ kind, message }: Omit<Notice, "id">): number {
  return Math.max(LEAST[kind], message.length * LETTER);
}

/** Shows a sentence for a while. */
export function notify(message: string, kind: Notice["kind"] = "info"): void {
  notices.value = [...notices.value, { id: ++count, kind, message }];
}

/** Takes a notice away. */
export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
