import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { pictureIn } from "../episodes/pictures.ts";
import { seek } from "../state/playhead.ts";
import { type Encoding, frameSkip } from "../state/session.ts";
import { Panel } from "../ui/panel.tsx";
import { edited, nameOf } from "./latents_state.ts";
import { nearestFrames, type Neighbour } from "./nearest_frames.ts";
import { PictureStrip } from "./picture_strip.tsx";
import { useOnScreen } from "./use_on_screen.ts";

/** Frames that are shown. */
const COUNT = 11;
/** Decisions that they lie apart at least: next to each other in time they all look alike. */
const APART = 5;

/** The frames of the episode whose latents are closest to the one that is edited. */
export function NearestPanel({ perception: { encoded, episode } }: { perception: Encoding }) {
  const [place, onScreen] = useOnScreen();
  const last = useRef<Neighbour[]>([]);
  const found = useComputed(() => {
    const wanted = onScreen.value || last.current.length === 0;
    if (wanted && edited.value) {
      last.current = nearestFrames(encoded.mu, edited.value, { count: COUNT, apart: APART });
    }
    return last.current;
  });
  const pictures = useComputed(() => {
    const { agentFrames, agentSize: [height, width] } = episode;
    const length = height * width * 3;
    const frames = new Uint8Array(found.value.length * length);
    for (const [n, { row }] of found.value.entries()) {
      frames.set(pictureIn(agentFrames, row * frameSkip.value, [height, width]).data, n * length);
    }
    return frames;
  });
  return (
    <Panel title="Nearest real frames" class="latents-nearest">
      <div ref={place}>
        <PictureStrip
          label="Frames of the episode nearest to the edited latent"
          pictures={pictures}
          size={episode.agentSize}
          names={found.value.map(({ row, distance }) => `${row * frameSkip.value} · ${distance.toFixed(2)}`)}
          titles={found.value.map(({ row }) => `Go to ${nameOf(row)}`)}
          onPick={(index) => seek(found.value[index].row * frameSkip.value)}
        />
      </div>
      <p class="small dim latents-note">
        Frame · distance to the edited latent; at least {APART} decisions lie between them.
      </p>
    </Panel>
  );
}
