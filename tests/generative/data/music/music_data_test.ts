import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encodeMidi, type Piece } from "../../../../core/music/mod.ts";
import type { DataEvent, MusicData } from "../../../../generative/data/mod.ts";
import { exampleDigests, loadDataset, selectExamples, shapeOf } from "../../../../generative/data/mod.ts";
import { resolveLoadOptions } from "../../../../generative/data/load_dataset.ts";
import { musicData } from "../../../../generative/data/music/music_data.ts";
import { passagePiece } from "../../../../generative/data/music/passages.ts";
import { splitByOpening } from "../../../../generative/data/music/split_by_opening.ts";
import { randomChorale, writeChoraleFolder } from "./support.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-music-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

const pieces = Array.from({ length: 8 }, (_, i) => randomChorale(i));
const sides = { learned: pieces.slice(0, 6), held: pieces.slice(6) };
const load = (options: Parameters<typeof resolveLoadOptions>[0]) =>
  musicData("chorales", sides, resolveLoadOptions(options));

Deno.test("passages to learn from begin at each event, those held out where the one before ends", () => {
  const train = load({ voices: 1, length: 16 }), test = load({ voices: 1, length: 16, split: "test" });
  const passage = ({ tokens }: MusicData, n: number) => tokens.slice(n * 32, (n + 1) * 32);
  assertEquals(passage(train, 1).slice(0, 30), passage(train, 0).slice(2));
  assertEquals(
    passage(test, 1).slice(0, 2),
    passage(test, 0).slice(30),
    "its last event is the next one's first",
  );
  assertEquals(train.streams, test.streams);
  assertEquals(load({ voices: 1, length: 16, limit: 5 }).count, 5);
});

Deno.test("four voices stand in each step, with its beat", () => {
  const data = load({ voices: 4, length: 64 });
  const [words, beats] = data.streams.map(({ words }) => words);
  const stream = (s: number) => Array.from({ length: 64 }, (_, i) => data.tokens[3 * i + s]);
  assertEquals(stream(0).slice(0, 4).map((token) => words[token]), Array(4).fill("START"));
  assertEquals(stream(1).slice(0, 12).map((token) => beats[token]), [
    ...Array(4).fill("none"),
    ...Array(4).fill("1"),
    ...Array(4).fill("2"),
  ]);
  const piece = passagePiece(data, 0);
  assertEquals(piece.voices.length, 4);
  assertEquals(piece.length, 15 * 120);
});

Deno.test("music has a shape without its tokens, digests of passages, and can be picked from", () => {
  const data = load({ voices: 1, length: 16 });
  const { tokens: _, ...shape } = data;
  assertEquals(shapeOf(data), shape);
  const some = selectExamples(data, [3, 1]) as MusicData;
  const digests = exampleDigests(data);
  assertEquals(exampleDigests(some), [digests[3], digests[1]]);
});

Deno.test("musicData() refuses lengths and sides that make no passage", () => {
  assertThrows(
    () => load({ voices: 4, length: 30 }),
    RangeError,
    "8 tokens or more, four for each step, got 30",
  );
  assertThrows(
    () => musicData("one", { learned: pieces, held: [] }, resolveLoadOptions({ voices: 1 })),
    TypeError,
    `Cannot load "one": expected at least two different pieces`,
  );
  assertThrows(() => resolveLoadOptions({ voices: 3 }), RangeError, "expected 1 or 4 voices, got 3");
});

Deno.test("splitByOpening() keeps harmonies of one tune together", async () => {
  const twice = pieces.flatMap((piece, i) => [
    piece,
    { ...piece, name: "again", voices: [piece.voices[0], ...pieces[(i + 1) % 8].voices.slice(1)] },
  ]);
  const { learned, held } = await splitByOpening(twice, 8);
  assertEquals([learned.length, held.length], [8, 8]);
  const sopranos = (side: readonly Piece[]) =>
    new Set(side.map(({ voices: [{ notes }] }) => JSON.stringify(notes)));
  assert(sopranos(learned).isDisjointFrom(sopranos(held)));
});

Deno.test("a folder of MIDI files: broken ones are named and counted, and one is needed at least", async () => {
  const folder = `${root}/chorales`;
  writeChoraleFolder(folder);
  Deno.writeTextFileSync(`${folder}/broken.mid`, "no music");
  const events: DataEvent[] = [];
  const onEvent = (event: DataEvent) => void events.push(event);
  const data = await loadDataset(folder, { voices: 4, length: 64, onEvent });
  assertEquals(data.kind, "music");
  const [skipped] = events.filter((event) => event.type === "skipped");
  assert(skipped.type === "skipped" && skipped.count === 1 && skipped.first.includes("broken.mid"));
  const melodies = await loadDataset(folder, { length: 16 }) as MusicData;
  assertEquals(melodies.form, "melody");

  const broken = `${root}/broken`;
  Deno.mkdirSync(broken);
  Deno.writeTextFileSync(`${broken}/a.mid`, "no music");
  await assertRejects(
    () => loadDataset(broken),
    TypeError,
    `expected MIDI files that can be used, got none among 1; the first: Cannot read`,
  );
  const duets = `${root}/duets`;
  Deno.mkdirSync(duets);
  for (const piece of pieces.slice(0, 2)) {
    const duet = { ...piece, voices: piece.voices.slice(0, 2) };
    Deno.writeFileSync(`${duets}/${piece.name}.mid`, encodeMidi(duet));
  }
  await assertRejects(() => loadDataset(duets, { voices: 4 }), TypeError, "expected four voices, got 2");
  assertEquals((await loadDataset(duets, { length: 16 })).kind, "music");
});
