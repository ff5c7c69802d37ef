import { valueOf } from "../state/async_state.ts";
import { step } from "../state/playhead.ts";
import { episode, frameSkip, model, perception } from "../state/session.ts";
import { Button, Choice, NumberField, Slider, Toggle } from "../ui/controls.tsx";
import type { DreamSession } from "./dream_session.ts";
import { goTo, handOver } from "./drive_commands.ts";
import {
  assisted,
  autopilot,
  chooseTrack,
  dreamFrom,
  driveDreamSeed,
  drivePlace,
  driver,
  driveSeed,
  driveTemperature,
  followsEpisode,
  ghostShown,
  HIGHEST_DRIVE_TEMPERATURE,
  timeLimit,
} from "./drive_settings.ts";
import { focusPane } from "./focus_pane.ts";
import { ghostOf } from "./ghost.ts";
import type { RealitySession } from "./reality_session.ts";

const ASSIST_HELP =
  "Half the gas, no gas above 62 u/s, brakes that do not lock, less steering at speed. Without assistance you drive the car that agents drive: it spins when you steer under power.";

/** Where, what and how one drives. */
export function DriveBar({ reality, dream }: { reality: RealitySession; dream: DreamSession }) {
  const inReality = drivePlace.value === "reality";
  const session = inReality ? reality : dream;
  const status = session.status.value;
  const ready = inReality || dream.drive.value !== undefined;
  return (
    <>
      <div class="drive-bar">
        <div class="drive-group" role="group" aria-label="Where to drive">
          <Button
            label="Reality"
            pressed={inReality}
            title="The simulator itself, on a real track (T)"
            onClick={() => goTo("reality")}
          />
          <Button
            label="Inside the dream"
            pressed={!inReality}
            title="The model's dream, from a moment of the chosen episode on (T)"
            onClick={() => goTo("dream")}
          />
        </div>
        <div class="drive-group" role="group" aria-label="The drive">
          <Button
            primary={status !== "running"}
            disabled={!ready}
            label={status === "paused" ? "Resume" : status === "ready" ? "Start" : "Restart"}
            title="Enter"
            onClick={() => withFocus(() => session.begin())}
          />
          {(status === "running" || status === "paused") && (
            <Button
              label={status === "running" ? "Pause" : "Restart"}
              title={status === "running" ? "P" : ""}
              onClick={() =>
                withFocus(() => {
                  if (status === "running") session.togglePause();
                  else session.prepare();
                })}
            />
          )}
          <Button
            label={driver.value === "human" ? "Hand over to the agent" : "Take the wheel"}
            title="M"
            onClick={() => withFocus(handOver)}
          />
        </div>
      </div>
      <div class="drive-bar drive-settings">
        {inReality ? <RealitySettings reality={reality} /> : <DreamSettings />}
        <span title={ASSIST_HELP}>
          <Toggle label="Assist" value={assisted} />
        </span>
      </div>
    </>
  );
}

/** The track as a field reads and writes it. */
const track = {
  get value() {
    return driveSeed.value;
  },
  set value(seed: number) {
    chooseTrack(seed);
  },
};

function RealitySettings({ reality }: { reality: RealitySession }) {
  const shown = valueOf(episode.value);
  const seed = shown?.header.env.startsWith("CarRacing") ? shown.header.seed : undefined;
  const run = valueOf(model.value)?.card.name;
  return (
    <>
      {shown && seed === undefined && (
        <span class="dim small">
          The chosen episode is from {shown.header.env}; this view supports CarRacing only.
        </span>
      )}
      <NumberField label="Track" value={track} min={0} max={2 ** 31 - 1} />
      {seed !== undefined && seed !== driveSeed.value && (
        <Button
          label={`Track ${seed}`}
          title="The track of the chosen episode, which then appears as a ghost"
          onClick={() => {
            driveSeed.value = seed;
            followsEpisode.value = true;
          }}
        />
      )}
      <Choice
        label="Ends after"
        value={String(timeLimit.value)}
        options={[["20", "20 s, as for agents"], ["60", "60 s"]]}
        onChange={(value) => timeLimit.value = value === "60" ? 60 : 20}
      />
      <Choice
        label="Agent"
        value={reality.hasController.value ? autopilot.value : "scripted"}
        options={reality.hasController.value
          ? [["controller", run ?? "controller"], ["scripted", "Scripted driver"]]
          : [["scripted", "Scripted driver"]]}
        onChange={(value) => autopilot.value = value === "scripted" ? "scripted" : "controller"}
      />
      {ghostOf(shown, driveSeed.value) && (
        <span title="The chosen episode as a translucent ghost car">
          <Toggle label="Ghost" value={ghostShown} />
        </span>
      )}
    </>
  );
}

function DreamSettings() {
  const seen = valueOf(perception.value);
  const world = seen?.model.card.world;
  if (!seen || !world) return null;
  const last = seen.encoded.mu.length / seen.model.card.latentSize - 1;
  return (
    <>
      <Slider
        label="Starts at"
        value={step}
        min={0}
        max={last * frameSkip.value}
        step={frameSkip.value}
        format={() => `frame ${Math.min(dreamFrom.value, last) * frameSkip.value}`}
      />
      <Slider
        label="Temperature"
        value={driveTemperature}
        min={0}
        max={HIGHEST_DRIVE_TEMPERATURE}
        step={0.05}
        format={(value) => value.toFixed(2)}
        onReset={() => driveTemperature.value = 1}
      />
      <NumberField label="Seed" value={driveDreamSeed} min={0} max={2 ** 31 - 1} />
    </>
  );
}

/** Does something, and puts the focus where keys drive: on the pane, not on the button. */
function withFocus(act: () => void): void {
  act();
  focusPane();
}
