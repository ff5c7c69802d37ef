import { useEffect, useRef } from "preact/hooks";
import { paint } from "../ui/pixel_canvas.tsx";
import { HEAT_LEGEND, HEAT_TOP } from "./heat.ts";
import { PixelPane } from "./pixel_pane.tsx";
import { SmallChoice } from "./small_choice.tsx";
import { differencePair } from "./watch_state.ts";

/** How far two of the pictures lie apart, pixel by pixel. */
export function DifferencePane() {
  return (
    <PixelPane
      id="difference"
      tools={
        <SmallChoice
          label="Difference of"
          value={differencePair.value}
          options={[
            ["dream-real", "Dream − reality"],
            ["reconstruction-real", "Reconstruction − reality"],
            ["dream-reconstruction", "Dream − reconstruction"],
          ]}
          onChange={(pair) => differencePair.value = pair}
        />
      }
      legend={<HeatLegend />}
    />
  );
}

function HeatLegend() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current!, HEAT_LEGEND), []);
  return (
    <span class="watch-legend">
      0
      <canvas ref={canvas} role="img" aria-label={`Colours from 0 to ${HEAT_TOP} grey levels and more`} />
      {HEAT_TOP}+
    </span>
  );
}
