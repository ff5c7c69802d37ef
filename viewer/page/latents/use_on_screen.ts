import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Whether an element can be seen, or nearly: what nobody sees need not be kept up to date. */
export function useOnScreen(): [
  element: RefObject<HTMLDivElement | null>,
  onScreen: ReadonlySignal<boolean>,
] {
  const element = useRef<HTMLDivElement>(null);
  const onScreen = useSignal(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => onScreen.value = entries.at(-1)!.isIntersecting,
      { rootMargin: "200px" },
    );
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, onScreen];
}
