import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { assembleNetworks } from "../../../agents/train_world_model/assemble_networks.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters } from "../../../generative/nn/parameters.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder, saveCheckpoint } from "../../../generative/train/mod.ts";
import { tinyConfig } from "../../support/tiny_run.ts";
import { nativeLab, readFiles } from "./random_run.ts";

await startBackend();

for (const world of ["rssm", "iris", "storm"]) {
  Deno.test(`the lab opens a run with the world ${world}: it dreams and its agent decides; it has no latents to look at`, async () => {
    const config = tinyConfig({ world });
    const { worldModel, components, policy } = assembleNetworks(config);
    const random = new RandomStream(1);
    const root = Deno.makeTempDirSync();
    using folder = RunFolder.open("random", { root, config });
    const parts = [
      ...components.map(({ name, network }) => [name, network] as const),
      ["controller", policy] as const,
    ];
    const tensors = Object.fromEntries(
      parts.map(([name, { parameters }]) => [name, initialiseParameters(parameters, random)]),
    );
    await saveCheckpoint(join(folder.path, "checkpoints"), { tensors, data: null });

    const lab = nativeLab();
    const card = await lab.open(readFiles(folder.path));
    assertEquals([card.kind, card.abilities, card.latentSize], [
      "train-world-model",
      [],
      0,
    ]);
    assertEquals(
      Object.keys(card.parameters).toSorted(),
      ["controller", ...components.map(({ name }) => name)].toSorted(),
    );
    const initial = tf.tidy(() =>
      Object.fromEntries(
        Object.entries(worldModel.initial(1)).map((
          [name, tensor],
        ) => [name, tensor.dataSync() as Float32Array]),
      )
    );
    const dreamt = await lab.dream(card.id, {
      from: initial,
      decision: 0,
      count: 3,
      temperature: 1,
      seeds: [4],
    });
    assertEquals(dreamt.frames.length, 3 * 64 * 64 * 3);
    assert(dreamt.rewards.every(Number.isFinite));
    const agent = await lab.startAgent(card.id);
    const { action } = await lab.decide(agent, {
      observation: new Uint8Array(64 * 64 * 3).fill(90),
      reward: 0,
    });
    assertEquals(action.length, 3);
    const request = { mu: new Float32Array(0), actions: new Float32Array(0), rewards: new Float32Array(0) };
    await assertRejects(() => lab.follow(card.id, request), TypeError, "has no densities to show");
    await lab.close(card.id);
    tf.dispose(Object.values(tensors).flatMap((group) => Object.values(group)));
    Deno.removeSync(root, { recursive: true });
  });
}
