import { writeFileAtomic } from "../../core/atomic_file.ts";
import { encodeMidi } from "../../core/music/midi.ts";
import { pianoRollSheet } from "../../core/music/piano_roll.ts";
import { encodeWav } from "../../core/music/wav.ts";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { encodePng } from "../../core/pictures/encode_png.ts";
import { encodeGif } from "../../core/pictures/gif.ts";
import { scatterChart } from "../../core/pictures/scatter_chart.ts";
import type { Artifact, Samples } from "./model.ts";

/** A file of an artifact. */
export interface ArtifactFile {
  /** The ending of its name: `png`, `2.mid`. */
  ending: string;
  /** What it holds. */
  bytes: string | Uint8Array;
}

/**
 * An artifact as files: first the one to look at, then those that come with it.
 *
 * @param options `sound`: whether each piece comes as a WAV file as well, which is large. @default true
 */
export function artifactFiles(
  { content }: Pick<Artifact, "content">,
  { sound = true }: { sound?: boolean } = {},
): [ArtifactFile, ...ArtifactFile[]] {
  if ("svg" in content) return [{ ending: "svg", bytes: content.svg }];
  if ("text" in content) return [{ ending: "txt", bytes: content.text }];
  if ("pieces" in content) {
    const { pieces } = content;
    const files = pieces.flatMap((piece, i) => {
      const number = pieces.length === 1 ? "" : `${i + 1}.`;
      return [
        { ending: `${number}mid`, bytes: encodeMidi(piece) },
        ...sound ? [{ ending: `${number}wav`, bytes: encodeWav(piece) }] : [],
      ];
    });
    return [{ ending: "png", bytes: encodePng(pianoRollSheet(pieces)) }, ...files];
  }
  if ("frames" in content) return [{ ending: "gif", bytes: encodeGif(content.frames, { fps: content.fps }) }];
  return [{ ending: "png", bytes: encodePng(content) }];
}

/** Writes something to look at into a folder. @returns The path of the file to look at. */
export function writeArtifact(folder: string, artifact: Artifact): string {
  const paths = artifactFiles(artifact).map(({ ending, bytes }) => {
    const path = `${folder}/${artifact.name}.${ending}`;
    writeFileAtomic(path, bytes);
    return path;
  });
  return paths[0];
}

/** Samples as something to look at: pictures side by side, texts one below the other, points in the plane, music as piano rolls. */
export function samplesArtifact(samples: Samples, { name, caption }: Omit<Artifact, "content">): Artifact {
  switch (samples.kind) {
    case "pictures": {
      const columns = Math.ceil(Math.sqrt(samples.pictures.length));
      const scale = Math.max(1, Math.floor(64 / samples.pictures[0].width));
      return { name, caption, content: contactSheet(samples.pictures, columns, { scale }) };
    }
    case "text":
      return { name, caption, content: { text: samples.texts.join("\n\n") + "\n" } };
    case "music":
      return { name, caption, content: { pieces: samples.pieces } };
    case "points": {
      const groups = [{ name: "samples", points: samples.points }];
      return { name, caption, content: { svg: scatterChart({ title: caption, groups }) } };
    }
  }
}

/** Samples that were drawn one block after the other. @throws TypeError without blocks, or of several kinds. */
export function joinSamples(blocks: readonly Samples[]): Samples {
  const of = <K extends Samples["kind"]>(kind: K) =>
    blocks.filter((block): block is Extract<Samples, { kind: K }> => block.kind === kind);
  const [pictures, texts, points, music] = [of("pictures"), of("text"), of("points"), of("music")];
  if (pictures.length > 0 && pictures.length === blocks.length) {
    return { kind: "pictures", pictures: pictures.flatMap((block) => block.pictures) };
  }
  if (texts.length > 0 && texts.length === blocks.length) {
    return { kind: "text", texts: texts.flatMap((block) => block.texts) };
  }
  if (points.length > 0 && points.length === blocks.length) {
    return { kind: "points", points: Float32Array.from(points.flatMap((block) => Array.from(block.points))) };
  }
  if (music.length > 0 && music.length === blocks.length) {
    return { kind: "music", pieces: music.flatMap((block) => block.pieces) };
  }
  throw new TypeError(`Cannot join samples: expected blocks of one kind, got ${blocks.length} of several`);
}
