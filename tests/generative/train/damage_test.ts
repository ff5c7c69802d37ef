import * as v from "valibot";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  loadCheckpoint,
  loadSafetensors,
  MetricsWriter,
  readMetricsLines,
  saveCheckpoint,
  saveSafetensors,
} from "../../../generative/train/mod.ts";

async function inFolder(body: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Damaged copies: a bit turned, a byte of another value, bytes removed, doubled, or in place of others. */
function* damaged(bytes: Uint8Array, copies: number): Generator<Uint8Array> {
  const random = new RandomStream(7);
  for (let n = 0; n < copies; n++) {
    const [a, b] = [random.integer(0, bytes.length), random.integer(0, bytes.length)];
    const length = random.integer(1, 9);
    const copy = [...bytes];
    switch (random.integer(0, 5)) {
      case 0:
        copy[a] ^= 1 << random.integer(0, 8);
        break;
      case 1:
        copy[a] = random.integer(32, 127);
        break;
      case 2:
        copy.splice(a, length);
        break;
      case 3:
        copy.splice(a, 0, ...bytes.subarray(a, a + length));
        break;
      default:
        copy.splice(a, length, ...bytes.subarray(b, b + length));
    }
    yield Uint8Array.from(copy);
  }
}

const random = new RandomStream(1);
const noise = (count: number) => Float32Array.from({ length: count }, () => random.normal());

Deno.test("of 2,000 damaged indices of a checkpoint none is taken for other data, and all name the file", async () => {
  await inFolder(async (folder) => {
    const data = { stage: 3, steps: { vision: 20, memory: 4, controller: 0 }, rounds: [{ score: -66.25 }] };
    await saveCheckpoint(folder, {
      tensors: {
        vision: { w: { shape: [4], data: noise(4) } },
        memory: { m: { shape: [2], data: noise(2) } },
      },
      data,
    });
    const whole = loadCheckpoint(folder);
    const path = `${folder}/checkpoint.json`;
    let refused = 0;
    for (const bytes of damaged(Deno.readFileSync(path), 2000)) {
      Deno.writeFileSync(path, bytes);
      try {
        assertEquals(loadCheckpoint(folder), whole);
      } catch (error) {
        const { name, message } = error as Error;
        assert(name !== "AssertionError", `other data of ${new TextDecoder().decode(bytes)}`);
        assert(message.startsWith(`Cannot read "${folder}/`), message);
        refused++;
      }
    }
    assert(refused > 1000, `${refused}`); // the others are blanks between words
  });
});

Deno.test("of 500 damaged safetensors files with a checksum none is taken for other numbers", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/rollout.safetensors`;
    const tensors = {
      mu: { shape: [3, 2], data: noise(6) },
      seeds: { shape: [3], data: Int32Array.of(5, 6, 7) },
      dones: { shape: [3], data: Uint8Array.of(0, 0, 1) },
    };
    await saveSafetensors(path, tensors, { of: "a test" });
    const { arrays } = loadSafetensors(path);
    let refused = 0;
    for (const bytes of damaged(Deno.readFileSync(path), 500)) {
      Deno.writeFileSync(path, bytes);
      try {
        assertEquals(loadSafetensors(path).arrays, arrays);
      } catch (error) {
        const { name, message } = error as Error;
        assert(name !== "AssertionError", "other numbers");
        assert(message.startsWith(`Cannot read "${path}": expected`), message);
        refused++;
      }
    }
    assert(refused > 450, `${refused}`);
  });
});

Deno.test("the checksum of a safetensors file is a text among its metadata, of any order of tensors", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const [a, b] = [{ shape: [2], data: noise(2) }, { shape: [1], data: noise(1) }];
    await saveSafetensors(path, { a, b }, { epoch: "3" });
    const { arrays, metadata } = decodeSafetensors(Deno.readFileSync(path));
    assertEquals(Object.keys(metadata), ["epoch", "sha256"]);
    assertEquals(loadSafetensors(path).metadata, { epoch: "3" });
    Deno.writeFileSync(path, encodeSafetensors({ b: arrays.b, a: arrays.a }, metadata));
    assertEquals(loadSafetensors(path, { checksumRequired: true }).metadata, { epoch: "3" });
    Deno.writeFileSync(path, encodeSafetensors({ a, b }, { epoch: "3" }));
    assertEquals(loadSafetensors(path).metadata, { epoch: "3" }); // another program's
    assertThrows(
      () => loadSafetensors(path, { checksumRequired: true }),
      SyntaxError,
      "checksum in its metadata",
    );
    Deno.writeFileSync(path, encodeSafetensors({ a, b }, { ...metadata, epoch: "4" }));
    assertThrows(() => loadSafetensors(path), SyntaxError, "expected contents of the checksum");
  });
});

Deno.test("a checkpoint names plain files beside it, and no more is read of them than it says", async () => {
  await inFolder(async (folder) => {
    await saveCheckpoint(folder, {
      tensors: { a: { x: { shape: [2], data: noise(2) } } },
      data: { step: 4 },
    });
    const path = `${folder}/checkpoint.json`;
    const { crc32: _, ...index } = JSON.parse(Deno.readTextFileSync(path));
    const fails = (change: object, text: string) => {
      Deno.writeTextFileSync(path, JSON.stringify({ ...index, version: 1, ...change }));
      assertThrows(() => loadCheckpoint(folder), SyntaxError, text);
    };
    const { a } = index.files;
    for (
      const name of ["../a.1.safetensors", "/etc/passwd", "b/a.safetensors", "..", "", 5, null, undefined]
    ) {
      fails({ files: { a: { ...a, path: name } } }, '"files.a.path"');
    }
    for (const files of [null, 5, "text"]) fails({ files }, 'as "files", got');
    fails({ files: { a: null } }, 'as "files.a", got null');
    for (const bytes of [-1, 1.5, "9", null]) fails({ files: { a: { ...a, bytes } } }, '"files.a.bytes"');
    fails(
      { files: { a: { ...a, bytes: a.bytes - 1 } } },
      `a file of ${a.bytes - 1} bytes, got one of ${a.bytes}`,
    );
    Deno.symlinkSync("/dev/zero", `${folder}/zero.safetensors`);
    fails({ files: { a: { ...a, path: "zero.safetensors" } } }, "got something else");
    Deno.mkdirSync(`${folder}/folder.safetensors`);
    Deno.writeTextFileSync(
      path,
      JSON.stringify({ ...index, version: 1, files: { a: { ...a, path: "folder.safetensors" } } }),
    );
    assertThrows(() => loadCheckpoint(folder), Error, "expected a file, found a folder");
  });
});

Deno.test("loadCheckpoint() reads the first version, and says what its data should be", async () => {
  await inFolder(async (folder) => {
    await saveCheckpoint(folder, { tensors: {}, data: { step: 4 } });
    const path = `${folder}/checkpoint.json`;
    const { crc32: _, ...index } = JSON.parse(Deno.readTextFileSync(path));
    const data = v.object({ step: v.pipe(v.number(), v.integer()) });
    const write = (change: object) =>
      Deno.writeTextFileSync(path, JSON.stringify({ ...index, version: 1, ...change }));
    write({});
    assertEquals(loadCheckpoint(folder, { data }).data, { step: 4 });
    for (
      const [wrong, text] of [
        [null, 'expected Object as "data", got null'],
        [{}, '"step" as "data.step", got undefined'],
        [{ step: 4.5 }, 'integer as "data.step", got 4.5'],
      ] as const
    ) {
      write({ data: wrong });
      assertThrows(() => loadCheckpoint(folder, { data }), SyntaxError, `Cannot read "${path}": expected`);
      assertThrows(() => loadCheckpoint(folder, { data }), SyntaxError, text);
    }
    write({ version: "1" });
    assertThrows(() => loadCheckpoint(folder), Error, 'expected checkpoint version 2, got "1"');
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    assertThrows(() => loadCheckpoint(folder), Error, "expected a file, found a folder");
  });
});

/** A run with three lines of measurements. */
function measured(folder: string): MetricsWriter {
  const writer = new MetricsWriter(folder, { now: () => 1000 });
  for (const step of [1, 2, 3]) writer.write("a", step, { loss: 1 / step, kl: step === 2 ? NaN : 0 });
  return writer;
}

Deno.test("of 500 damaged metrics.jsonl no line is taken for another measurement, and none stops a run", async () => {
  await inFolder((folder) => {
    const { path } = measured(folder);
    const whole = readMetricsLines(path).lines.map((line) => Deno.inspect(line));
    for (const bytes of damaged(Deno.readFileSync(path), 500)) {
      Deno.writeFileSync(path, bytes);
      const found = readMetricsLines(path);
      for (const line of found.lines) assert(whole.includes(Deno.inspect(line)), Deno.inspect(line));
      assertEquals(found.damaged.every(({ number, reason }) => number > 0 && reason.length > 0), true);
    }
  });
});

Deno.test("damaged lines are named, counted and kept apart; the whole ones and the next remain", async () => {
  await inFolder((folder) => {
    const { path } = measured(folder);
    const [one, two, three] = Deno.readTextFileSync(path).split("\n");
    const broken = [
      "null",
      '{"name":"a","step":4,"time":1}',
      two.replace('"NaN"', "7"),
      '{"name":"a","step":"4","time":1,"values":{}}',
      "\u00ff",
    ];
    Deno.writeTextFileSync(path, ["\ufeff" + one, ...broken, three].join("\n") + "\n");
    const events: unknown[] = [];
    const writer = new MetricsWriter(folder, { onDamage: (event) => events.push(event) });
    assertEquals(writer.lines().map(({ step }) => step), [1, 3]);
    assertEquals(events, []);
    writer.resume("a", 3);
    writer.write("a", 5, { loss: 0 });
    const kept = `${folder}/metrics.damaged.jsonl`;
    assertEquals(events, [{ type: "damage", path, count: 5, line: 2, reason: "is no measurement", kept }]);
    assertEquals(Deno.readTextFileSync(kept), broken.join("\n") + "\n");
    assertEquals(writer.lines().map(({ step }) => step), [1, 3, 5]);
    assertEquals(readMetricsLines(path).damaged, []);
    const reasons = [
      "has no numbers in",
      "does not fit its checksum",
      'has no numbers as "step"',
      "is not JSON",
    ];
    for (const [i, reason] of reasons.entries()) {
      Deno.writeTextFileSync(path, `${broken[i + 1]}\n`);
      assert(readMetricsLines(path).damaged[0].reason.startsWith(reason));
    }
  });
});

Deno.test("lines of older runs have no checksum and are read; to read changes nothing", async () => {
  await inFolder((folder) => {
    const line = { name: "a", step: 1, time: 2, values: { loss: 3 } };
    const text = `${JSON.stringify(line)}\nnull\n{"name":"a","st`;
    Deno.writeTextFileSync(`${folder}/metrics.jsonl`, text);
    assertEquals(new MetricsWriter(folder).lines(), [line]);
    assertEquals(Deno.readTextFileSync(`${folder}/metrics.jsonl`), text);
    Deno.removeSync(`${folder}/metrics.jsonl`);
    Deno.mkdirSync(`${folder}/metrics.jsonl`);
    assertThrows(() => new MetricsWriter(folder).lines(), Error, "expected a file, found a folder");
  });
});
