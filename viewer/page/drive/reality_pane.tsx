import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useCallback } from "preact/hooks";
import type { EnvironmentScene } from "../environments/environment_view.ts";
import { environmentView } from "../environments/environment_views.ts";
import { useScene } from "../environments/use_scene.ts";
import { namedParts } from "../episodes/action_parts.ts";
import { valueOf } from "../state/async_state.ts";
import { episode } from "../state/session.ts";
import { stepRate } from "../state/step_rate.ts";
import { type GaugeReading, Gauges } from "../ui/gauges.tsx";
import { Await } from "../ui/panel.tsx";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import { signed } from "../ui/signed.ts";
import { AgentSight } from "./agent_sight.tsx";
import { autopilot, driver, ghostShown } from "./drive_settings.ts";
import { DriverBadge } from "./driver_badge.tsx";
import { EndCard } from "./end_card.tsx";
import { focusPane } from "./focus_pane.ts";
import type { HumanInput } from "./human_input.ts";
import { saveDrive, watchDrive } from "./keep_drive.ts";
import { KeyHint } from "./key_hint.tsx";
import type { RealityDrive } from "./reality_drive.ts";
import type { RealitySession } from "./reality_session.ts";
import { TouchControls } from "./touch_controls.tsx";

/** The drive in reality. */
export function RealityPane({ session, input }: { session: RealitySession; input: HumanInput }) {
  const { environment } = session.drive.value;
  const { scene } = environmentView(environment);
  const loaded = useScene(scene);
  if (!scene) return <Panes session={session} input={input} />;
  return (
    <Await state={loaded} empty="">
      {(scene) => <Panes session={session} input={input} scene={scene} />}
    </Await>
  );
}

function Panes({ session, input, scene }: {
  session: RealitySession;
  input: HumanInput;
  scene?: EnvironmentScene;
}) {
  const drive = session.drive.value;
  const { environment, actionSize } = drive;
  const reading = useComputed((): GaugeReading => {
    session.tick.value;
    const { steps, rewards, total, action = [] } = session.drive.value;
    return { action, reward: steps > 0 ? rewards[steps - 1] : 0, total, value: session.value };
  });
  const status = session.status.value;
  const scripted = !session.hasAgent.value || autopilot.value === "scripted";
  const what = `seed ${drive.seed}`;
  return (
    <div class="drive-reality">
      <div class="drive-stage" id="drive-pane" tabIndex={-1}>
        <DriveScene session={session} scene={scene}>
          <DriverBadge scripted={scripted} />
          {status === "running" && <TouchControls input={input} environment={environment} />}
          {status === "ready" && (
            <KeyHint
              environment={environment}
              camera={scene !== undefined}
              onBegin={() => begin(session)}
            />
          )}
          {(status === "over" || status === "paused") && (
            <EndCard
              title={status === "paused" ? "Paused" : endingOf(drive, scene)}
              facts={factsOf(drive, scene)}
              go={{ label: status === "paused" ? "Resume" : "Drive again", run: () => begin(session) }}
              onSave={() => saveDrive(drive, what)}
              onWatch={() => watchDrive(drive, what)}
            />
          )}
        </DriveScene>
        <AgentSight session={session} />
      </div>
      <div class="drive-instruments">
        <Progress session={session} scene={scene} />
        <Gauges parts={namedParts(environment, { options: {}, actionSize })} reading={reading}>
          {scene && <scene.DriveGauges drive={drive} tick={session.tick} />}
        </Gauges>
      </div>
    </div>
  );
}

/** The drive as people like to see it: as a scene, else as the environment renders it. */
function DriveScene({ session, scene, children }: {
  session: RealitySession;
  scene: EnvironmentScene | undefined;
  children: ComponentChildren;
}) {
  const drive = session.drive.value;
  const shown = valueOf(episode.value);
  const ghost = ghostShown.value && shown
    ? environmentView(drive.environment).scene?.ghost?.(shown, drive.seed)
    : undefined;
  const picture = useComputed(() => {
    session.tick.value;
    return scene ? undefined : session.drive.value.picture();
  });
  const position = useCallback(() => session.position(), [session]);
  if (!scene) {
    return (
      <div class="drive-dream">
        <PixelCanvas picture={picture} label={drive.environment} class="drive-picture" />
        {children}
      </div>
    );
  }
  return (
    <scene.Drive drive={drive} tick={session.tick} position={position} human={isHuman} ghost={ghost}>
      {children}
    </scene.Drive>
  );
}

const isHuman = () => driver.peek() === "human";

/** Time, and how far it has come; rendered again at each tenth of a second only. */
function Progress({ session, scene }: { session: RealitySession; scene: EnvironmentScene | undefined }) {
  const { environment, maxSteps } = session.drive.value;
  const rate = stepRate(environment);
  const time = useComputed(() => {
    session.tick.value;
    const { steps, environment } = session.drive.value;
    return Math.floor(10 * steps / stepRate(environment)) / 10;
  });
  return (
    <div class="drive-progress">
      <span>
        <b>{time.value.toFixed(1)}</b> of {Math.round(maxSteps / rate)} s
      </span>
      {scene && <scene.DriveProgress drive={session.drive.value} tick={session.tick} />}
    </div>
  );
}

function begin(session: RealitySession): void {
  session.begin();
  focusPane();
}

function endingOf(drive: RealityDrive, scene: EnvironmentScene | undefined): string {
  if (drive.last?.truncated && !drive.last.terminated) return "Time is up";
  return scene?.ending(drive) ?? "The episode has ended";
}

function factsOf(drive: RealityDrive, scene: EnvironmentScene | undefined) {
  return [
    ["Return", signed(drive.total, 1)] as const,
    ...scene?.facts(drive) ?? [],
    ["Time", `${(drive.steps / stepRate(drive.environment)).toFixed(1)} s`] as const,
  ];
}
