import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, Choice } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { COLLAPSED } from "./divergence.ts";
import {
  choose,
  chosen,
  edited,
  held,
  moveChosen,
  nats,
  order,
  ordering,
  reach,
  row,
  seen,
} from "./latents_state.ts";

const ARROWS: Record<string, 1 | -1 | undefined> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

/** The present frame's latent as bars: mean, one standard deviation to both sides, what each dimension says. */
export function BarsPanel() {
  const bars = useRef<HTMLDivElement>(null);
  const draw = () => {
    if (!seen.value || !edited.value) return;
    const { mu, logVar } = seen.value.encoded;
    const from = row.value * edited.value.length;
    for (const bar of bars.current?.children ?? []) {
      const dimension = Number((bar as HTMLElement).dataset.dimension);
      const [fill, whisker, mark] = bar.querySelectorAll<HTMLElement>("i");
      const [mean, sigma] = [mu[from + dimension], Math.exp(logVar[from + dimension] / 2)];
      const part = (value: number) => value / reach.value;
      fill.style.transform = `scaleY(${-part(mean)})`;
      whisker.style.transform = `translateY(${50 - 50 * part(mean + sigma)}%) scaleY(${part(sigma)})`;
      mark.hidden = !held.value.has(dimension);
      mark.style.transform = `translateY(${-50 * part(edited.value[dimension])}%)`;
    }
  };
  useSignalEffect(draw);
  useLayoutEffect(draw);

  const dimensions = order.value;
  const telling = nats.value!;
  const most = Math.max(...telling, COLLAPSED);
  const collapsed = dimensions.filter((dimension) => telling[dimension] < COLLAPSED).length;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = ARROWS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own arrows move the playhead
    moveChosen(by);
    queueMicrotask(() => bars.current?.querySelector<HTMLElement>("[aria-checked=true]")?.focus());
  };
  return (
    <Panel
      title="Latent of this frame"
      class="latents-bars-panel"
      actions={
        <>
          <Choice
            label="Order"
            value={ordering.value}
            options={[["telling", "Most informative first"], ["index", "By index"]]}
            onChange={(value) => ordering.value = value}
          />
          <Button label="Previous dimension" onClick={() => moveChosen(-1)}>‹</Button>
          <Button label="Next dimension" onClick={() => moveChosen(1)}>›</Button>
        </>
      }
    >
      <div ref={bars} class="latents-bars" role="radiogroup" aria-label="Dimensions" onKeyDown={onKeyDown}>
        {dimensions.map((dimension) => (
          <button
            type="button"
            key={dimension}
            role="radio"
            aria-checked={dimension === chosen.value}
            aria-label={`z${dimension}, ${says(telling[dimension])}`}
            title={`z${dimension}: ${says(telling[dimension])}`}
            tabIndex={dimension === chosen.value ? 0 : -1}
            class={telling[dimension] < COLLAPSED ? "latents-bar collapsed" : "latents-bar"}
            data-dimension={dimension}
            onClick={() => choose(dimension)}
          >
            <span class="latents-bar-plot">
              <i class="fill" />
              <i class="whisker" />
              <i class="mark" hidden />
            </span>
            <span class="latents-bar-name">{dimension}</span>
            <span class="latents-bar-nats">
              <b style={{ transform: `scaleY(${telling[dimension] / most})` }} />
            </span>
          </button>
        ))}
      </div>
      <p class="small dim latents-note">
        <strong>z{chosen.value}</strong> {says(telling[chosen.value])}.{" "}
        {collapsed > 0 && `${collapsed} of ${dimensions.length} dimensions have collapsed. `}
        Bars: mean ± σ, to ±{reach.value}; strip: mean nats over the episode, to {most.toFixed(2)}.
      </p>
    </Panel>
  );
}

function says(nats: number): string {
  return nats < COLLAPSED ? `carries < ${COLLAPSED} nats` : `carries ${nats.toFixed(2)} nats`;
}
