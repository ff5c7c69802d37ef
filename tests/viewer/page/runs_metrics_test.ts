import { assertEquals, assertRejects } from "@std/assert";
import { encodeMetricsLine } from "../../../generative/train/metrics_line.ts";
import { MetricsFile } from "../../../viewer/page/runs/metrics_file.ts";
import { MetricsParser, type RunMetrics } from "../../../viewer/page/runs/metrics.ts";
import type { FileSource } from "../../../viewer/page/state/sources.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const line = (name: string, step: number, values: Record<string, number | string | null>, time = step / 10) =>
  JSON.stringify({ name, step, time, values }) + "\n";

Deno.test("MetricsParser puts lines together from pieces that end anywhere", async () => {
  const text = line("vision", 20, { loss: 3, kl: null }) + line("vision", 40, { loss: 2, kl: 0.5 }) +
    line("größe", 1, { "verlust ü": 7 });
  for (const size of [1, 7, 64, 1000]) {
    const parser = new MetricsParser();
    const bytes = encode(text);
    for (let at = 0; at < bytes.length; at += size) await parser.add(bytes.subarray(at, at + size));
    const { groups, start, lines, broken } = parser.metrics;
    assertEquals([...groups.keys()], ["vision", "größe"]);
    assertEquals(groups.get("vision")!.get("loss"), { steps: [20, 40], times: [2, 4], values: [3, 2] });
    assertEquals(groups.get("vision")!.get("kl")!.values, [NaN, 0.5]);
    assertEquals(groups.get("größe")!.get("verlust ü")!.values, [7]);
    assertEquals([start, lines, broken.count], [2, 3, 0]);
  }
});

Deno.test("MetricsParser keeps an unfinished last line for later", async () => {
  const parser = new MetricsParser();
  const second = line("vision", 2, { loss: 1 });
  await parser.add(encode(line("vision", 1, { loss: 2 }) + second.slice(0, 12)));
  assertEquals([parser.metrics.lines, parser.metrics.broken.count], [1, 0]);
  await parser.add(encode(second.slice(12)));
  assertEquals(parser.metrics.groups.get("vision")!.get("loss")!.values, [2, 1]);
});

Deno.test("MetricsParser leaves broken lines out, counts them and says what the first one is", async () => {
  const parser = new MetricsParser();
  await parser.add(encode(
    line("vision", 1, { loss: 2 }) + '{"name": "vis\n' + "42\n" +
      '{"name":"a","step":"x","time":1,"values":{}}\n' +
      '{"name":"a","step":1,"time":1,"values":{"loss":"low"}}\n\n' + line("vision", 2, { loss: 1 }),
  ));
  const { lines, broken, groups } = parser.metrics;
  assertEquals([lines, broken.count, broken.first], [2, 4, "line 2 is not JSON"]);
  assertEquals(groups.get("vision")!.get("loss")!.values, [2, 1]);
  assertEquals(groups.has("a"), false);
});

Deno.test("MetricsParser tells NaN from what is infinite, and leaves out a line that fails its checksum", async () => {
  const parser = new MetricsParser();
  const values = [NaN, Infinity, -Infinity, 5];
  const lines = values.map((loss, step) =>
    encodeMetricsLine({ name: "vision", step, time: step, values: { loss } })
  );
  await parser.add(encode(lines.join("").replace('"loss":5', '"loss":7')));
  assertEquals(parser.metrics.groups.get("vision")!.get("loss")!.values, values.slice(0, 3));
  assertEquals(parser.metrics.broken, { count: 1, first: "line 4 does not fit its checksum" });
});

Deno.test("MetricsParser forgets what a run measured beyond the checkpoint that it went back to", async () => {
  const parser = new MetricsParser();
  await parser.add(encode([1, 2, 3, 4].map((step) => line("vision", step, { loss: 10 - step })).join("")));
  const before = parser.metrics.groups.get("vision")!.get("loss")!;
  await parser.add(encode(line("vision", 3, { loss: 0 })));
  assertEquals(parser.metrics.groups.get("vision")!.get("loss")!.steps, [1, 2, 3]);
  assertEquals(parser.metrics.groups.get("vision")!.get("loss")!.values, [9, 8, 0]);
  assertEquals(before.steps, [1, 2, 3, 4]);
});

Deno.test("MetricsParser merges what two lines measured at the same step", async () => {
  const parser = new MetricsParser();
  await parser.add(encode(line("vision", 5, { loss: 1 }) + line("vision", 5, { validation: 2 })));
  const group = parser.metrics.groups.get("vision")!;
  assertEquals([group.get("loss")!.values, group.get("validation")!.values], [[1], [2]]);
});

const lossOf = (metrics?: RunMetrics) => metrics!.groups.get("vision")!.get("loss")!.values;

Deno.test("MetricsFile reads only what is new, and notices a file that was written anew", async () => {
  let content = Array.from({ length: 50 }, (_, step) => line("vision", step, { loss: step })).join("");
  const asked: number[] = [];
  const source: FileSource = {
    files: [],
    address: (path) => path,
    read: (_path, { from = 0 } = {}) => {
      asked.push(from);
      return Promise.resolve(encode(content).subarray(from));
    },
  };
  const file = new MetricsFile();
  assertEquals((await file.read(source))?.lines, 50);
  assertEquals(await file.read(source), undefined);
  const size = encode(content).length;
  content += line("vision", 50, { loss: 50 });
  assertEquals((await file.read(source))?.lines, 51);
  assertEquals(asked, [0, size - 64, size - 64]);
  content = Array.from({ length: 60 }, (_, step) => line("vision", step, { loss: 9 - step })).join("");
  const anew = await file.read(source);
  assertEquals(lossOf(anew).slice(0, 3), [9, 8, 7]);
  assertEquals(anew?.lines, 60);
  content = line("vision", 0, { loss: 8 });
  assertEquals(lossOf(await file.read(source)), [8]);
});

Deno.test("MetricsFile passes on why a file cannot be read", async () => {
  const source: FileSource = {
    files: [],
    address: (path) => path,
    read: () => Promise.reject(new Error("Cannot read it")),
  };
  await assertRejects(() => new MetricsFile().read(source), Error, "Cannot read it");
});
