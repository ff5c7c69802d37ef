import { useMemo } from "preact/hooks";
import type { CarRacing } from "../../../../envs/car_racing/car_racing.ts";
import type { DrivenEnvironment, DriveSceneProps } from "../environment_view.ts";
import type { SceneCar, SceneWorld } from "./scene_stage.ts";
import { SceneView } from "./scene_view.tsx";

/** A drive on its track, and perhaps a ghost. */
export function DriveScene({ drive, position, human, ghost, children }: DriveSceneProps) {
  const world = useMemo(() => worldOf(drive), [drive]);
  const cars = useMemo(() => {
    const mine: SceneCar = { tape: drive.tape, position, helmet: () => human() ? "--human" : "--agent" };
    return ghost ? [mine, { tape: ghost, position, ghost: "--series-0" as const }] : [mine];
  }, [drive, ghost]);
  return (
    <SceneView world={world} cars={cars} label={`The car on track ${drive.seed}`}>
      {children}
    </SceneView>
  );
}

/** The environment of a drive. */
export function carRacingOf({ env }: DrivenEnvironment): CarRacing {
  return env as unknown as CarRacing;
}

/** What a drive's scene is made of. */
export function worldOf(drive: DrivenEnvironment): SceneWorld {
  const { track, view: { colors } } = carRacingOf(drive);
  return { track, colors };
}
