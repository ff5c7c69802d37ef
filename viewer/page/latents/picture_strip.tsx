import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { paint } from "../ui/pixel_canvas.tsx";

/** Pictures to choose from, in a row or in rows. */
export function PictureStrip(
  { label, pictures, size: [height, width], names, titles, columns, onPick }: {
    label: string;
    /** `[N, height, width, 3]`. */
    pictures: ReadonlySignal<Uint8Array | undefined>;
    size: readonly [height: number, width: number, ...rest: number[]];
    /** What stands below each, `[N]`; none for pictures without words. */
    names?: readonly string[];
    /** What each is called, `[N]`. */
    titles: readonly string[];
    /** @default all in one row */
    columns?: number;
    onPick: (index: number) => void;
  },
) {
  const ref = useRef<HTMLDivElement>(null);
  const draw = () => {
    const bytes = pictures.value;
    if (!ref.current || !bytes) return;
    const length = height * width * 3;
    for (const [n, canvas] of ref.current.querySelectorAll("canvas").entries()) {
      const data = bytes.subarray(n * length, (n + 1) * length);
      if (data.length === length) paint(canvas, { data, height, width });
    }
  };
  useSignalEffect(draw);
  useLayoutEffect(draw, [titles.length]);
  return (
    <div
      ref={ref}
      class={columns === undefined ? "latents-strip" : "latents-strip latents-grid"}
      role="group"
      aria-label={label}
      style={{ "--columns": columns ?? titles.length }}
    >
      {titles.map((title, index) => (
        <button
          type="button"
          key={index}
          title={title}
          aria-label={names ? `${names[index]}: ${title}` : title}
          onClick={() => onPick(index)}
        >
          <canvas class="pixels" width={width} height={height} />
          {names && <span>{names[index]}</span>}
        </button>
      ))}
    </div>
  );
}
