const COPIED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "stroke-linecap",
  "stroke-linejoin",
  "paint-order",
  "font-size",
  "font-family",
  "text-anchor",
  "opacity",
  "visibility",
] as const;
const ROW = 20;

/** What is written about a chart that leaves the page. */
export interface PictureText {
  title: string;
  /** The lines' names and CSS colours. */
  keys: readonly { name: string; color: string; dashed?: boolean }[];
}

/** A chart's `svg` as a file that stands by itself: the page's colours within, title and legend added. */
export function chartSvg(svg: SVGSVGElement, { title, keys }: PictureText): string {
  const width = svg.width.baseVal.value;
  const height = svg.height.baseVal.value;
  const page = getComputedStyle(svg);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.querySelector(".chart-marker")?.remove();
  const originals = [...svg.querySelectorAll("*")].filter((element) => !element.closest(".chart-marker"));
  copy.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(originals[i]);
    for (const name of COPIED) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("style");
    element.removeAttribute("class");
  });
  const rows = legendRows(keys, width);
  const bottom = ROW + height;
  const size = { width, height: bottom + rows.length * ROW + 4 };
  const root = element("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${size.width} ${size.height}`,
    ...size,
    "font-family": page.fontFamily,
    "font-size": 12,
  });
  const ink = page.getPropertyValue("--text").trim() || page.color;
  root.append(
    element("rect", { ...size, fill: page.getPropertyValue("--surface").trim() || "white" }),
    element("text", { x: 8, y: 15, fill: ink, "font-weight": 600 }, title),
  );
  const plot = element("g", { transform: `translate(0 ${ROW})` });
  plot.append(...copy.childNodes);
  root.append(plot);
  rows.forEach((row, line) => {
    for (const { left, name, color, dashed } of row) {
      const y = bottom + line * ROW + 10;
      const stroke = resolveColor(svg, color);
      const dash = dashed ? "4 3" : "none";
      root.append(
        element("path", { d: `M${left},${y}h14`, stroke, "stroke-width": 2, "stroke-dasharray": dash }),
        element("text", { x: left + 20, y: y + 4, fill: ink }, name),
      );
    }
  });
  return new XMLSerializer().serializeToString(root);
}

/** A picture of a file that {@link chartSvg} made, at twice its size. */
export async function chartPng(svgText: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error("Cannot make a PNG: the browser returned none"))
    )
  );
}

function legendRows(keys: PictureText["keys"], width: number) {
  const rows: (PictureText["keys"][number] & { left: number })[][] = [];
  let left = Infinity;
  for (const key of keys) {
    const space = 36 + key.name.length * 7;
    if (left + space > width) {
      rows.push([]);
      left = 8;
    }
    rows.at(-1)!.push({ ...key, left });
    left += space;
  }
  return rows;
}

function resolveColor(within: Element, color: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name ? getComputedStyle(within).getPropertyValue(name).trim() : color;
}

function element(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key !== "xmlns") made.setAttribute(key, String(value));
  }
  if (text !== undefined) made.textContent = text;
  return made;
}
