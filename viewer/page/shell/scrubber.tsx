import { computed, type ReadonlySignal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Episode } from "../episodes/episode.ts";
import { dreamShown, dreamStart } from "../state/dream_settings.ts";
import { lastStep, pace, range, seek, step } from "../state/playhead.ts";
import { model, unseen } from "../state/session.ts";
import { FramePreview } from "./frame_preview.tsx";
import { setRangeEnd, setRangeStart } from "./range_ends.ts";
import { RewardStrip } from "./reward_strip.tsx";

/** How long the picture under a pointer that rests is shown, milliseconds: it covers what lies below. */
const PREVIEW = 3000;

/** The time line: seek by pointer, touch or keys; what happened when; where the dream starts; the range. */
export function Scrubber({ episode }: { episode: Episode }) {
  const track = useRef<HTMLDivElement>(null);
  const width = useSignal(1);
  const hovered = useSignal<number | undefined>(undefined);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const hover = (at: number | undefined) => {
    hovered.value = at;
    clearTimeout(rest.current);
    if (at !== undefined) rest.current = setTimeout(() => hovered.value = undefined, PREVIEW);
  };
  const dreams = model.value.status === "ready" && model.value.value.card.world && dreamShown.value &&
    unseen.value === undefined;
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => width.value = contentRect.width);
    observer.observe(track.current!);
    return () => observer.disconnect();
  }, []);
  const stepAt = (clientX: number) => {
    const { left } = track.current!.getBoundingClientRect();
    return Math.round(Math.min(Math.max((clientX - left) / width.value, 0), 1) * lastStep.value);
  };
  return (
    <div
      class="shell-scrubber"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        track.current!.setPointerCapture(event.pointerId);
        hover(undefined); // the panes show it
        seek(stepAt(event.clientX));
      }}
      onPointerMove={(event) => {
        const at = stepAt(event.clientX);
        if (track.current!.hasPointerCapture(event.pointerId)) seek(at);
        else hover(at);
      }}
      onPointerLeave={() => hover(undefined)}
    >
      <div ref={track} class="shell-track">
        <RewardStrip episode={episode} width={width} />
        <RangeBand width={width} />
        <Playhead width={width} />
        <EndMarker episode={episode} />
      </div>
      {dreams && (
        <Handle
          name="dream"
          label="The dream starts here"
          at={dreamStart}
          width={width}
          move={(to) => dreamStart.value = to}
          stepAt={stepAt}
        />
      )}
      {range.value && (
        <>
          <Handle
            name="from"
            label="Start of the range"
            at={rangeStart}
            width={width}
            move={setRangeStart}
            stepAt={stepAt}
          />
          <Handle
            name="to"
            label="End of the range"
            at={rangeEnd}
            width={width}
            move={setRangeEnd}
            stepAt={stepAt}
          />
        </>
      )}
      <FramePreview episode={episode} step={hovered} width={width} />
    </div>
  );
}

const rangeStart = computed(() => range.value?.[0] ?? 0);
const rangeEnd = computed(() => range.value?.[1] ?? lastStep.value);

const offset = (at: number, width: number) => at / Math.max(lastStep.value, 1) * width;

/** The slider itself. Moved by its transform alone: nothing is laid out while it moves. */
function Playhead({ width }: { width: ReadonlySignal<number> }) {
  const ref = useRef<HTMLDivElement>(null);
  const done = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const [now, last] = [step.value, lastStep.value];
    ref.current!.style.transform = `translateX(${offset(now, width.value)}px)`;
    done.current!.style.transform = `scaleX(${now / Math.max(last, 1)})`;
    ref.current!.setAttribute("aria-valuenow", String(now));
    ref.current!.setAttribute("aria-valuetext", `frame ${now} of ${last}`);
  });
  return (
    <>
      <div ref={done} class="shell-done" />
      <div
        ref={ref}
        class="shell-playhead"
        role="slider"
        tabIndex={0}
        aria-label="Playhead"
        aria-valuemin={0}
        aria-valuemax={lastStep.value}
        onKeyDown={(event) => slide(event, { now: step.value, move: seek })}
      />
    </>
  );
}

/** Something on the time line that can be dragged. */
function Handle(
  { name, label, at, width, move, stepAt }: {
    name: "dream" | "from" | "to";
    label: string;
    at: ReadonlySignal<number>;
    width: ReadonlySignal<number>;
    move: (step: number) => void;
    stepAt: (clientX: number) => number;
  },
) {
  const ref = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const now = Math.min(at.value, lastStep.value);
    ref.current!.style.transform = `translateX(${offset(now, width.value)}px)`;
    ref.current!.setAttribute("aria-valuenow", String(now));
    ref.current!.setAttribute("aria-valuetext", `frame ${now}`);
  });
  return (
    <div
      ref={ref}
      class={`shell-handle ${name}`}
      role="slider"
      tabIndex={0}
      aria-label={label}
      title={label}
      aria-valuemin={0}
      aria-valuemax={lastStep.value}
      onKeyDown={(event) => slide(event, { now: at.value, move })}
      onPointerDown={(event) => {
        event.stopPropagation();
        ref.current!.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (ref.current!.hasPointerCapture(event.pointerId)) move(stepAt(event.clientX));
      }}
    />
  );
}

/** The keys of a slider; those of the page's commands then rest. */
function slide(event: KeyboardEvent, { now, move }: { now: number; move: (step: number) => void }): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const far = event.shiftKey ? 10 : 1;
  const targets: Record<string, number> = {
    ArrowLeft: now - far,
    ArrowDown: now - far,
    ArrowRight: now + far,
    ArrowUp: now + far,
    PageDown: now - Math.round(pace.value),
    PageUp: now + Math.round(pace.value),
    Home: 0,
    End: lastStep.value,
  };
  if (!(event.key in targets)) return;
  event.preventDefault();
  move(Math.min(Math.max(targets[event.key], 0), lastStep.value));
}

function RangeBand({ width }: { width: ReadonlySignal<number> }) {
  const ref = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const [from, to] = range.value ?? [0, 0];
    const [left, right] = [offset(from, width.value), offset(to, width.value)];
    ref.current!.style.transform = `translateX(${left}px) scaleX(${right - left})`;
  });
  return <div ref={ref} class="shell-range" />;
}

/** How the episode ended. */
function EndMarker({ episode: { steps, terminated, truncated } }: { episode: Episode }) {
  const how = terminated[steps - 1] ? "terminated" : truncated[steps - 1] ? "truncated" : undefined;
  if (!how) return null;
  return <div class={`shell-end ${how}`} title={`The episode was ${how} at frame ${steps}`} />;
}
