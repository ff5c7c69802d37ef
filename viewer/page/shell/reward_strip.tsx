import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Episode } from "../episodes/episode.ts";
import { tokenColor } from "../ui/token_color.ts";
import { rewardSpikes } from "./reward_spikes.ts";

/** The rewards that stand out, as ticks along the time line: gains upwards, losses through. */
export function RewardStrip({ episode, width }: { episode: Episode; width: ReadonlySignal<number> }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const canvas = ref.current!;
    const scale = devicePixelRatio;
    canvas.width = Math.max(Math.round(width.value * scale), 1);
    canvas.height = Math.round(canvas.clientHeight * scale);
    const context = canvas.getContext("2d")!;
    const { gains, losses } = rewardSpikes(episode.rewards, {
      columns: Math.max(Math.floor(width.value / 2), 1),
    });
    const column = canvas.width / gains.length;
    context.fillStyle = tokenColor("--ok");
    gains.forEach((height, i) => {
      const tall = height * canvas.height * 0.8;
      context.fillRect(i * column, canvas.height - tall, Math.max(column / 2, 1), tall);
    });
    context.fillStyle = tokenColor("--error");
    losses.forEach((height, i) => {
      if (height > 0) context.fillRect(i * column - 1, 0, Math.max(column, 3), canvas.height);
    });
  });
  return <canvas ref={ref} class="shell-rewards" aria-hidden="true" />;
}
