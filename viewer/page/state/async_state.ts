/** Something that takes time, may be missing and may fail: panels show each case. */
export type AsyncState<T> =
  | { status: "empty"; why?: string }
  | { status: "loading"; what: string }
  | { status: "ready"; value: T }
  | { status: "error"; message: string };

/** Its value, where it is there. */
export function valueOf<T>(state: AsyncState<T>): T | undefined {
  return state.status === "ready" ? state.value : undefined;
}

/** An error's one sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
