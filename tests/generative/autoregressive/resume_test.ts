import { assert, assertEquals } from "@std/assert";
import { PIXEL_CNN } from "../../../generative/autoregressive/pixel_cnn_kind.ts";
import { PIXEL_CNN_PP } from "../../../generative/autoregressive/pixel_cnn_pp_kind.ts";
import { WORD_LSTM } from "../../../generative/autoregressive/word_lstm_kind.ts";
import { loadModel } from "../../../generative/models/load_model.ts";
import type { Artifact, ModelKind } from "../../../generative/models/model.ts";
import { trainModel } from "../../../generative/models/train_model.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder } from "../../../generative/train/mod.ts";
import { writeTinyPictures } from "../models/support.ts";

await startBackend();
const root = Deno.makeTempDirSync({ prefix: "somnium-autoregressive-" });
const cache = Deno.env.get("XDG_CACHE_HOME");
Deno.env.set("XDG_CACHE_HOME", `${root}/cache`);
globalThis.addEventListener("unload", () => {
  if (cache === undefined) Deno.env.delete("XDG_CACHE_HOME");
  else Deno.env.set("XDG_CACHE_HOME", cache);
  Deno.removeSync(root, { recursive: true });
});
const pictures = `${root}/pictures`;
writeTinyPictures(pictures);
const text = `${root}/text.txt`;
const words = ["sea", "ship", "whale", "captain", "deck", "mast"];
const random = new RandomStream(1);
const paragraph = () =>
  Array.from({ length: 12 }, () => words[random.integer(0, words.length)]).join(" ") + ".";
Deno.writeTextFileSync(text, Array.from({ length: 40 }, paragraph).join("\n\n"));

// deno-lint-ignore no-explicit-any -- each kind has a configuration of its own
const kinds: [ModelKind<any>, Record<string, unknown>][] = [
  [WORD_LSTM, { data: text, examples: 0, batchSize: 8, length: 16, epochs: 2 }],
  [PIXEL_CNN, { data: pictures, size: 8, examples: 0, filters: 4, epochs: 2 }],
  [PIXEL_CNN_PP, { data: pictures, size: 8, examples: 0, filters: 2, epochs: 2, batchSize: 16 }],
];

for (const [kind, changes] of kinds) {
  Deno.test(`${kind.name}: stopped and gone on with, it learns and measures what it would have unbroken`, async () => {
    const config = { ...kind.presets.smoke, ...changes };
    const run = async (name: string, stops: boolean) => {
      using runFolder = RunFolder.open(name, { root, config });
      const { path } = runFolder;
      const controller = new AbortController();
      const onEvent = ({ type }: { type: string }) => {
        if (stops && type === "checkpoint") controller.abort(new Error("stopped"));
      };
      return { path, metrics: await trainModel(kind, config, path, { onEvent, signal: controller.signal }) };
    };
    const whole = await run(`${kind.name}-whole`, false);
    await run(`${kind.name}-broken`, true).then(() => assert(false, "expected it to stop"), () => {});
    const broken = await run(`${kind.name}-broken`, false);
    assertEquals(broken.metrics, whole.metrics);

    const loaded = loadModel(broken.path);
    const data = await loaded.loadData("test");
    const artifacts: Artifact[] = [];
    const context = {
      parameters: loaded.parameters,
      data,
      learned: () => loaded.loadData("train"),
      random: new RandomStream(5),
    };
    for await (const artifact of loaded.model.explore!(context)) artifacts.push(artifact);
    assertEquals(artifacts.length, 3);
    loaded.dispose();
  });
}
