import type { ChannelPanelProps } from "./channel_panel.ts";

/** Bars that are shown at most. */
const MOST = 10;

/** How probable each of some things is, the most probable first. */
export function DistributionPanel({ channel: { name, labels, shares } }: ChannelPanelProps<"distribution">) {
  const order = Array.from(labels, (_, i) => i).sort((a, b) => shares[b] - shares[a]).slice(0, MOST);
  return (
    <ul class="channel-bars" aria-label={name}>
      {order.map((i) => <ShareBar key={i} label={labels[i]} share={shares[i]} />)}
    </ul>
  );
}

/** A probability as a bar: a list's item. @param pick Makes its label a button. */
export function ShareBar(
  { label, share, pick }: { label: string; share: number; pick?: { title: string; run: () => void } },
) {
  return (
    <li>
      {pick
        ? (
          <button type="button" class="channel-bar-label" title={pick.title} onClick={pick.run}>
            {label}
          </button>
        )
        : <span class="channel-bar-label">{label}</span>}
      <span class="channel-bar" aria-hidden="true">
        <i style={{ width: `${100 * share}%` }} />
      </span>
      <span class="channel-bar-share">{percent(share)}</span>
    </li>
  );
}

/** A probability in words: "12.3 %". */
export function percent(share: number): string {
  const digits = share >= 0.995 || share < 0.0005 ? 2 : 1;
  return `${(100 * share).toFixed(digits)} %`;
}
