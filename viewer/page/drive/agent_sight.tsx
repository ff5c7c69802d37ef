import { useComputed } from "@preact/signals";
import { pictureIn } from "../episodes/pictures.ts";
import { valueOf } from "../state/async_state.ts";
import { model } from "../state/session.ts";
import { Toggle } from "../ui/controls.tsx";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import { reconstructionShown } from "./drive_settings.ts";
import type { RealitySession } from "./reality_session.ts";

/** What an agent sees of the drive, and what the model makes of it. */
export function AgentSight({ session }: { session: RealitySession }) {
  const card = valueOf(model.value)?.card;
  const shown = (frame: Uint8Array | undefined) => frame && pictureIn(frame, 0, session.sight.value!.size);
  const seen = useComputed(() => shown(session.sight.value?.frame));
  const made = useComputed(() => shown(session.sight.value?.reconstruction));
  const reconstructs = session.hasAgent.value && card?.world;
  if (!seen.value) return null; // it sees numbers
  return (
    <div class="drive-sight">
      <figure>
        <PixelCanvas picture={seen} label="What the agent sees" />
        <AttendedParts session={session} />
        <figcaption>The agent sees</figcaption>
      </figure>
      {reconstructs && (
        <figure>
          {reconstructionShown.value && (
            <PixelCanvas picture={made} label="What the model reconstructs of it" />
          )}
          <Toggle label="Reconstruction" value={reconstructionShown} />
        </figure>
      )}
    </div>
  );
}

/** Frames around the parts that the agent goes by, the more important the stronger. */
function AttendedParts({ session }: { session: RealitySession }) {
  const parts = useComputed(() => {
    session.tick.value;
    return session.attended;
  });
  const share = (value: number) => `${100 * value}%`;
  return (
    <div class="attended" role="list" aria-label="Parts that the agent goes by">
      {parts.value.map(({ top, left, height, width }, i) => (
        <div
          key={i}
          role="listitem"
          style={{
            top: share(top),
            left: share(left),
            height: share(height),
            width: share(width),
            opacity: 1 - 0.7 * i / parts.value.length,
          }}
        />
      ))}
    </div>
  );
}
