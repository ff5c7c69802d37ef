import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  bounds,
  lastStep,
  looping,
  nudge,
  playing,
  range,
  seek,
  speed,
  SPEEDS,
  step,
  STEPS_PER_SECOND,
  togglePlaying,
} from "../state/playhead.ts";
import { SaveMenu } from "../save/save_menu.tsx";
import { stepEpisode } from "../state/select.ts";
import { episode, episodeId } from "../state/session.ts";
import { Choice } from "../ui/controls.tsx";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon_button.tsx";
import { setRangeEnd, setRangeStart } from "./range_ends.ts";
import { Scrubber } from "./scrubber.tsx";
import { shownEpisodes } from "./shown_episodes.ts";

const speedName = (speed: number) => speed === Infinity ? "max" : `${speed}×`;

/** The playhead's controls: all panels keep to it. */
export function Transport() {
  const state = episode.value;
  const idle = state.status !== "ready";
  return (
    <footer class="shell-transport" aria-label="Playback">
      {idle
        ? (
          <p class="shell-transport-idle dim" role="status">
            {state.status === "loading" ? `Drawing ${state.what}…` : "No episode is shown."}
          </p>
        )
        : <Scrubber key={episodeId.value} episode={state.value} />}
      <div class="shell-transport-row">
        <div class="shell-transport-group">
          <IconButton
            icon="up"
            label="Previous episode (P)"
            onClick={() => stepEpisode(-1, shownEpisodes.value)}
          />
          <IconButton
            icon="down"
            label="Next episode (N)"
            onClick={() => stepEpisode(1, shownEpisodes.value)}
          />
        </div>
        <div class="shell-transport-group shell-transport-main">
          <IconButton icon="start" label="To the start (Home)" disabled={idle} onClick={() => seek(0)} />
          <IconButton
            icon="backTen"
            label="Ten frames back (Shift+←)"
            disabled={idle}
            onClick={() => nudge(-10)}
          />
          <IconButton icon="back" label="One frame back (←)" disabled={idle} onClick={() => nudge(-1)} />
          <PlayButton disabled={idle} />
          <IconButton icon="forward" label="One frame on (→)" disabled={idle} onClick={() => nudge(1)} />
          <IconButton
            icon="forwardTen"
            label="Ten frames on (Shift+→)"
            disabled={idle}
            onClick={() => nudge(10)}
          />
          <IconButton
            icon="end"
            label="To the end (End)"
            disabled={idle}
            onClick={() => seek(lastStep.value)}
          />
        </div>
        <div class="shell-transport-group">
          <IconButton
            icon="loop"
            label="Loop (L)"
            pressed={looping.value}
            onClick={() => looping.value = !looping.value}
          />
          <Choice
            label="Speed"
            value={String(speed.value)}
            options={SPEEDS.map((value) => [String(value), speedName(value)] as const)}
            onChange={(value) => speed.value = Number(value)}
          />
        </div>
        <div class="shell-transport-group shell-transport-range">
          <IconButton
            icon="rangeIn"
            label="Range starts here (I)"
            disabled={idle}
            onClick={() => setRangeStart(step.value)}
          />
          <IconButton
            icon="rangeOut"
            label="Range ends here (O)"
            disabled={idle}
            onClick={() => setRangeEnd(step.value)}
          />
          {range.value && (
            <>
              <span class="small">{bounds.value.join("–")}</span>
              <IconButton icon="clear" label="Clear the range" onClick={() => range.value = undefined} />
            </>
          )}
        </div>
        <Readout />
        <SaveMenu />
      </div>
    </footer>
  );
}

function PlayButton({ disabled }: { disabled: boolean }) {
  const label = playing.value ? "Pause (Space)" : "Play (Space)";
  return (
    <button
      type="button"
      class="button primary shell-play"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={togglePlaying}
    >
      <Icon name={playing.value ? "pause" : "play"} />
    </button>
  );
}

/** The frame, to read and to type, and the time. Written without a render: it changes 50 times a second. */
function Readout() {
  const field = useRef<HTMLInputElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  useSignalEffect(() => {
    const now = step.value;
    if (document.activeElement !== field.current) field.current!.value = String(now);
    time.current!.textContent = `${seconds(now)} / ${seconds(lastStep.value)} s`;
  });
  const jump = () => {
    const target = field.current!.valueAsNumber;
    if (Number.isFinite(target)) seek(target);
    field.current!.value = String(step.value);
  };
  return (
    <div class="shell-transport-group shell-readout">
      <label class="field">
        <span class="field-label">Frame</span>
        <input
          ref={field}
          type="number"
          min={0}
          max={lastStep.value}
          onChange={jump}
          onKeyDown={(event) => {
            if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <span class="dim">of {lastStep.value}</span>
      </label>
      <span ref={time} class="shell-time" />
    </div>
  );
}

const seconds = (steps: number) => (steps / STEPS_PER_SECOND).toFixed(2);
