import { type ReadonlySignal, type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { messageOf } from "../../state/async_state.ts";
import { CameraChoice } from "./camera_choice.tsx";
import { type CameraMode, cameraMode, wantsLessMotion } from "../../state/camera_mode.ts";
import { unadjusted } from "./scene_camera.ts";
import { type MapDots, MiniMap } from "./mini_map.tsx";
import { SceneLoop } from "./scene_loop.ts";
import type { SceneCar, SceneWorld } from "./scene_stage.ts";

/** What draws a scene's present moment and returns what it is drawn on; nothing before it is there. */
export interface SceneDrawer {
  draw?(): HTMLCanvasElement | undefined;
}

/**
 * A drive as people like to see it: track and cars by Pixi, from behind or from above; see `controlCamera` for zoom and
 * pan. It draws between two steps, at the screen's own rate.
 */
export function SceneView({ world, cars, mode = cameraMode, label, drawer, children }: {
  /** The track. */
  world: SceneWorld;
  /** The cars, the one that the camera looks at first; another array puts other cars there. */
  cars: readonly SceneCar[];
  /** How it is looked at; all scenes share a choice by default. */
  mode?: Signal<CameraMode>;
  /** What it shows, in words. */
  label: string;
  /** Gets what draws the present moment at once, for pictures that are saved. */
  drawer?: SceneDrawer;
  /** What lies over it. */
  children?: ComponentChildren;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const problem = useSignal<string | undefined>(undefined);
  const shortfall = useSignal<string | undefined>(undefined);
  const dots = useMemo<MapDots>(() => [], []);
  const loop = useMemo(() => new SceneLoop({ mode, dots, steady: wantsLessMotion() }), [mode]);
  const adjusted = useComputed(() => {
    const { zoom, panX, panY } = loop.adjustment.value;
    return zoom !== 1 || panX !== 0 || panY !== 0;
  });
  useEffect(() => loop.show(world, cars), [loop, world, cars]);
  useEffect(() => {
    loop.start(canvas.current!, pane.current!).then(
      (sentence) => shortfall.value = sentence,
      (error) =>
        problem.value = `Cannot draw the scene: ${messageOf(error)}. Everything else works without it.`,
    );
    if (drawer) drawer.draw = () => loop.drawNow();
    return () => {
      loop.stop();
      if (drawer) drawer.draw = undefined;
    };
  }, [loop, drawer]);
  return (
    <div class="scene">
      <div class="scene-pane" ref={pane}>
        <canvas ref={canvas} class="scene-canvas" role="img" aria-label={label} />
      </div>
      {problem.value === undefined
        ? (
          <>
            {mode.value !== "whole" && <MiniMap track={world.track} cars={cars.length} dots={dots} />}
            <ZoomHint scrolls={loop.scrolls} />
            <Shortfall sentence={shortfall} />
            <CameraChoice
              mode={mode}
              onReset={adjusted.value ? () => loop.adjustment.value = unadjusted() : undefined}
            />
          </>
        )
        : <p class="notice error scene-problem" role="alert">{problem}</p>}
      {children}
    </div>
  );
}

/** Whether it was said that scenes are drawn plainly: once is enough. */
let toldPlain = false;

/** Says for a while why the scene is plain. */
function Shortfall({ sentence }: { sentence: ReadonlySignal<string | undefined> }) {
  const shown = useSignal(false);
  useSignalEffect(() => {
    if (sentence.value === undefined || toldPlain) return;
    toldPlain = shown.value = true;
    setTimeout(() => shown.value = false, 3 * HINT);
  });
  return shown.value ? <p class="scene-hint" role="status">{sentence}</p> : null;
}

/** How long it says how to zoom, milliseconds. */
const HINT = 4000;
/** Whether it was said: once is enough. */
let hinted = false;

/** Says how to zoom when a wheel over the scene scrolls the page for the first time. */
function ZoomHint({ scrolls }: { scrolls: ReadonlySignal<number> }) {
  const shown = useSignal(false);
  useSignalEffect(() => {
    if (scrolls.value === 0 || hinted) return;
    hinted = shown.value = true;
    setTimeout(() => shown.value = false, HINT);
  });
  if (!shown.value) return null;
  return (
    <p class="scene-hint" role="status">
      Ctrl and the wheel zoom; so does the wheel alone after a click into the scene.
    </p>
  );
}
