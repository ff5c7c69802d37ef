import { useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { download } from "../save/download.ts";
import { Button } from "../ui/controls.tsx";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import type { ChannelPanelProps } from "./channel_panel.ts";
import { contactSheet } from "./contact_sheet.ts";

/** Pictures as one sheet, which can be saved. */
export function PicturesPanel({ channel, file }: ChannelPanelProps<"pictures">) {
  const shown = useSignal(channel);
  useLayoutEffect(() => {
    shown.value = channel;
  }, [channel]);
  const sheet = useComputed(() => {
    const { data, size: [height, width] } = shown.value;
    return contactSheet(data, { height, width });
  });
  const frame = useRef<HTMLDivElement>(null);
  const save = () =>
    frame.current!.querySelector("canvas")!.toBlob((blob) =>
      blob && download(blob, `${file}.png`, "image/png")
    );
  return (
    <div class="channel-pictures" ref={frame}>
      <PixelCanvas picture={sheet} label={channel.name} class="channel-sheet" />
      <Button label="Save PNG" onClick={save} />
    </div>
  );
}
