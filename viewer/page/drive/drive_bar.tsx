import { acting, actingFields } from "../state/acting.ts";
import { valueOf } from "../state/async_state.ts";
import { environmentView } from "../environments/environment_views.ts";
import { step } from "../state/playhead.ts";
import { stepRate } from "../state/step_rate.ts";
import { frameSkip, model, perception } from "../state/session.ts";
import { Button, Choice, NumberField, Slider, Toggle } from "../ui/controls.tsx";
import { FieldControls } from "../ui/field_controls.tsx";
import type { DreamSession } from "./dream_session.ts";
import { goTo, handOver } from "./drive_commands.ts";
import {
  assisted,
  autopilot,
  chooseSeed,
  dreamFrom,
  driveDreamSeed,
  driveEnvironment,
  driveEpisode,
  drivePlace,
  driver,
  driveSeed,
  driveTemperature,
  followsEpisode,
  ghostShown,
  HIGHEST_DRIVE_TEMPERATURE,
  LONG_DRIVE,
  longDrive,
} from "./drive_settings.ts";
import { focusPane } from "./focus_pane.ts";
import { usualSteps } from "./reality_drive.ts";
import type { RealitySession } from "./reality_session.ts";

/** Where, what and how one drives. */
export function DriveBar({ reality, dream }: { reality: RealitySession; dream: DreamSession }) {
  const inReality = drivePlace.value === "reality";
  const session = inReality ? reality : dream;
  const status = session.status.value;
  const ready = inReality || dream.drive.value !== undefined;
  const environment = inReality ? driveEnvironment.value : dream.drive.value && dream.world?.environment;
  const assistance = environment === undefined ? undefined : environmentView(environment).assistance;
  return (
    <>
      <div class="drive-bar">
        <div class="drive-group" role="group" aria-label="Where to drive">
          <Button
            label="Reality"
            pressed={inReality}
            title="The simulator itself (T)"
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
            label={driver.value === "human" ? "Hand over to the agent" : "Take over"}
            title="M"
            onClick={() => withFocus(handOver)}
          />
        </div>
      </div>
      <div class="drive-bar drive-settings">
        {inReality ? <RealitySettings reality={reality} /> : <DreamSettings />}
        {assistance && (
          <span title={assistance.help}>
            <Toggle label="Assist" value={assisted} />
          </span>
        )}
      </div>
    </>
  );
}

/** The seed as a field reads and writes it. */
const seedField = {
  get value() {
    return driveSeed.value;
  },
  set value(seed: number) {
    chooseSeed(seed);
  },
};

function RealitySettings({ reality }: { reality: RealitySession }) {
  const shown = driveEpisode.value;
  const environment = driveEnvironment.value;
  const { scene } = environmentView(environment);
  const usual = Math.round(usualSteps(environment) / stepRate(environment));
  const run = valueOf(model.value)?.card.name;
  const { seed } = shown?.header ?? {};
  return (
    <>
      <span class="dim small">{environment}</span>
      <NumberField label="Seed" value={seedField} min={0} max={2 ** 31 - 1} />
      {seed !== undefined && seed !== driveSeed.value && (
        <Button
          label={`Seed ${seed}`}
          title="The seed of the chosen episode"
          onClick={() => {
            driveSeed.value = seed;
            followsEpisode.value = true;
          }}
        />
      )}
      {usual !== LONG_DRIVE && (
        <Choice
          label="Ends after"
          value={longDrive.value ? "long" : "usual"}
          options={[["usual", `${usual} s, as for agents`], ["long", `${LONG_DRIVE} s`]]}
          onChange={(value) => longDrive.value = value === "long"}
        />
      )}
      <Choice
        label="Agent"
        value={reality.hasAgent.value ? autopilot.value : "scripted"}
        options={[
          ...reality.hasAgent.value ? [["controller", run ?? "agent"] as const] : [],
          ["scripted", "Scripted driver"],
        ]}
        onChange={(value) => autopilot.value = value === "scripted" ? "scripted" : "controller"}
      />
      {reality.hasAgent.value && autopilot.value === "controller" && (
        <>
          <FieldControls fields={actingFields.value} values={acting} />
          {reality.status.value !== "ready" &&
            JSON.stringify(reality.asked.value) !== JSON.stringify(acting.value) &&
            <span class="dim small">from the next start on</span>}
        </>
      )}
      {shown && scene?.ghost?.(shown, driveSeed.value) && (
        <span title="The chosen episode as a translucent ghost">
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
  const last = seen.followed.rewards.length;
  return (
    <>
      <Slider
        label="Starts at"
        value={step}
        min={world.context * frameSkip.value}
        max={last * frameSkip.value}
        step={frameSkip.value}
        format={() => `frame ${Math.min(Math.max(dreamFrom.value, world.context), last) * frameSkip.value}`}
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
