import { messageOf } from "../state/async_state.ts";
import { range } from "../state/playhead.ts";
import { perception } from "../state/session.ts";
import { Button, Choice } from "../ui/controls.tsx";
import { Modal } from "../ui/modal.tsx";
import { filmLength, secondsPerFrame } from "./film.ts";
import { gifDelay } from "./gif.ts";
import { savedPanes } from "./panes.ts";
import { composeNow, nameNow, type NumbersKind, saveFilm, saveFrame, saveNumbers } from "./save_episode.ts";
import {
  chosenPanes,
  every,
  filmPlan,
  filmSpeed,
  leftOut,
  SAVE_KINDS,
  type SaveKind,
  saveKind,
  saveOpen,
  side,
  SIDES,
  togglePaneSaved,
} from "./save_settings.ts";

const TITLES: Record<SaveKind, string> = {
  picture: "Picture",
  gif: "GIF",
  video: "Video",
  numbers: "Numbers",
};

/** What is saved, and how. */
export function SaveDialog() {
  const kind = saveKind.value;
  return (
    <Modal open={saveOpen} label="Save" class="save-dialog">
      <form
        method="dialog"
        onSubmit={() => {
          if (kind === "picture") saveFrame();
          else if (kind !== "numbers") saveFilm(kind);
        }}
      >
        <Kinds kind={kind} />
        {kind === "numbers" ? <Numbers /> : <Pictures kind={kind} />}
      </form>
    </Modal>
  );
}

function Kinds({ kind }: { kind: SaveKind }) {
  return (
    <fieldset class="save-kinds">
      <legend>Save as</legend>
      {SAVE_KINDS.map((name) => (
        <label key={name} class={name === kind ? "save-kind chosen" : "save-kind"}>
          <input
            type="radio"
            name="save-kind"
            checked={name === kind}
            onChange={() => saveKind.value = name}
          />
          {TITLES[name]}
        </label>
      ))}
    </fieldset>
  );
}

function Pictures({ kind }: { kind: Exclude<SaveKind, "numbers"> }) {
  const film = kind !== "picture";
  return (
    <>
      <fieldset class="save-panes">
        <legend>Panes, side by side</legend>
        {savedPanes.value.map(({ id, title }) => (
          <label key={id} class="field toggle">
            <input
              type="checkbox"
              checked={!leftOut.value.includes(id)}
              onChange={() => togglePaneSaved(id)}
            />
            <span class="field-label">{title}</span>
          </label>
        ))}
        {savedPanes.value.length === 0 && <p class="notice">This view has no panes: go to Watch.</p>}
      </fieldset>
      <div class="save-fields">
        <Choice
          label="Size of a pane"
          value={String(film && side.value === 0 ? SIDES[1] : side.value)}
          options={SIDES.filter((pixels) => !film || pixels > 0).map((pixels) =>
            [String(pixels), pixels === 0 ? "Original size, no captions" : `${pixels} pixels high`] as const
          )}
          onChange={(value) => side.value = Number(value)}
        />
        {film && (
          <>
            <Choice
              label="Frames"
              value={String(every.value)}
              options={[["1", "All"], ["2", "Every 2nd"], ["4", "Every 4th"], ["8", "Every 8th"]]}
              onChange={(value) => every.value = Number(value)}
            />
            <Choice
              label="Speed"
              value={String(filmSpeed.value)}
              options={[["0.25", "0.25×"], ["0.5", "0.5×"], ["1", "1×"], ["2", "2×"], ["4", "4×"]]}
              onChange={(value) => filmSpeed.value = Number(value)}
            />
          </>
        )}
      </div>
      <Summary kind={kind} />
      <div class="save-buttons">
        <Button label="Cancel" onClick={() => saveOpen.value = false} />
        <button type="submit" class="button primary" disabled={chosenPanes.value.length === 0} autofocus>
          Save {TITLES[kind] === "GIF" ? "GIF" : TITLES[kind].toLowerCase()}
        </button>
      </div>
    </>
  );
}

/** What will come out, in one line. */
function Summary({ kind }: { kind: Exclude<SaveKind, "numbers"> }) {
  chosenPanes.value, side.value; // what composeNow reads without subscribing to it
  const plan = filmPlan.value;
  let text: string;
  try {
    const { width, height } = composeNow({ film: kind !== "picture" }).canvas;
    text = `${width} × ${height} pixels`;
  } catch (error) {
    return <p class="notice error">{messageOf(error)}</p>;
  }
  if (kind === "picture") return <p class="save-summary">The present frame, {text}</p>;
  const count = filmLength(plan);
  const seconds = secondsPerFrame(plan);
  const total = count * (kind === "gif" ? gifDelay(seconds) / 100 : seconds);
  const [from, to] = plan.range;
  return (
    <p class="save-summary">
      {range.value
        ? `Frames ${from} to ${to}`
        : "The whole episode: set a range in the timeline to save a part"}
      <br />
      {count.toLocaleString("en")} pictures, {total.toFixed(1)} s, {text}
      <br />
      {nameNow({ frames: plan.range, ending: kind === "gif" ? "gif" : "mp4" })}
    </p>
  );
}

const NUMBERS: readonly [kind: NumbersKind, title: string, hint: string][] = [
  ["recording", "Recording", "The whole episode: drop the file onto this page to open it"],
  ["steps", "Steps as CSV", "Actions, rewards and return of each step in the range"],
  [
    "model",
    "World model as CSV",
    "Predictions and policy of each decision in the range, and latents where the model has such",
  ],
  ["all", "All numbers as JSON", "Both tables of the whole episode"],
];

function Numbers() {
  return (
    <>
      <ul class="save-numbers">
        {NUMBERS.map(([kind, title, hint]) => (
          <li key={kind}>
            <Button
              label={title}
              disabled={kind === "model" && perception.value.status !== "ready"}
              onClick={() => saveNumbers(kind)}
            />
            <span class="save-hint">{hint}</span>
          </li>
        ))}
      </ul>
      <div class="save-buttons">
        <Button label="Close" onClick={() => saveOpen.value = false} />
      </div>
    </>
  );
}
