import { assert, assertEquals } from "@std/assert";
import type { Piece } from "../../../core/music/piece.ts";
import { type Channel, joinAll, joinPieces } from "../../../viewer/lab/channels.ts";

async function* stream(...pieces: Channel[]): AsyncGenerator<Channel> {
  yield* pieces;
}

const pictures = (...bytes: number[]): Channel => ({
  kind: "pictures",
  name: "Samples",
  size: [1, 1],
  data: Uint8Array.from(bytes),
});
const tokens = (...texts: string[]): Channel => ({
  kind: "tokens",
  name: "Texts",
  texts: texts.map((text) => text === "" ? [] : [{ text }]),
});

Deno.test("pieces of pictures, texts and films add up; those of other channels take each other's place", async () => {
  assertEquals(joinPieces(pictures(1, 2, 3), pictures(4, 5, 6)), pictures(1, 2, 3, 4, 5, 6));
  const joined = joinPieces(joinPieces(tokens("a", "b"), tokens(" c", "")), tokens(" d", ""));
  assert(joined.kind === "tokens");
  assertEquals(joined.texts.map((text) => text.map(({ text }) => text).join("")), ["a c d", "b"]);
  const content = { ...pictures(7, 7, 7) } as Extract<Channel, { kind: "pictures" }>;
  const film = (label: string): Channel => ({ kind: "film", name: "Film", frames: [{ label, content }] });
  const share = (value: number): Channel => ({
    kind: "distribution",
    name: "Classes",
    labels: ["cat"],
    shares: Float32Array.of(value),
  });
  const all = await joinAll(stream(film("step 0"), share(1), film("step 1"), share(0.5)));
  assertEquals(all, [
    { kind: "film", name: "Film", frames: [{ label: "step 0", content }, { label: "step 1", content }] },
    share(0.5),
  ]);
});

const PIECE: Piece = {
  name: "Two notes",
  voices: [{
    name: "Soprano",
    notes: [{ pitch: 69, start: 0, length: 480 }, { pitch: 57, start: 480, length: 240 }],
  }],
  length: 960,
  metre: { beats: 2, unit: 4 },
  pickup: 0,
  tempo: 120,
};

Deno.test("pieces of music add up", () => {
  const notes = (...pieces: Piece[]): Channel => ({ kind: "notes", name: "Music", pieces });
  assertEquals(joinPieces(notes(PIECE), notes(PIECE)), notes(PIECE, PIECE));
});

Deno.test("every panel of a channel is a file of its own, and one line in the list of all", async () => {
  const folder = new URL("../../../viewer/page/channels/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].map(({ name }) => /^(\w+)_panel\.tsx$/.exec(name)?.[1]);
  const kinds = files.filter((kind) => kind !== undefined);
  const list = await Deno.readTextFile(new URL("channel_view.tsx", folder));
  const lines = [...list.matchAll(/^ {2}(\w+): \w+Panel,$/gm)].map(([, kind]) => kind);
  assertEquals(lines.toSorted(), kinds.toSorted());
  const source = await Deno.readTextFile(new URL("../../lab/channels.ts", folder));
  const declared = [...source.matchAll(/extends ChannelBase<"(\w+)">/g)].map(([, kind]) => kind);
  assertEquals(declared.toSorted(), lines.toSorted());
});

/** Words that only a model, an environment or a data set has. */
const PARTICULAR =
  /CarRacing|CartPole|TakeCover|word-lstm|realnvp|ffjord|vae-|\bgan\b|diffusion|rssm|mdn|moons|mnist|64 ?\* ?64|\[64, ?64/i;

Deno.test("the view of models and the panels of channels name no kind of model, environment or size", () => {
  const code = (path: URL) =>
    Deno.readTextFileSync(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").replaceAll(
      /deno task [\w-]+/g,
      "",
    );
  for (const folder of ["channels", "model", "latents", "state"]) {
    const place = new URL(`../../../viewer/page/${folder}/`, import.meta.url);
    for (const { name } of Deno.readDirSync(place)) {
      const found = PARTICULAR.exec(code(new URL(name, place)));
      assertEquals(found?.[0], undefined, `${folder}/${name}`);
    }
  }
});
