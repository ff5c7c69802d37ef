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

/** Shows a sentence; errors stay until they are dismissed. */
export function notify(message: string, kind: Notice["kind"] = "info"): void {
  const notice = { id: ++count, kind, message };
  notices.value = [...notices.value, notice];
  if (kind === "info") setTimeout(() => dismiss(notice.id), 5000);
}

/** Takes a notice away. */
export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}
