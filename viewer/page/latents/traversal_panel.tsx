import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { ModelCard } from "../../lab/lab.ts";
import { Choice } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { useDecoded } from "./decoded.ts";
import {
  about,
  chooseSecond,
  chosen,
  edited,
  hold,
  order,
  pickedAbout,
  second,
  traversalShape as shape,
} from "./latents_state.ts";
import { PictureStrip } from "./picture_strip.tsx";
import { evenly, traverse, traverseTwo } from "./traverse.ts";
import { useOnScreen } from "./use_on_screen.ts";

/** How far traversals go to both sides: three standard deviations of the prior. */
const SPAN = 3;
/** Pictures of one traversal; odd, so that one stands in the middle. */
const COUNT = 11;
/** Pictures of the grid along each side. */
const SIDE = 7;

interface PartProps {
  card: ModelCard;
  when: ReadonlySignal<boolean>;
}

/** What the chosen dimension does to the picture: one picture for each of its values, or for pairs with another's. */
export function TraversalPanel({ card }: { card: ModelCard }) {
  const [place, onScreen] = useOnScreen();
  return (
    <Panel
      title={shape.value === "strip"
        ? `Traversal of z${chosen.value}`
        : `z${chosen.value} by z${second.value}`}
      class="latents-traversal"
      actions={
        <>
          <Choice
            label="About"
            value={about.value}
            options={[["frame", "this latent"], ["prior", "zero"]]}
            onChange={(value) => pickedAbout.value = value}
          />
          <Choice
            label="Of"
            value={shape.value}
            options={[["strip", "one dimension"], ["grid", "two dimensions"]]}
            onChange={(value) => shape.value = value}
          />
          {shape.value === "grid" && (
            <Choice
              label="With"
              value={String(second.value)}
              options={order.value.map((dimension) => [String(dimension), `z${dimension}`] as const)}
              onChange={(value) => chooseSecond(Number(value))}
            />
          )}
        </>
      }
    >
      <div ref={place}>
        {shape.value === "strip"
          ? <Strip card={card} when={onScreen} />
          : <Grid card={card} when={onScreen} />}
      </div>
    </Panel>
  );
}

function Strip({ card, when }: PartProps) {
  const { pictures, problem } = useDecoded(
    useComputed(() => edited.value && traverse(edited.value, chosen.value, valuesOf(chosen.value, COUNT))),
    { rank: 1, when },
  );
  const names = namesOf(COUNT);
  return (
    <>
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
      <PictureStrip
        label={`z${chosen.value} from ${names[0]} to ${names[COUNT - 1]}`}
        pictures={pictures}
        size={card.picture!}
        names={names}
        titles={names.map((name) => `z${chosen.value} at ${name}`)}
        onPick={(index) => hold(chosen.value, valuesOf(chosen.value, COUNT)[index])}
      />
    </>
  );
}

function Grid({ card, when }: PartProps) {
  const values = () => [valuesOf(chosen.value, SIDE), valuesOf(second.value, SIDE)] as const;
  const { pictures, problem } = useDecoded(
    useComputed(() => edited.value && traverseTwo(edited.value, [chosen.value, second.value], values())),
    { rank: 3, when },
  );
  const names = namesOf(SIDE);
  const titles = names.flatMap((down) =>
    names.map((across) => `z${chosen.value} at ${down}, z${second.value} at ${across}`)
  );
  return (
    <>
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
      <p class="small dim latents-note">
        z{chosen.value} goes down, z{second.value} to the right, each from {names[0]} to {names[SIDE - 1]}.
      </p>
      <PictureStrip
        label={`z${chosen.value} by z${second.value}`}
        pictures={pictures}
        size={card.picture!}
        titles={titles}
        columns={SIDE}
        onPick={(index) => {
          const [down, across] = values();
          hold(chosen.value, down[Math.floor(index / SIDE)]);
          hold(second.value, across[index % SIDE]);
        }}
      />
    </>
  );
}

/** Values that a dimension takes. */
function valuesOf(dimension: number, count: number): number[] {
  const middle = about.value === "frame" ? edited.value?.[dimension] ?? 0 : 0;
  return evenly(middle - SPAN, middle + SPAN, count);
}

/** The same in words that stay as the playhead moves. */
function namesOf(count: number): string[] {
  return evenly(-SPAN, SPAN, count).map((value) => {
    const text = String(Math.abs(Number(value.toFixed(1))));
    if (about.value === "prior") return value < 0 ? `−${text}` : text;
    return value === 0 ? "z" : `z ${value < 0 ? "−" : "+"} ${text}`;
  });
}
