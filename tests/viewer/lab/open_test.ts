import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { count, describeFields, field, fields } from "../../../core/mod.ts";
import { encodeSafetensors } from "../../../generative/train/safetensors.ts";
import { decode, encode } from "../../../viewer/lab/ask.ts";
import { createLab } from "../../../viewer/lab/create_lab.ts";
import type { RunFiles } from "../../../viewer/lab/lab.ts";
import { registerModelKind } from "../../../viewer/lab/model_kinds.ts";
import { samplePictures } from "../support/sample_pictures.ts";
import { drivenFrames } from "./driven_frames.ts";
import { nativeLab, randomRun } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();
const run = await randomRun();

/** The run with other fields in its configuration. */
function withConfig(changes: Record<string, unknown>): RunFiles {
  const file = run.files.config as { config: Record<string, unknown> };
  return { ...run.files, config: { ...file, config: { ...file.config, ...changes }, crc32: undefined } };
}

Deno.test("a run's card says what its model can do", async () => {
  const { id: _, abilities, ...card } = await lab.open(run.files);
  assertEquals(
    abilities.map(({ id, inputs, outputs }) => [id, Object.keys(inputs), outputs]),
    [
      ["encode", ["frames"], ["matrix"]],
      ["decode", ["latents"], ["pictures"]],
      ["sample", ["count", "seed", "temperature"], ["pictures"]],
    ],
  );
  assertEquals(card, {
    kind: "train-world-model",
    name: "random",
    picture: [64, 64, 3],
    latentSize: 32,
    parameters: { vision: 419299, memory: 24867, controller: 46213 },
    driver: { environment: "CarRacing-v3", frameSkip: 4 },
    world: {
      environment: "CarRacing-v3",
      frameSkip: 4,
      actionSize: 3,
      context: 0,
      expects: true,
      moments: false,
      controller: "actor-critic",
      hasValue: true,
      decisions: 10,
      temperature: 1,
    },
  });
  await lab.close(_);
});

Deno.test("what is wrong with a run is told in one sentence", async () => {
  const { vision, memory, controller } = run.files.groups;
  const other = encodeSafetensors({ kernel: { shape: [1], data: new Float32Array(1) } });
  const wrong: [RunFiles, typeof Error, string][] = [
    [{ ...run.files, config: undefined }, SyntaxError, "expected a somnium-run, got format undefined"],
    [
      { ...run.files, config: { format: "somnium-run", version: 1 } },
      SyntaxError,
      'expected fields as "config"',
    ],
    [
      { ...run.files, config: { ...Object(run.files.config), version: 9 } },
      Error,
      "expected run version 1, got 9",
    ],
    [
      { ...run.files, config: { ...Object(run.files.config), crc32: 1 } },
      SyntaxError,
      'Cannot read "config.json" of random: it was edited or damaged',
    ],
    [
      {
        ...run.files,
        config: { ...Object(withConfig({ world: undefined, vision: undefined }).config), kind: undefined },
      },
      RangeError,
      "expected the name of a model in its config.json",
    ],
    [withConfig({ frameSkip: 0 }), RangeError, "--frame-skip: expected a whole number of 1 or more, got 0"],
    [withConfig({ speed: 1 }), RangeError, "--speed: no such option"],
    [withConfig({ environment: "CarRacing-v4" }), RangeError, 'did you mean "CarRacing-v3"?'],
    [
      withConfig({ memoryUnits: 8 }),
      TypeError,
      'memory of "random": expected "memory/lstm/inputKernel" of shape [34,32]',
    ],
    [withConfig({ vision: "paper" }), TypeError, 'vision of "random"'],
    [{ ...run.files, groups: {} }, Error, "expected a checkpoint, got none"],
    [
      { ...run.files, groups: { vision, controller } },
      TypeError,
      'memory of "random": expected "memory/lstm/',
    ],
    [
      { ...run.files, groups: { vision, memory, controller: other } },
      TypeError,
      'controller of "random": expected "actor/',
    ],
    [
      { ...run.files, groups: { vision: vision.slice(0, 9000), memory, controller } },
      SyntaxError,
      'Cannot read "vision of random": expected',
    ],
    [
      { ...run.files, groups: { vision: new Uint8Array(3), memory, controller } },
      SyntaxError,
      "8 bytes of header length, got 3",
    ],
  ];
  const before = tf.memory().numTensors;
  for (const [files, kind, message] of wrong) {
    const error = await assertRejects(() => lab.open(files), kind, message);
    assert(!error.message.includes("\n"), error.message);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a run whose model came by --module is told in one short sentence, as no fault", async () => {
  const config = { format: "somnium-run", version: 1, config: { model: "gaussian-mixture", components: 4 } };
  const error = await assertRejects(() => lab.open({ ...run.files, name: "mine", config }), Error);
  assertEquals([error.name, error.message], [
    "NothingToShow",
    'The model of mine, "gaussian-mixture", does not come with Somnium: Runs shows its curves and samples, and deno task ' +
    "watch mine --module FILE opens it.",
  ]);
});

Deno.test("everything that was opened is freed when it is closed", async () => {
  const before = tf.memory().numTensors;
  const { id } = await lab.open(run.files);
  const { frames, actions, rewards } = drivenFrames(20);
  const work = async () => {
    const { mu } = await encode(lab, id, frames);
    await decode(lab, id, mu);
    await samplePictures(lab, id, { count: 2, seed: 1 });
    const { to } = await lab.follow(id, { frames: frames.slice(12288), actions, rewards });
    const twice = Object.entries(to).map(([name, row]) => [name, Float32Array.of(...row, ...row)]);
    const from = Object.fromEntries(twice);
    await lab.dream(id, { from, decision: 0, count: 20, temperature: 1, seeds: [1, 2], actions });
    await lab.dream(id, { from, decision: 0, count: 3, temperature: 1, seeds: [1, 2] });
    const agent = await lab.startAgent(id);
    await lab.decide(agent, { observation: frames.slice(0, 12288), reward: 0 });
    const taken = actions.slice(0, 3);
    await lab.decide(agent, {
      observation: frames.slice(12288, 24576),
      reward: rewards[0],
      taken,
      draw: true,
    });
    return agent;
  };
  await lab.stopAgent(await work());
  const open = tf.memory().numTensors;
  const agent = await work(); // it stays open: it goes with its model
  const [closed] = [lab.close(id)];
  await closed;
  assert(open > before);
  assertEquals(tf.memory().numTensors, before);
  await assertRejects(
    () => lab.decide(agent, { observation: frames.slice(0, 12288), reward: 0 }),
    RangeError,
    "got none",
  );
  await assertRejects(() => encode(lab, id, frames), RangeError, `Cannot use model ${id}`);
  await lab.close(id);
});

Deno.test("a model that is closed at work gives up, and is freed then", async () => {
  const before = tf.memory().numTensors;
  const { id } = await lab.open(run.files);
  const { frames } = drivenFrames(3);
  const many = new Uint8Array(200 * 12288);
  many.set(frames);
  const encoding = encode(lab, id, many);
  const dreaming = lab.dream(id, {
    from: { latents: new Float32Array(32), hidden: new Float32Array(16), cell: new Float32Array(16) },
    decision: 0,
    count: 100,
    temperature: 1,
    seeds: [1],
  });
  await lab.close(id);
  const message = 'Cannot continue with "random": its model was closed';
  await Promise.all([encoding, dreaming].map((work) => assertRejects(() => work, Error, message)));
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("other calls are answered while one takes long", async () => {
  const { id } = await lab.open(run.files);
  let over = false;
  const long = decode(lab, id, new Float32Array(32 * 150)).then(() => over = true);
  await samplePictures(lab, id, { count: 1, seed: 1 });
  assertEquals(over, false);
  await long;
  await lab.close(id);
});

Deno.test("a kind of model that registers itself gets a card by what it can do, and streams what it is asked for", async () => {
  let disposed = 0;
  let counted = 0;
  const which = describeFields(fields({ which: field(count(0), "Which of both.", 0) }));
  registerModelKind({
    kind: "toy",
    open({ arrays, config }) {
      if (config.broken) throw new RangeError(`Cannot use size ${config.broken}: expected 2`);
      return {
        card: { latentSize: 0 },
        abilities: [{
          id: "count",
          title: "Count",
          inputs: which,
          outputs: ["distribution"],
          async *ask({ which = 0 }) {
            while (true) {
              const share = arrays.all.bias.data[Number(which)] + counted++;
              yield {
                kind: "distribution",
                name: "Counted",
                labels: ["all"],
                shares: Float32Array.of(share),
              };
            }
          },
        }],
        dispose: () => disposed++,
      };
    },
  });
  const bias = encodeSafetensors({ bias: { shape: [2], data: Float32Array.of(7, 8) } });
  const config = { format: "somnium-run", version: 1, kind: "toy", config: { size: 2 } };
  const files: RunFiles = { name: "mine", config, groups: { all: bias } };
  const { id, ...card } = await lab.open(files);
  assertEquals(card, {
    kind: "toy",
    name: "mine",
    parameters: { all: 2 },
    latentSize: 0,
    abilities: [{ id: "count", title: "Count", inputs: which, outputs: ["distribution"] }],
    driver: undefined,
    world: undefined,
  });
  const shares: number[] = [];
  for await (const piece of lab.ask(id, "count", { which: 1 })) {
    if (piece.kind === "distribution") shares.push(piece.shares[0]);
    if (shares.length === 3) break;
  }
  assertEquals([shares, counted], [[8, 9, 10], 3], "nothing after the reader left");
  const reading = lab.ask(id, "count", {})[Symbol.asyncIterator]();
  await reading.next();
  await assertRejects(
    () => encode(lab, id, new Uint8Array(12)),
    TypeError,
    'Cannot encode with "mine": a toy cannot',
  );
  await assertRejects(
    () => lab.drive(id, { seed: 1 }),
    TypeError,
    'Cannot drive with "mine": a toy has no agent',
  );
  await lab.close(id);
  await lab.close(id);
  assertEquals(disposed, 0, "somebody is reading");
  await reading.return!();
  assertEquals(disposed, 1);
  await assertRejects(
    () => lab.open({ ...files, config: { ...config, config: { broken: 3 } } }),
    RangeError,
    "Cannot use size 3: expected 2",
  );
  assertThrows(
    () =>
      registerModelKind({
        kind: "toy",
        open: () => ({ card: { latentSize: 0 }, abilities: [], dispose() {} }),
      }),
    TypeError,
    'kind "toy": expected a new kind',
  );
});

Deno.test("a lab starts its backend once, and again after a failure", async () => {
  let starts = 0;
  const lab = createLab({
    place: "browser",
    start() {
      if (++starts === 1) return Promise.reject(new Error("Cannot start: not today"));
      return Promise.resolve({ name: "cpu", reason: "selected by the user" });
    },
  });
  await assertRejects(() => lab.open(run.files), Error, "not today");
  assertEquals(await lab.backend(), { place: "browser", name: "cpu", reason: "selected by the user" });
  await lab.backend();
  assertEquals(starts, 2);
});
