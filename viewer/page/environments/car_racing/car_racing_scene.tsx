import { useComputed } from "@preact/signals";
import { valueOf } from "../../state/async_state.ts";
import { step } from "../../state/playhead.ts";
import { episode } from "../../state/session.ts";
import type { DrivenEnvironment, DriveProps, EnvironmentScene } from "../environment_view.ts";
import { carRacingOf, DriveScene } from "./drive_scene.tsx";
import { EpisodeScene } from "./episode_scene.tsx";
import { hasScene } from "./has_scene.ts";
import { MotionGauges } from "./motion_gauges.tsx";

/** CarRacing as people like to see it. */
export const CAR_RACING_SCENE: EnvironmentScene = {
  Episode: EpisodeScene,
  EpisodeGauges() {
    const at = useComputed(() => {
      const shown = valueOf(episode.value);
      if (!shown || !hasScene(shown)) return undefined;
      return { tape: { states: shown.states, count: shown.steps + 1 }, step: step.value };
    });
    return <MotionGauges at={at} />;
  },
  Drive: DriveScene,
  DriveGauges({ drive, tick }) {
    const at = useComputed(() => ({ tape: drive.tape, step: drive.steps, tick: tick.value }));
    return <MotionGauges key={drive} at={at} />;
  },
  DriveProgress,
  ending: ({ info }) => info.lapFinished ? "The lap is finished" : "Off the playfield",
  facts: (drive) => [["Tiles", `${tilesOf(drive).visited} of ${tilesOf(drive).all}`]],
};

/** Tiles of the road that were collected. */
function DriveProgress({ drive, tick }: DriveProps) {
  const visited = useComputed(() => {
    tick.value;
    return tilesOf(drive).visited;
  });
  const { all } = tilesOf(drive);
  return (
    <label>
      <span>
        <b>{visited}</b> of {all} tiles
      </span>
      <progress max={all} value={visited.value} />
    </label>
  );
}

/** How many tiles of its track a drive has collected. */
function tilesOf(drive: DrivenEnvironment): { visited: number; all: number } {
  return { visited: Number(drive.info.tilesVisited), all: carRacingOf(drive).track.points.length };
}
