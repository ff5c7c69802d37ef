import { type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** A signal that follows another at most every some milliseconds: for what is too costly to draw on each change. */
export function useSettled<T>(source: ReadonlySignal<T>, milliseconds: number): ReadonlySignal<T> {
  const settled = useSignal(source.peek());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useSignalEffect(() => {
    const value = source.value;
    if (value === settled.peek()) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      settled.value = source.peek();
    }, milliseconds);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return settled;
}
