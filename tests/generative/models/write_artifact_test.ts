import { assertEquals } from "@std/assert";
import { decodeMidi, encodeWav } from "../../../core/music/mod.ts";
import { artifactFiles } from "../../../generative/models/write_artifact.ts";
import { randomChorale } from "../data/music/support.ts";

Deno.test("music becomes a sheet, and of each piece a MIDI file and, where it may be large, one that sounds", () => {
  const pieces = [randomChorale(1, 1), randomChorale(2, 1)];
  const files = artifactFiles({ content: { pieces } });
  assertEquals(files.map(({ ending }) => ending), ["png", "1.mid", "1.wav", "2.mid", "2.wav"]);
  assertEquals(decodeMidi(files[3].bytes as Uint8Array, "2.mid").voices.length, 4);
  assertEquals(files[4].bytes, encodeWav(pieces[1]));
  const silent = artifactFiles({ content: { pieces: pieces.slice(1) } }, { sound: false });
  assertEquals(silent.map(({ ending }) => ending), ["png", "mid"]);
});
