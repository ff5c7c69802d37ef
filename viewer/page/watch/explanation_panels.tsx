import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { type AttentionOfHeads, shownAttention, type ShownHeads } from "../channels/attention.ts";
import { HeadChoice } from "../channels/head_choice.tsx";
import { pictureIn, type PictureSize } from "../episodes/pictures.ts";
import { valueOf } from "../state/async_state.ts";
import { type Explanation, explanation } from "../state/explanation.ts";
import { step } from "../state/playhead.ts";
import { Panel } from "../ui/panel.tsx";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import { pastAttention, type PastFrame } from "./past_attention.ts";
import { type Missing, missingMoment, missingOf } from "./missing_picture.ts";
import { dreamPictureOf } from "./pictures.ts";
import { PANE_TITLES } from "./pane_chooser.tsx";

/** The dream's picture in the making: each moment, and below it the picture that was made out in it. */
export function MakingPanel() {
  const shown = useExplanation();
  const count = useComputed(() => {
    const { moments, dreams } = shown.value ?? {};
    return moments && dreams
      ? moments.length / sizeOf(dreams).reduce((product, length) => product * length, 1)
      : 0;
  });
  return (
    <Panel title={PANE_TITLES.making} class="watch-explained">
      <Missed shown={shown} />
      <div class="watch-moments" role="list" aria-label="Moments of the picture">
        {Array.from(
          { length: count.value },
          (_, moment) => <Moment key={moment} shown={shown} moment={moment} last={count.value - 1} />,
        )}
      </div>
    </Panel>
  );
}

function Moment({ shown, moment, last }: {
  shown: ReadonlySignal<Explanation | undefined>;
  moment: number;
  last: number;
}) {
  const picture = (name: "moments" | "foreseen", at: number) =>
    useComputed(() => {
      const { [name]: pictures, dreams } = shown.value ?? {};
      return pictures && dreams && at < last + Number(name === "moments")
        ? pictureIn(pictures, at, sizeOf(dreams))
        : undefined;
    });
  const there = picture("moments", moment), foreseen = picture("foreseen", moment);
  const name = moment === 0 ? "Noise" : moment === last ? "The dream's picture" : `After turn ${moment}`;
  return (
    <figure role="listitem">
      <PixelCanvas picture={there} label={name} />
      <figcaption>{name}</figcaption>
      {moment < last && (
        <>
          <PixelCanvas picture={foreseen} label={`What turn ${moment + 1} foresees`} />
          <figcaption>Foreseen</figcaption>
        </>
      )}
    </figure>
  );
}

/** What the dream looked at before it came to its picture: frames of the decisions before it, by weight. */
export function AttentionPanel() {
  const shown = useExplanation();
  const heads = useSignal<ShownHeads>({});
  const attention = useComputed((): AttentionOfHeads | undefined => {
    const { values, shape: [layers, , decisions, parts] } = shown.value?.attention ?? NOTHING;
    const size = values.length / layers;
    return layers === 0 ? undefined : {
      tokens: { length: decisions * parts },
      layers: Array.from({ length: layers }, (_, layer) => values.subarray(layer * size, (layer + 1) * size)),
    };
  });
  const frames = useComputed(() => {
    const { attention: looked, dreams, decisions } = shown.value ?? {};
    if (!looked || !dreams || !attention.value) return [];
    const [, , window, parts] = looked.shape;
    const [rows, columns] = dreams.perception.model.card.world!.attention!;
    const weights = shownAttention(attention.value, heads.value);
    return pastAttention(weights, {
      window,
      parts,
      squares: rows * columns,
      decisions: dreams.start + decisions!,
    });
  });
  return (
    <Panel title={PANE_TITLES.attention} class="watch-explained">
      <Missed shown={shown} />
      {attention.value && (
        <HeadChoice attention={attention.value} heads={heads}>
          Looked at before the dream's picture, by
        </HeadChoice>
      )}
      <div class="watch-past" role="list" aria-label="Frames that were looked at">
        {frames.value.map((frame) => <Past key={frame.decision} shown={shown} frame={frame} />)}
      </div>
    </Panel>
  );
}

const NOTHING = { values: new Float32Array(0), shape: [0, 0, 0, 0] } as const;

/** The frame of a decision: the stronger its parts were looked at, the brighter they are. */
function Past({ shown, frame }: { shown: ReadonlySignal<Explanation | undefined>; frame: PastFrame }) {
  const { decision, share, lights } = frame;
  const picture = useComputed(() => {
    const { dreams, sample } = shown.value ?? {};
    return dreams && dreamPictureOf(dreams, decision * dreams.frameSkip, sample);
  });
  const { dreams } = shown.value ?? {};
  const name = `Frame ${decision * (dreams?.frameSkip ?? 1)}`;
  const words = `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  const [rows, columns] = dreams?.perception.model.card.world?.attention ?? [1, 1];
  return (
    <figure role="listitem" title={`${name}: ${words} of the attention`}>
      <div class="watch-past-picture">
        <PixelCanvas picture={picture} label={`${name}, ${words}`} />
        <div class="watch-past-parts" style={{ "--rows": rows, "--columns": columns }}>
          {lights.map((light, part) => (
            <div
              key={part}
              style={{ opacity: (0.85 * (1 - light)).toFixed(3) }}
            />
          ))}
        </div>
      </div>
      <figcaption>{words}</figcaption>
    </figure>
  );
}

/** How the picture at the playhead came about, where that is known. */
function useExplanation(): ReadonlySignal<Explanation | undefined> {
  return useComputed(() => {
    const known = valueOf(explanation.value);
    return missingMoment(step.value) ? undefined : known;
  });
}

/** Why nothing is explained. */
function Missed({ shown }: { shown: ReadonlySignal<Explanation | undefined> }) {
  const missing = useComputed((): Missing | undefined => {
    if (shown.value) return undefined;
    return missingMoment(step.value) ?? missingOf(explanation.value);
  });
  if (!missing.value) return null;
  return <p class={missing.value.error ? "notice error" : "notice"} role="status">{missing.value.text}</p>;
}

/** Height, width and channels of the world's pictures. */
function sizeOf({ perception: { model: { card } } }: Explanation["dreams"]): PictureSize {
  return card.picture!;
}
