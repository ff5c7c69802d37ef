import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type GaugeReading, Gauges, motionGauges } from "../scene/gauges.tsx";
import type { SceneCar } from "../scene/scene_stage.ts";
import { SceneView } from "../scene/scene_view.tsx";
import { valueOf } from "../state/async_state.ts";
import { STEPS_PER_SECOND } from "../state/playhead.ts";
import { episode } from "../state/session.ts";
import { AgentSight } from "./agent_sight.tsx";
import { autopilot, driver, ghostShown } from "./drive_settings.ts";
import { DriverBadge } from "./driver_badge.tsx";
import { EndCard } from "./end_card.tsx";
import { ghostOf } from "./ghost.ts";
import { focusPane } from "./focus_pane.ts";
import type { HumanInput } from "./human_input.ts";
import { saveDrive, watchDrive } from "./keep_drive.ts";
import { KeyHint } from "./key_hint.tsx";
import type { RealityDrive } from "./reality_drive.ts";
import type { RealitySession } from "./reality_session.ts";
import { TouchControls } from "./touch_controls.tsx";
import { signed } from "../ui/signed.ts";

/** The drive on a real track. */
export function RealityPane({ session, input }: { session: RealitySession; input: HumanInput }) {
  const drive = session.drive.value;
  const ghost = ghostShown.value ? ghostOf(valueOf(episode.value), drive.seed) : undefined;
  const cars = useMemo(() => {
    const position = () => session.position();
    const mine: SceneCar = {
      tape: drive.tape,
      position,
      helmet: () => driver.peek() === "human" ? "--human" : "--agent",
    };
    return ghost ? [mine, { tape: ghost, position, ghost: "--series-0" as const }] : [mine];
  }, [drive, ghost]);
  const reading = useComputed((): GaugeReading => {
    session.tick.value;
    const { tape, steps, rewards, total } = session.drive.value;
    const [steer, gas, brake] = Array.from(session.action());
    return {
      ...motionGauges(tape, steps),
      steer,
      gas,
      brake,
      reward: steps > 0 ? rewards[steps - 1] : 0,
      total,
      value: session.value,
    };
  });
  const status = session.status.value;
  const scripted = !session.hasController.value || autopilot.value === "scripted";
  const what = `track ${drive.seed}`;
  return (
    <div class="drive-reality">
      <div class="drive-stage" id="drive-pane" tabIndex={-1}>
        <SceneView world={drive.world} cars={cars} label={`The car on track ${drive.seed}`}>
          <DriverBadge scripted={scripted} />
          {status === "running" && <TouchControls input={input} />}
          {status === "ready" && <KeyHint camera onBegin={() => begin(session)} />}
          {(status === "over" || status === "paused") && (
            <EndCard
              title={status === "paused" ? "Paused" : endingOf(drive)}
              facts={factsOf(drive)}
              go={{ label: status === "paused" ? "Resume" : "Drive again", run: () => begin(session) }}
              onSave={() => saveDrive(drive, what)}
              onWatch={() => watchDrive(drive, what)}
            />
          )}
        </SceneView>
        <AgentSight session={session} />
      </div>
      <div class="drive-instruments">
        <Progress session={session} />
        <Gauges reading={reading} />
      </div>
    </div>
  );
}

/** Time and tiles; rendered again at each tenth of a second only. */
function Progress({ session }: { session: RealitySession }) {
  const time = useComputed(() => {
    session.tick.value;
    return Math.floor(session.drive.value.steps / (STEPS_PER_SECOND / 10)) / 10;
  });
  const tiles = useComputed(() => {
    session.tick.value;
    return session.drive.value.tilesVisited;
  });
  const { world, maxSteps } = session.drive.value;
  const all = world.track.points.length;
  return (
    <div class="drive-progress">
      <span>
        <b>{time.value.toFixed(1)}</b> of {maxSteps / STEPS_PER_SECOND} s
      </span>
      <label>
        <span>
          <b>{tiles}</b> of {all} tiles
        </span>
        <progress max={all} value={tiles.value} />
      </label>
    </div>
  );
}

function begin(session: RealitySession): void {
  session.begin();
  focusPane();
}

function endingOf(drive: RealityDrive): string {
  if (drive.last?.truncated && !drive.last.terminated) return "Time is up";
  return drive.last?.info.lapFinished ? "The lap is finished" : "Off the playfield";
}

function factsOf({ total, steps, tilesVisited, world }: RealityDrive) {
  return [
    ["Return", signed(total, 1)],
    ["Tiles", `${tilesVisited} of ${world.track.points.length}`],
    ["Time", `${(steps / STEPS_PER_SECOND).toFixed(1)} s`],
  ] as const;
}
