import { useComputed, useSignal } from "@preact/signals";
import { LineChart } from "../charts/line_chart.tsx";
import { Panel } from "../ui/panel.tsx";
import { Button } from "../ui/controls.tsx";
import { valueOf } from "../state/async_state.ts";
import { shownSample } from "../state/dream_settings.ts";
import { otherColor, otherWorlds } from "../state/other_worlds.ts";
import { lastStep, seek, step } from "../state/playhead.ts";
import { episode, frameSkip } from "../state/session.ts";
import { curvesOf } from "./curves.ts";
import { presentDreams, presentPerception } from "./pictures.ts";
import { useSettled } from "./use_settled.ts";
import { shownCharts } from "./watch_state.ts";

/** Pixels of the vertical axes: equal, so that the charts stand exactly under each other. */
const AXIS = 52;

/** Charts of the episode and its dreams on one time axis, under the playhead. */
export function CurvesPanel() {
  const sources = useComputed(() => {
    const shown = valueOf(episode.value);
    if (!shown) return undefined;
    return {
      episode: shown,
      perception: presentPerception(),
      dreams: presentDreams(),
      others: new Map(
        [...otherWorlds.value].flatMap(([name, { dream }]) =>
          dream ? [[name, { dream, color: otherColor(name) }] as const] : []
        ),
      ),
      sample: shownSample.value,
      frameSkip: frameSkip.value,
    };
  });
  const settled = useSettled(sources, 250);
  const hover = useSignal<number | undefined>(undefined);
  const zoomed = useSignal<readonly [number, number] | undefined>(undefined);
  if (!settled.value) return null;
  const curves = curvesOf(settled.value);
  const shown = curves.filter(({ id }) => shownCharts.value.includes(id));
  const { dreams } = settled.value;
  const marks = dreams && [{ x: dreams.start * dreams.frameSkip, label: "dream", color: "dream" as const }];
  return (
    <Panel
      title="Curves"
      class="watch-curves"
      actions={curves.map(({ id, title, meaning }) => (
        <Button
          key={id}
          label={title}
          title={meaning}
          pressed={shownCharts.value.includes(id)}
          onClick={() => toggleChart(id)}
        />
      ))}
    >
      {shown.length === 0 && <p class="notice">Choose curves above.</p>}
      {shown.map(({ id, title, meaning, series, yDomain }, i) => (
        <div class="watch-curve" key={id} title={meaning} data-chart={id}>
          <LineChart
            title={title}
            series={series}
            height={i === shown.length - 1 ? 118 : 96}
            xLabel={i === shown.length - 1 ? "Frame" : undefined}
            xDomain={[0, Math.max(lastStep.value, 1)]}
            yDomain={yDomain}
            axisWidth={AXIS}
            cursor={step}
            hover={hover}
            zoomed={zoomed}
            zoom={false}
            onSeek={seek}
            marks={marks}
          />
        </div>
      ))}
    </Panel>
  );
}

function toggleChart(id: string): void {
  const shown = shownCharts.value;
  shownCharts.value = shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id];
}
