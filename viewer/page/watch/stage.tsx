import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { isExplaining } from "../state/explanation.ts";
import { type PaneId, panes } from "../state/panes.ts";
import { ComparePane } from "./compare_pane.tsx";
import { DifferencePane } from "./difference_pane.tsx";
import { valueOf } from "../state/async_state.ts";
import { episode } from "../state/session.ts";
import { otherRuns } from "../state/other_worlds.ts";
import { samples } from "../state/dream_settings.ts";
import { layOutPanes, PANE_GAP, paneHeight, pictureSide } from "./pane_layout.ts";
import { PixelPane } from "./pixel_pane.tsx";
import { RealPane } from "./real_pane.tsx";
import { ScenePane } from "./scene_pane.tsx";
import { realView } from "./watch_state.ts";

/** The panes, as large as fits; every pixel of a picture takes the same whole number of pixels on the screen. */
export function Stage({ among }: { among: readonly PaneId[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const room = useSignal({ width: 0, height: 0 }); // as far down as the page is in sight
  useLayoutEffect(() => {
    const main = frame.current!.closest("main")!;
    const measure = () => {
      const width = Math.floor(frame.current!.clientWidth);
      const above = frame.current!.getBoundingClientRect().top - main.getBoundingClientRect().top;
      const height = Math.floor(main.clientHeight - above - main.scrollTop);
      const before = room.peek();
      if (width !== before.width || height !== before.height) room.value = { width, height };
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const element of [frame.current!, main, frame.current!.previousElementSibling]) {
      if (element) observer.observe(element);
    }
    return () => observer.disconnect();
  }, []);
  const shown = panes.value.filter((id) => among.includes(id));
  const below = shown.filter(isExplaining);
  const pictures = shown.filter((id) => id !== "scene" && !isExplaining(id));
  const scene = shown.includes("scene");
  const shownEpisode = valueOf(episode.value);
  const side = shown.includes("real")
    ? pictureSide(shownEpisode, realView.value)
    : pictureSide(shownEpisode, "agent");
  const dreams = Math.max(samples.value, otherRuns.value.length + 1, below.length + 1);
  const height = paneHeight(room.value.height, { pictures: pictures.length, dreams });
  const layout = layOutPanes({
    width: room.value.width,
    height,
    count: pictures.length,
    scene,
    unit: side / (globalThis.devicePixelRatio || 1),
  });
  return (
    <div
      class={layout.beside ? "watch-stage beside" : "watch-stage"}
      ref={frame}
      style={{
        "--watch-size": `${layout.size}px`,
        "--watch-columns": layout.columns,
        "--watch-gap": `${PANE_GAP}px`,
        "--watch-room": `${height}px`,
        "--watch-least": pictures.length > 2 ? "0px" : `${Math.min(height, 480)}px`,
      }}
    >
      {scene && <ScenePane />}
      {pictures.length > 0 && (
        <div class="watch-pictures">
          {pictures.map((id) => <Pane key={id} id={id} />)}
        </div>
      )}
    </div>
  );
}

function Pane({ id }: { id: PaneId }) {
  switch (id) {
    case "real":
      return <RealPane />;
    case "difference":
      return <DifferencePane />;
    case "compare":
      return <ComparePane />;
    case "reconstruction":
    case "dream":
      return <PixelPane id={id} />;
    default:
      return null;
  }
}
