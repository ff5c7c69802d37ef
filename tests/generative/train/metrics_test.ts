import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { encodeScalarEvent, encodeVersionEvent, MetricsWriter } from "../../../generative/train/mod.ts";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// From tf.io.TFRecordWriter over Event protos of TensorFlow 2.21 with the fields of the test below.
const VERSION_RECORD = "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c";
const SCALAR_RECORD =
  "1b000000000000001a0d9e1309000000000000004010ac022a0d0a0b0a046c6f7373150000803e2fb3dff0";

Deno.test("TensorBoard records are those that TensorFlow writes", () => {
  assertEquals(hex(encodeVersionEvent(1.5)), VERSION_RECORD);
  assertEquals(hex(encodeScalarEvent({ tag: "loss", value: 0.25, step: 300, time: 2 })), SCALAR_RECORD);
});

/** A writer on a fresh folder whose clock advances a second a reading. */
function makeWriter(folder = Deno.makeTempDirSync()) {
  let time = 0;
  return { folder, writer: new MetricsWriter(folder, { now: () => time += 1000 }) };
}

const events = (folder: string, name: string) =>
  Deno.readFileSync(`${folder}/tensorboard/${name}/events.out.tfevents.somnium`);

Deno.test("MetricsWriter writes a line and an event for each measurement", () => {
  const { folder, writer } = makeWriter();
  writer.write("vision", 10, { loss: 2, kl: NaN, high: Infinity, low: -Infinity });
  writer.record({
    type: "progress",
    name: "vision",
    step: 20,
    steps: 30,
    losses: { loss: 1 },
    rate: 5,
    remainingSeconds: 2,
  });
  writer.record({ type: "evaluate", name: "vision", step: 20, metrics: { score: 7 } });
  writer.record({ type: "end", name: "vision", step: 30, seconds: 2 });
  assertEquals(writer.lines(), [
    { name: "vision", step: 10, time: 1, values: { loss: 2, kl: NaN, high: Infinity, low: -Infinity } },
    { name: "vision", step: 20, time: 2, values: { loss: 1, rate: 5 } },
    { name: "vision", step: 20, time: 3, values: { score: 7 } },
  ]);
  const expected = [
    encodeVersionEvent(1),
    encodeScalarEvent({ tag: "loss", value: 2, step: 10, time: 1 }),
    encodeScalarEvent({ tag: "kl", value: NaN, step: 10, time: 1 }),
    encodeScalarEvent({ tag: "high", value: Infinity, step: 10, time: 1 }),
    encodeScalarEvent({ tag: "low", value: -Infinity, step: 10, time: 1 }),
    encodeScalarEvent({ tag: "loss", value: 1, step: 20, time: 2 }),
    encodeScalarEvent({ tag: "rate", value: 5, step: 20, time: 2 }),
    encodeScalarEvent({ tag: "score", value: 7, step: 20, time: 3 }),
  ];
  assertEquals(hex(events(folder, "vision")), expected.map(hex).join(""));
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("MetricsWriter.resume() forgets what came after the step, of that name only", () => {
  const { folder, writer } = makeWriter();
  for (const step of [1, 2, 3]) {
    writer.write("a", step, { x: step });
    writer.write("b", step, { x: step });
  }
  const unbroken = {
    lines: Deno.readTextFileSync(writer.path).split("\n").slice(0, 3),
    b: hex(events(folder, "b")),
  };
  writer.record({ type: "start", name: "a", step: 2, steps: 9 });
  assertEquals(writer.lines().map(({ name, step }) => `${name}${step}`), ["a1", "b1", "a2", "b2", "b3"]);
  assertEquals(Deno.readTextFileSync(writer.path).split("\n").slice(0, 3), unbroken.lines);
  assertEquals(hex(events(folder, "b")), unbroken.b);
  const kept = [1, 2].map((step) => encodeScalarEvent({ tag: "x", value: step, step, time: 2 * step - 1 }));
  assertEquals(hex(events(folder, "a")), [encodeVersionEvent(1), ...kept].map(hex).join(""));
  writer.resume("a", 0);
  writer.write("a", 1, { x: 5 });
  const again = encodeScalarEvent({ tag: "x", value: 5, step: 1, time: 7 });
  assertEquals(hex(events(folder, "a")), hex(encodeVersionEvent(7)) + hex(again));
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("numbers that are not finite are text in a line; what older runs have of them stays null", () => {
  const { folder, writer } = makeWriter();
  const older = '{"name":"a","step":1,"time":1,"values":{"x":null,"y":2}}\n';
  Deno.writeTextFileSync(writer.path, older);
  writer.write("a", 2, { x: NaN, y: -Infinity });
  writer.write("a", 3, { x: 0, y: 0 });
  assertStringIncludes(Deno.readTextFileSync(writer.path), '"values":{"x":"NaN","y":"-Infinity"},"crc32"');
  const whole = [{ x: null, y: 2 }, { x: NaN, y: -Infinity }];
  assertEquals(writer.lines().slice(0, 2).map(({ values }) => values), whole);
  writer.resume("a", 2);
  assertEquals(writer.lines().map(({ values }) => values), whole);
  const kept = [
    encodeScalarEvent({ tag: "y", value: 2, step: 1, time: 1 }),
    encodeScalarEvent({ tag: "x", value: NaN, step: 2, time: 1 }),
    encodeScalarEvent({ tag: "y", value: -Infinity, step: 2, time: 1 }),
  ];
  assertEquals(hex(events(folder, "a")), [encodeVersionEvent(1), ...kept].map(hex).join(""));
  Deno.writeTextFileSync(writer.path, older.replace("2}", '"nan"}'));
  assertEquals(writer.lines(), []);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("MetricsWriter drops a line that a kill cut short", () => {
  const { folder, writer } = makeWriter();
  writer.write("a", 1, { x: 1 });
  Deno.writeTextFileSync(writer.path, '{"name":"a","st', { append: true });
  const { writer: next } = makeWriter(folder);
  next.write("a", 2, { x: 2 });
  assertEquals(next.lines().map(({ step }) => step), [1, 2]);
  assertStringIncludes(Deno.readTextFileSync(next.path), '}\n{"name":"a","step":2');
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("MetricsWriter names the file that it cannot write", () => {
  const file = Deno.makeTempFileSync();
  const { writer } = makeWriter(`${file}/below a file`);
  assertThrows(() => writer.write("a", 1, {}), Error, `Cannot write "${file}/below a file/metrics.jsonl"`);
  Deno.removeSync(file);
});
