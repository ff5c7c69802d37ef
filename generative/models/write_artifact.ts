import { writeFileAtomic } from "../../core/atomic_file.ts";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { encodePng } from "../../core/pictures/encode_png.ts";
import { scatterChart } from "../../core/pictures/scatter_chart.ts";
import type { Artifact, Samples } from "./model.ts";

/** Writes something to look at into a folder. @returns Its path. */
export function writeArtifact(folder: string, { name, content }: Artifact): string {
  const [ending, bytes] = "svg" in content
    ? ["svg", content.svg]
    : "text" in content
    ? ["txt", content.text]
    : ["png", encodePng(content)];
  const path = `${folder}/${name}.${ending}`;
  writeFileAtomic(path, bytes);
  return path;
}

/** Samples as something to look at: pictures side by side, texts one below the other, points in the plane. */
export function samplesArtifact(samples: Samples, { name, caption }: Omit<Artifact, "content">): Artifact {
  switch (samples.kind) {
    case "pictures": {
      const columns = Math.ceil(Math.sqrt(samples.pictures.length));
      const scale = Math.max(1, Math.floor(64 / samples.pictures[0].width));
      return { name, caption, content: contactSheet(samples.pictures, columns, { scale }) };
    }
    case "text":
      return { name, caption, content: { text: samples.texts.join("\n\n") + "\n" } };
    case "points":
      return {
        name,
        caption,
        content: {
          svg: scatterChart({ title: caption, groups: [{ name: "samples", points: samples.points }] }),
        },
      };
  }
}
