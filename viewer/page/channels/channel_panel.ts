import type { ComponentType } from "preact";
import type { Channel, ChannelKind } from "../../lab/channels.ts";

/** What the panel of a kind of channel is given. */
export interface ChannelPanelProps<K extends ChannelKind = ChannelKind> {
  /** What it shows; another one with every piece that comes. */
  channel: Extract<Channel, { kind: K }>;
  /** What a file of it is called, without its ending. */
  file: string;
  /** Shows a channel that is part of it. */
  Inner: ComponentType<{ channel: Channel; file: string }>;
}
