import { useSignal, useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { messageOf } from "../state/async_state.ts";
import type { OpenModel } from "../state/session.ts";
import { download } from "../save/download.ts";
import type { Config } from "../../../core/fields/field.ts";
import { Button, NumberField } from "../ui/controls.tsx";
import { FieldControls } from "../ui/field_controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { PixelCanvas, type RgbPicture } from "../ui/pixel_canvas.tsx";
import { contactSheet } from "./contact_sheet.ts";
import { LatestWins } from "./latest_wins.ts";

/**
 * Fresh pictures of a model, a sheet of them: the same seed gives the same pictures. It knows nothing of the model
 * but its card, so every generative model gets it.
 */
export function SamplesPanel({ model: { card, lab } }: { model: OpenModel }) {
  const count = useSignal(16);
  const seed = useSignal(0);
  const options = useSignal<Config>({});
  const sheet = useSignal<RgbPicture | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const line = useMemo(() => new LatestWins(), []);
  const frame = useRef<HTMLDivElement>(null);

  useSignalEffect(() => {
    if (!card.can.sample) return;
    const request = { count: count.value, seed: seed.value, options: options.value };
    line.ask(line, {
      rank: 0,
      async *begin() {
        try {
          const [height, width] = card.picture;
          sheet.value = contactSheet(await lab.sample(card.id, request), { height, width });
          problem.value = undefined;
        } catch (error) {
          problem.value = messageOf(error);
        }
        yield;
      },
    });
    return () => line.forget(line);
  });

  if (!card.can.sample) {
    return (
      <Panel title="Samples">
        <p class="notice">{card.name} cannot sample pictures.</p>
      </Panel>
    );
  }
  const name = () => {
    const set = Object.entries({ seed: seed.value, ...options.value }).map((entry) => entry.join("-"));
    return `${card.name}_samples_${set.join("_")}.png`;
  };
  const save = () =>
    frame.current?.querySelector("canvas")?.toBlob((blob) => blob && download(blob, name(), "image/png"));
  return (
    <Panel
      title="Samples"
      class="latents-samples"
      actions={
        <>
          <Button label="New seed" onClick={() => seed.value++} />
          <Button label="Save PNG" onClick={save} disabled={!sheet.value} />
        </>
      }
    >
      <div class="latents-controls">
        <NumberField label="Pictures" value={count} min={1} max={64} />
        <NumberField label="Seed" value={seed} min={0} max={2 ** 31 - 1} />
        <FieldControls fields={card.sampling ?? {}} values={options} />
      </div>
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
      <div ref={frame}>
        <PixelCanvas
          picture={sheet}
          label={`${count.value} samples of ${card.name}, seed ${seed.value}`}
          class="latents-sheet"
        />
      </div>
    </Panel>
  );
}
