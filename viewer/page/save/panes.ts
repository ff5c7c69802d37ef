import { computed, signal } from "@preact/signals";
import { PANES } from "../state/panes.ts";
import type { RgbPicture } from "../ui/pixel_canvas.tsx";

/** A picture of the page that can be saved, at any step of the episode. */
export interface SavedPane {
  /** Names it: `real`, `reconstruction`, `dream`, `difference`, `scene`. */
  id: string;
  /** Its caption in what is saved: "Reality". */
  title: string;
  /**
   * Its picture at a step: RGB bytes at their own size, which are enlarged without smoothing; or a canvas that was drawn
   * just now (the scene), which is fitted in. Nothing where there is no picture at that step, which is saved as an empty
   * field. Bytes and canvas may be used again by the next call.
   */
  draw(step: number): RgbPicture | HTMLCanvasElement | undefined;
}

const registered = signal<readonly SavedPane[]>([]);

/** What can be saved at present, in the order of the panes on the page. */
export const savedPanes = computed(() => {
  const place = ({ id }: SavedPane) => PANES.findIndex((known) => known === id);
  return registered.value.toSorted((a, b) => place(a) - place(b));
});

/** Offers a pane for saving while it is shown. @returns What takes it away again: call it when the pane goes. */
export function registerPane(pane: SavedPane): () => void {
  registered.value = [...registered.value, pane];
  return () => registered.value = registered.value.filter((other) => other !== pane);
}
