import type { ComponentType } from "preact";
import type { Channel, ChannelKind } from "../../lab/channels.ts";
import type { ChannelPanelProps, ChannelSource } from "./channel_panel.ts";
import { DistributionPanel } from "./distribution_panel.tsx";
import { FilmPanel } from "./film_panel.tsx";
import { MatrixPanel } from "./matrix_panel.tsx";
import { NotesPanel } from "./notes_panel.tsx";
import { PicturesPanel } from "./pictures_panel.tsx";
import { PointsPanel } from "./points_panel.tsx";
import { TokensPanel } from "./tokens_panel.tsx";

/** What shows each kind of channel: a new kind is a file of this folder and a line here. */
export const CHANNEL_PANELS: { readonly [K in ChannelKind]: ComponentType<ChannelPanelProps<K>> } = {
  pictures: PicturesPanel,
  film: FilmPanel,
  tokens: TokensPanel,
  notes: NotesPanel,
  points: PointsPanel,
  distribution: DistributionPanel,
  matrix: MatrixPanel,
};

/** A channel in the panel of its kind; see {@link ChannelPanelProps}. */
export function ChannelView(
  { channel, file, source }: { channel: Channel; file: string; source?: ChannelSource },
) {
  const Panel = CHANNEL_PANELS[channel.kind] as ComponentType<ChannelPanelProps>;
  return <Panel channel={channel} file={file} source={source} Inner={ChannelView} />;
}
