import { join } from "node:path";
import { writePng } from "../../../core/pictures/png.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { VAE_FASHION, type VAEConfig } from "../../../generative/autoencoders/vae_kind.ts";

/** Eighty grey pictures of 8x8 in two classes, `left` and `right`, by the side that is bright; two of each are held out. */
export function writeTinyPictures(folder: string): void {
  const random = new RandomStream(2);
  for (const [label, side] of ["left", "right"].entries()) {
    Deno.mkdirSync(join(folder, side), { recursive: true });
    for (let n = 0; n < 40; n++) {
      const data = Uint8Array.from({ length: 8 * 8 * 3 });
      for (let pixel = 0; pixel < 64; pixel++) {
        const bright = (pixel % 8 < 4) === (label === 0);
        data.fill(random.integer(0, 60) + (bright ? 180 : 0), 3 * pixel, 3 * pixel + 3);
      }
      writePng(join(folder, side, `${n}.png`), { width: 8, height: 8, data });
    }
  }
}

/** A variational autoencoder that learns such pictures in a second. */
export function tinyVae(data: string, changes: Partial<VAEConfig> = {}): VAEConfig {
  return {
    ...VAE_FASHION.presets.book,
    data,
    size: 8,
    batchSize: 16,
    epochs: 2,
    distanceSamples: 0,
    ...changes,
  };
}

/** Its fields as flags of `deno task train`. */
export function tinyFlags(data: string): string[] {
  return ["--data", data, "--size", "8", "--batch-size", "16", "--epochs", "2", "--distance-samples", "0"];
}
