import type { Signal } from "@preact/signals";
import { Button } from "../../ui/controls.tsx";
import { CAMERA_MODES, type CameraMode } from "../../state/camera_mode.ts";

const NAMES: Record<CameraMode, { label: string; title: string }> = {
  chase: { label: "Chase", title: "From behind: the car points up (C)" },
  follow: { label: "Above", title: "From above, north up, following the car (C)" },
  whole: { label: "Track", title: "The whole track (C)" },
};

/** Chooses how a scene is looked at. @param onReset Takes back zoom and pan, where there are any. */
export function CameraChoice({ mode, onReset }: { mode: Signal<CameraMode>; onReset?: () => void }) {
  return (
    <div class="scene-cameras" role="group" aria-label="Camera">
      {onReset && <Button label="Reset view" title="Reset zoom and pan (double-click)" onClick={onReset} />}
      {CAMERA_MODES.map((name) => (
        <Button
          key={name}
          label={NAMES[name].label}
          title={NAMES[name].title}
          pressed={mode.value === name}
          onClick={() => mode.value = name}
        />
      ))}
    </div>
  );
}
