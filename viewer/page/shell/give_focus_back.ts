/** What is pressed or dragged, and then done with. Tabs and radio buttons of the page's own go on by arrows. */
const PRESSED = "button:not([role]), summary, a[href], input:is([type=checkbox], [type=radio], [type=range])";
/** Sliders of the page's own; one that goes on to use its focus says so by `data-keeps-focus`. */
const DRAGGED = "[role=slider]:not([data-keeps-focus])";

/**
 * Gives the keys back to the page when the pointer is done with a control. Who moves the focus by keys keeps it where it
 * is, and so do fields that are typed into, dialogs and menus.
 *
 * @returns What stops it.
 */
export function giveFocusBack(): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  let pointing = false;
  const leave = (controls: string) => {
    const focused = document.activeElement;
    if (!pointing || !(focused instanceof HTMLElement) || !focused.matches(controls)) return;
    if (!focused.closest("dialog, [popover]")) focused.blur();
  };
  addEventListener("pointerdown", () => pointing = true, { capture: true, signal });
  addEventListener("keydown", () => pointing = false, { capture: true, signal });
  addEventListener("click", () => leave(`${PRESSED}, ${DRAGGED}`), { signal });
  addEventListener("change", () => leave(`${PRESSED}, select`), { signal });
  return () => listeners.abort();
}
