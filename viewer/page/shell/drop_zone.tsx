import { dragging } from "../state/drop.ts";

/** Shows that the whole window takes files, while some are dragged over it. */
export function DropZone() {
  return (
    <div class="shell-drop" hidden={!dragging.value} role="status">
      {dragging.value && (
        <p>
          <strong>Drop to open</strong>
          <span class="dim">a recording (.rec) or a run folder</span>
        </p>
      )}
    </div>
  );
}
