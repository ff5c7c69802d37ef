import { assert, assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { trainWorldModel } from "../../../agents/train_world_model/train_world_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { tinyConfig } from "../../support/tiny_run.ts";

await startBackend();

/** Size and number of a GIF's frames: each has a graphic control block. */
function measureGif(path: string): { width: number; height: number; frames: number } {
  const bytes = readFileSync(path);
  let frames = 0;
  for (let at = 0; (at = bytes.indexOf("21f904", at, "hex")) >= 0; at++) frames++;
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), frames };
}

Deno.test("a run leaves curves, pictures, and films of a drive and of the dream beside it", async () => {
  const root = Deno.makeTempDirSync();
  await trainWorldModel(tinyConfig({ rounds: 1, baselines: false, frameSkip: 10 }), root);
  const samples = join(root, "samples");
  assertEquals(readdirSync(samples).toSorted(), [
    "controller.svg",
    "dream_beside_reality.gif",
    "dream_beside_reality.png",
    "final_drive.gif",
    "memory.svg",
    "reconstructions.png",
    "returns.svg",
    "vision.svg",
  ]);
  const { frames, ...size } = measureGif(join(samples, "final_drive.gif"));
  assertEquals(size, { width: 2 * 3 * 64 + 4, height: 3 * 64 });
  assert(frames > 20, `${frames} decisions`); // an untrained driver may soon leave the field
  const dreamed = Math.min(60, frames - Math.min(20, Math.floor(frames / 2)));
  assertEquals(measureGif(join(samples, "dream_beside_reality.gif")), { ...size, frames: dreamed });
  Deno.removeSync(root, { recursive: true });
});
