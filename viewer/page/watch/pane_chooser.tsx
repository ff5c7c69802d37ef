import { type PaneId, PANES, panes, togglePane } from "../state/panes.ts";
import { Button } from "../ui/controls.tsx";

/** What panes are called. */
export const PANE_TITLES: Readonly<Record<PaneId, string>> = {
  scene: "Scene",
  real: "Reality",
  reconstruction: "Reconstruction",
  dream: "Dream",
  difference: "Difference",
  compare: "Compare",
  making: "In the making",
  attention: "Attention",
};

/** Which panes are shown. */
export function PaneChooser({ among }: { among: readonly PaneId[] }) {
  return (
    <div class="watch-chooser" role="group" aria-label="Panes">
      {PANES.filter((id) => among.includes(id)).map((id) => (
        <Button
          key={id}
          label={PANE_TITLES[id]}
          pressed={panes.value.includes(id)}
          onClick={() => togglePane(id)}
        />
      ))}
    </div>
  );
}
