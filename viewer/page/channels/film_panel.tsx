import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button, Slider } from "../ui/controls.tsx";
import type { ChannelPanelProps } from "./channel_panel.ts";

/** How long a moment is shown as the film plays, milliseconds. */
const MOMENT = 120;

/** Moments of samples in the making: the newest as they come, any of them by the slider. */
export function FilmPanel({ channel: { frames }, file, Inner }: ChannelPanelProps<"film">) {
  const last = frames.length - 1;
  const picked = useSignal<number | undefined>(undefined);
  const playing = useSignal(false);
  const at = Math.min(picked.value ?? last, last);
  useEffect(() => {
    if (!playing.value) return;
    const timer = setTimeout(() => {
      if (at >= last) playing.value = false;
      else picked.value = at + 1;
    }, MOMENT);
    return () => clearTimeout(timer);
  }, [playing.value, at, last]);
  const moment = useComputed(() => picked.value);
  const slider = {
    get value() {
      return Math.min(moment.value ?? last, last);
    },
    set value(value: number) {
      playing.value = false;
      picked.value = value === last ? undefined : value;
    },
  };
  const play = () => {
    if (!playing.value && at === last) picked.value = 0;
    playing.value = !playing.value;
  };
  const { label, content } = frames[at];
  return (
    <div class="channel-film">
      <Inner channel={content} file={`${file}_${label.replaceAll(" ", "-")}`} />
      <div class="channel-film-controls">
        <Button label={playing.value ? "Pause" : "Play"} onClick={play} disabled={last < 1} />
        <Slider
          label="Moment"
          value={slider}
          min={0}
          max={last}
          step={1}
          format={(value) => frames[Math.min(value, last)].label}
        />
      </div>
    </div>
  );
}
