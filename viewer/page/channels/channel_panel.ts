import type { ComponentType } from "preact";
import type { Ability, InputValues } from "../../lab/ability.ts";
import type { Channel, ChannelKind } from "../../lab/channels.ts";
import type { OpenModel } from "../state/session.ts";

/** What the panel of a kind of channel is given. */
export interface ChannelPanelProps<K extends ChannelKind = ChannelKind> {
  /** What it shows; another one with every piece that comes. */
  channel: Extract<Channel, { kind: K }>;
  /** What a file of it is called, without its ending. */
  file: string;
  /** What it came from, where a panel may ask for more of that. */
  source?: ChannelSource;
  /** Shows a channel that is part of it. */
  Inner: ComponentType<{ channel: Channel; file: string }>;
}

/** What a channel came from. */
export interface ChannelSource {
  model: OpenModel;
  /** What was asked for. */
  ability: Ability;
  /** Asks for it again, with another chance and some inputs changed. */
  askAgain(inputs: InputValues): void;
}
