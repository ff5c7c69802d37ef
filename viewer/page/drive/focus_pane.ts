/** Puts the focus where keys drive, on the pane instead of a button, and the pane into view. */
export function focusPane(): void {
  const pane = document.getElementById("drive-pane");
  pane?.focus({ preventScroll: true });
  pane?.scrollIntoView({ block: "nearest" });
}
