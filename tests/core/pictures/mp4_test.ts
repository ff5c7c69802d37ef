import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny";
import { encodeMp4 } from "../../../core/pictures/mp4.ts";
import { blankPicture, type Picture } from "../../../core/pictures/picture.ts";

/** A film of a white square that moves. */
function film(count: number, width: number, height: number): Picture[] {
  return Array.from({ length: count }, (_, t) => {
    const picture = blankPicture(width, height, [40, 90, 20]);
    for (let i = 0; i < 8; i++) {
      picture.data.fill(255, ((i + 4) * width + t) * 3, ((i + 4) * width + t + 8) * 3);
    }
    return picture;
  });
}

async function look(bytes: Uint8Array) {
  const track = await new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
    .getPrimaryVideoTrack();
  assert(track);
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
  const { codec, displayWidth: width, displayHeight: height } = track;
  return { codec, width, height, times, duration: await track.computeDuration() };
}

Deno.test("encodeMp4 writes one H.264 packet a picture, at the right times and size", async () => {
  const bytes = await encodeMp4(film(30, 48, 32), { fps: 20 });
  const { codec, width, height, times } = await look(bytes);
  assertEquals([codec, width, height, times.length], ["avc", 48, 32, 30]);
  times.forEach((time, i) => assertAlmostEquals(time, i / 20, 1e-3));
  assertEquals(await encodeMp4(film(30, 48, 32), { fps: 20 }), bytes);
  const small = await encodeMp4(film(30, 48, 32), { fps: 20, quantization: 45 });
  assert(small.length < bytes.length);
});

Deno.test("encodeMp4 keeps any speed: slow ones, and those that are no whole number", async () => {
  for (const fps of [0.02, 0.5, 1.5, 7, 29.97, 240]) {
    const { times, duration } = await look(await encodeMp4(film(10, 20, 20), { fps }));
    times.forEach((time, i) => assertAlmostEquals(time, i / fps, i / fps / 1000));
    assertAlmostEquals(duration, 10 / fps, 10 / fps / 1000, `${fps}`);
  }
  for (const fps of [0, -1, NaN, Infinity, 0.019, 1001]) {
    await assertRejects(() => encodeMp4(film(2, 20, 20), { fps }), RangeError, `0.02 .. 1000, got ${fps}`);
  }
});

Deno.test("the same film is the same file, whenever it is encoded", async () => {
  const first = await encodeMp4(film(3, 48, 32), { fps: 20 });
  await new Promise((resolve) => setTimeout(resolve, 1100)); // the encoder writes the clock's seconds into the file
  assertEquals(await encodeMp4(film(3, 48, 32), { fps: 20 }), first);
  assertEquals((await look(first)).times.length, 3);
});

Deno.test("encodeMp4 enlarges, and makes odd lengths even", async () => {
  const { width, height } = await look(await encodeMp4(film(3, 27, 31), { scale: 3 }));
  assertEquals([width, height], [82, 94]);
});

Deno.test("encodeMp4 refuses what is no film", async () => {
  await assertRejects(() => encodeMp4([]), RangeError, "expected frames, got none");
  const mixed = [blankPicture(20, 20), blankPicture(20, 22)];
  await assertRejects(() => encodeMp4(mixed), RangeError, "expected frames of 20 x 20, got 20 x 22 at 1");
  await assertRejects(() => encodeMp4(film(2, 20, 20), { quantization: 9 }), RangeError, "got 9");
  await assertRejects(() => encodeMp4([blankPicture(2049, 2)], { scale: 2 }), RangeError, "got 4098 x 4");
});
