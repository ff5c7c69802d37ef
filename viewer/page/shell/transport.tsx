import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  bounds,
  lastStep,
  looping,
  pace,
  playing,
  range,
  seek,
  speed,
  SPEEDS,
  step,
  togglePlaying,
} from "../state/playhead.ts";
import { SaveMenu } from "../save/save_menu.tsx";
import { episode, episodeId } from "../state/session.ts";
import { Choice, leaveByEnter } from "../ui/controls.tsx";
import { Icon } from "../ui/icon.tsx";
import { CommandButton } from "./command_button.tsx";
import { Scrubber } from "./scrubber.tsx";

const speedName = (speed: number) => speed === Infinity ? "max" : `${speed}×`;

/** The playhead's controls: all panels keep to it. */
export function Transport() {
  const state = episode.value;
  const idle = state.status !== "ready";
  return (
    <section class="shell-transport" aria-label="Playback">
      {idle
        ? (
          <p class="shell-transport-idle dim" role="status">
            {state.status === "loading" ? `Drawing ${state.what}…` : "No episode is shown."}
          </p>
        )
        : <Scrubber key={episodeId.value} episode={state.value} />}
      {!idle && state.value.damage && <p class="shell-damage small" role="status">{state.value.damage}</p>}
      <div class="shell-transport-row">
        <div class="shell-transport-group shell-transport-main">
          <CommandButton icon="up" id="episode.previous" />
          <CommandButton icon="start" id="playback.start" class="shell-far" />
          <CommandButton icon="backTen" id="playback.tenBack" />
          <CommandButton icon="back" id="playback.back" />
          <PlayButton disabled={idle} />
          <CommandButton icon="forward" id="playback.forward" />
          <CommandButton icon="forwardTen" id="playback.tenForward" />
          <CommandButton icon="end" id="playback.end" class="shell-far" />
          <CommandButton icon="down" id="episode.next" />
        </div>
        <div class="shell-transport-group">
          <CommandButton icon="loop" id="playback.loop" pressed={looping.value} />
          <Choice
            label="Speed"
            value={String(speed.value)}
            options={SPEEDS.map((value) => [String(value), speedName(value)] as const)}
            onChange={(value) => speed.value = Number(value)}
          />
        </div>
        <div class="shell-transport-group">
          <CommandButton icon="rangeIn" id="playback.rangeStart" />
          <CommandButton icon="rangeOut" id="playback.rangeEnd" />
          {range.value && (
            <>
              <span class="small shell-range-text">{bounds.value.join("–")}</span>
              <CommandButton icon="clear" id="playback.rangeClear" />
            </>
          )}
        </div>
        <Readout />
        <SaveMenu />
      </div>
    </section>
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
          aria-label="Frame"
          min={0}
          max={lastStep.value}
          onChange={jump}
          onKeyDown={leaveByEnter}
        />
        <span class="dim">of {lastStep.value}</span>
      </label>
      <span ref={time} class="shell-time" />
    </div>
  );
}

const seconds = (steps: number) => (steps / pace.value).toFixed(2);
