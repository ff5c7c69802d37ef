import { readFileSync } from "node:fs";
import * as avataaars from "npm:@dicebear/avataaars@9.4.3";
import { createAvatar } from "npm:@dicebear/core@9.4.3";
import { initWasm, Resvg } from "npm:@resvg/resvg-wasm@2.6.2";
import { RandomStream } from "../../../core/random_stream.ts";
import type { Drawer, DrawRequest } from "../draw_pictures.ts";
import { type AvatarTraits, avatarTraits } from "./avatar_traits.ts";

let ready: Promise<void> | undefined;

/** Draws faces on white: DiceBear makes an SVG of a face's traits, resvg (WebAssembly) its pixels. */
export async function createDrawer({ size, seed, split }: DrawRequest): Promise<Drawer> {
  await (ready ??= initWasm(
    readFileSync(new URL(import.meta.resolve("npm:@resvg/resvg-wasm@2.6.2/index_bg.wasm"))),
  ));
  const random = new RandomStream(seed, `avatars/${split}`);
  return (index) => drawAvatar(avatarTraits(random.fork(index)), size);
}

function drawAvatar({ accessories, facialHair, ...traits }: AvatarTraits, size: number): Uint8Array {
  const options = {
    seed: "", // every choice is made
    ...Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, [value]])),
    facialHairColor: [traits.hairColor],
    accessories: [accessories ?? "round"],
    accessoriesColor: ["262e33"],
    accessoriesProbability: accessories ? 100 : 0,
    facialHair: [facialHair ?? "beardLight"],
    facialHairProbability: facialHair ? 100 : 0,
  };
  const svg = createAvatar(avataaars, options as avataaars.Options).toString();
  const drawing = new Resvg(svg, { background: "#ffffff", fitTo: { mode: "width", value: size } });
  const image = drawing.render();
  const rgba = image.pixels;
  const pixels = new Uint8Array(size * size * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = rgba[Math.floor(i / 3) * 4 + i % 3];
  image.free();
  drawing.free();
  return pixels;
}
