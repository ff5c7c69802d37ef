import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { view } from "../state/session.ts";

/**
 * Keeps the chosen row of a list in sight: scrolls to it when it is chosen, and when another view shows the list again.
 *
 * @returns What the row is to be given.
 */
export function useInSight<T extends Element>(chosen: boolean): RefObject<T | null> {
  const row = useRef<T>(null);
  const shown = view.value;
  useEffect(() => {
    if (chosen) row.current!.scrollIntoView({ block: "nearest" });
  }, [chosen, shown]);
  return row;
}
