import { useComputed } from "@preact/signals";
import type { ModelCard } from "../../lab/lab.ts";
import { Button, Choice } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { useDecoded } from "./decoded.ts";
import { interpolate } from "./interpolate.ts";
import { ends, holdAll, latentOf, latentSize, nameOf, path, setEnd } from "./latents_state.ts";
import { PictureStrip } from "./picture_strip.tsx";
import { useOnScreen } from "./use_on_screen.ts";

/** Pictures on the way, both ends included. */
const COUNT = 11;

/** The way from one frame of the episode to another through the space of latents. */
export function InterpolationPanel({ card }: { card: ModelCard }) {
  const latents = useComputed(() => {
    const [a, b] = ends.value;
    return interpolate(latentOf(a), latentOf(b), { count: COUNT, path: path.value });
  });
  const [place, onScreen] = useOnScreen();
  const { pictures, problem } = useDecoded(latents, { rank: 2, when: onScreen });
  const [a, b] = ends.value.map(nameOf);
  const names = Array.from(
    { length: COUNT },
    (_, n) => n === 0 ? "A" : n === COUNT - 1 ? "B" : `${Math.round(n / (COUNT - 1) * 100)} %`,
  );
  return (
    <Panel
      title={`From A (${a}) to B (${b})`}
      class="latents-interpolation"
      actions={
        <>
          <Button label="Set A here" onClick={() => setEnd("A")} />
          <Button label="Set B here" onClick={() => setEnd("B")} />
          <Choice
            label="Along"
            value={path.value}
            options={[["linear", "a line"], ["spherical", "an arc"]]}
            onChange={(value) => path.value = value}
          />
        </>
      }
    >
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
      <div ref={place}>
        <PictureStrip
          label={`From ${a} to ${b}`}
          pictures={pictures}
          size={card.picture!}
          names={names}
          titles={names.map((name) => `Load ${name} into the sliders`)}
          onPick={(index) =>
            holdAll(latents.value.subarray(index * latentSize.value, (index + 1) * latentSize.value))}
        />
      </div>
    </Panel>
  );
}
