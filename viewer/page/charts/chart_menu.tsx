import { useRef } from "preact/hooks";
import { download } from "../save/download.ts";
import { messageOf } from "../state/async_state.ts";
import { notify } from "../state/notices.ts";
import { chartCsv } from "./chart_csv.ts";
import { chartPng, chartSvg, type PictureText } from "./chart_picture.ts";
import type { ChartSeries } from "./series.ts";

/** A small menu that saves a chart as picture or table. */
export function ChartMenu(
  { text, file, series, xName, picture }: {
    text: PictureText;
    /** The files' name, without its ending. */
    file: string;
    series: readonly ChartSeries[];
    xName?: string;
    picture: () => SVGSVGElement | null;
  },
) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => menu.current && (menu.current.open = false);
  const save = async (make: (svg: SVGSVGElement) => Promise<void> | void) => {
    close();
    try {
      const svg = picture();
      if (svg) await make(svg);
    } catch (error) {
      notify(messageOf(error), "error");
    }
  };
  const items: [string, (svg: SVGSVGElement) => Promise<void> | void][] = [
    ["PNG", async (svg) => download(await chartPng(chartSvg(svg, text)), `${file}.png`)],
    ["SVG", (svg) => download(chartSvg(svg, text), `${file}.svg`, "image/svg+xml")],
    ["CSV", () => download(chartCsv(series, xName), `${file}.csv`, "text/csv")],
  ];
  return (
    <details
      class="chart-menu"
      ref={menu}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) close();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !menu.current?.open) return;
        event.stopPropagation();
        close();
        menu.current.querySelector("summary")?.focus();
      }}
    >
      <summary aria-label={`Save ${text.title}`} title="Save this chart">⤓</summary>
      <div class="chart-menu-items">
        {items.map(([kind, make]) => (
          <button
            type="button"
            class="button"
            key={kind}
            onClick={() => save(make)}
          >
            Save {kind}
          </button>
        ))}
      </div>
    </details>
  );
}
