import { PixelPane } from "./pixel_pane.tsx";
import { SmallChoice } from "./small_choice.tsx";
import { valueOf } from "../state/async_state.ts";
import { episode } from "../state/session.ts";
import { realView } from "./watch_state.ts";

/** What really happened, as agents see it or as the environment draws it. */
export function RealPane() {
  const shown = valueOf(episode.value);
  const both = shown && shown.agentFrames.length > 0 && shown.height !== shown.agentSize[0];
  return (
    <PixelPane
      id="real"
      tools={both && (
        <SmallChoice
          label="As the agent sees it, or whole"
          value={realView.value}
          options={[["agent", `${shown.agentSize[1]} × ${shown.agentSize[0]}`], [
            "environment",
            `${shown.width} × ${shown.height}`,
          ]]}
          onChange={(view) => realView.value = view}
        />
      )}
    />
  );
}
