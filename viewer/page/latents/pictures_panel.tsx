import { computed, signal, useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Ability } from "../../lab/ability.ts";
import { encode } from "../../lab/ask.ts";
import { pictureIn } from "../episodes/pictures.ts";
import { PictureChooser } from "../model/picture_chooser.tsx";
import { messageOf } from "../state/async_state.ts";
import type { OpenModel } from "../state/session.ts";
import { Button, Choice, NumberField } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { PixelCanvas, type RgbPicture } from "../ui/pixel_canvas.tsx";
import { drawHeat } from "../watch/heat.ts";
import { useDecoded } from "./decoded.ts";
import { base, edited, held, holdAll, releaseAll, row, seed, seen } from "./latents_state.ts";

/** What the difference is taken to. */
const comparedTo = signal<"original" | "reconstruction">("original");

/** The frame as it was seen. */
const original = computed<RgbPicture | undefined>(() => {
  if (!seen.value) return undefined;
  const { episode, frameSkip } = seen.value;
  return pictureIn(episode.agentFrames, row.value * frameSkip, episode.agentSize);
});

/** Its latent, decoded. */
const reconstruction = computed<RgbPicture | undefined>(() => {
  if (!seen.value) return undefined;
  return pictureIn(seen.value.followed.pictures, row.value, seen.value.model.card.picture!);
});

/** What it is good for to choose a picture. */
const HOLD_HELP = "Set the sliders to the latent of a picture:";

/** What pictures an encoder takes. */
function picturesOf(abilities: readonly Ability[]) {
  const shape = abilities.find(({ id }) => id === "encode")?.inputs.frames.shape;
  return shape?.type === "pictures" ? shape : undefined;
}

/** What the sliders leave of the frame: the sliders' latent decoded, beside the frame and the difference. */
export function PicturesPanel({ opened }: { opened: OpenModel }) {
  const { card, lab } = opened;
  const [height, width] = card.picture!;
  const changed = useComputed(() => held.value.size > 0);
  const { pictures, problem } = useDecoded(
    useComputed(() => changed.value || !seen.value ? edited.value : undefined),
    { rank: 0 },
  );
  const drawn = useComputed(() =>
    pictures.value
      ? { data: pictures.value, height, width }
      : changed.value
      ? undefined
      : reconstruction.value
  );
  const heat = useMemo(() => [0, 1].map(() => new Uint8Array(height * width * 3)), [height, width]);
  const difference = useComputed(() => {
    const from = comparedTo.value === "original" ? original.value : reconstruction.value;
    if (!from || !drawn.value || from.data.length !== drawn.value.data.length) return undefined;
    heat.reverse(); // a signal that gets the same array again would not tell
    const out = { data: heat[0], height, width };
    drawHeat(from, drawn.value, out);
    return out;
  });
  const sighted = seen.value !== undefined;
  const takes = picturesOf(card.abilities);
  const holdPicture = (picture: Uint8Array) =>
    void encode(lab, card.id, picture).then(
      ({ mu }) => holdAll(mu),
      (error) => problem.value = messageOf(error),
    );
  return (
    <Panel
      title="Pictures"
      class="latents-pictures"
      actions={
        <>
          {sighted && (
            <Button
              label="Set from frame"
              title="Keep all sliders at this frame's values while the playhead moves"
              onClick={() => base.value && holdAll(base.value)}
            />
          )}
          <Button
            label="Reset all"
            title={sighted ? "Let all sliders follow the frame again" : "Bring all sliders back"}
            disabled={!changed.value}
            onClick={releaseAll}
          />
        </>
      }
    >
      <div class="latents-figures">
        {sighted && <Figure picture={original} label="Original" class="real" />}
        {sighted && <Figure picture={reconstruction} label="Reconstruction" />}
        <Figure picture={drawn} label={sighted ? "Edited" : "Decoded"} class="latents-edited" />
        {sighted && <Figure picture={difference} label="Difference" />}
      </div>
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
      <div class="latents-controls">
        {sighted
          ? (
            <Choice
              label="Difference of edited to"
              value={comparedTo.value}
              options={[["original", "original"], ["reconstruction", "reconstruction"]]}
              onChange={(value) => comparedTo.value = value}
            />
          )
          : (
            <>
              <NumberField label="Seed of the latent" value={seed} min={0} max={2 ** 31 - 1} />
              {seed.value === 0 && <span class="small dim">0 is the mean: zero in every dimension</span>}
            </>
          )}
      </div>
      {!sighted && takes && <PictureChooser label={HOLD_HELP} shape={takes} onChoose={holdPicture} />}
    </Panel>
  );
}

function Figure({ picture, label, class: name = "" }: {
  picture: { value: RgbPicture | undefined };
  label: string;
  class?: string;
}) {
  return (
    <figure>
      <PixelCanvas picture={picture as typeof original} label={label} />
      <figcaption class={name}>{label}</figcaption>
    </figure>
  );
}
