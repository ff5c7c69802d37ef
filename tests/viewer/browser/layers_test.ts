import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { layerCases } from "../../generative/nn/layer_cases.ts";
import { bundlePage } from "../../../viewer/server/bundle.ts";
import { browserTest, openViewer } from "../support/browser.ts";
import { temporaryFolder } from "../support/fixtures.ts";
import { servePlainly } from "../support/plain_server.ts";

/** A folder with a page that has `runLayers`, and the WebAssembly of the viewer's page. */
async function layersPage(): Promise<string> {
  const folder = temporaryFolder();
  const script = fileURLToPath(new URL("layers_page.ts", import.meta.url));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", "--code-splitting", "--outdir", folder, script],
    stdout: "null",
  }).output();
  if (!success) throw new Error(`Cannot bundle the layers: ${new TextDecoder().decode(stderr)}`);
  Deno.mkdirSync(`${folder}/wasm`);
  for (const [path, { bytes }] of await bundlePage()) {
    if (path.startsWith("wasm/")) Deno.writeFileSync(`${folder}/${path}`, bytes);
  }
  const page = '<!doctype html><link rel="icon" href="data:,"><main>Layers</main>' +
    '<script type="module" src="layers_page.js"></script>';
  Deno.writeTextFileSync(`${folder}/index.html`, page);
  return folder;
}

browserTest(
  "all layers compute in a page what they compute in Deno, by WebAssembly and plainly",
  async () => {
    await tf.setBackend("cpu");
    const wanted = tf.tidy(() =>
      layerCases().map(({ name, tensors, output }) => [name, [...output(tensors).dataSync()]] as const)
    );
    const site = servePlainly(await layersPage(), { below: "/" });
    const { page, close } = await openViewer({ address: site.url });
    try {
      await page.waitForFunction(() => "runLayers" in globalThis);
      for (const backend of ["wasm", "cpu"]) {
        const outputs = await page.evaluate(
          (backend) =>
            (globalThis as unknown as { runLayers: (backend: string) => Promise<Record<string, number[]>> })
              .runLayers(backend),
          backend,
        );
        assertEquals(Object.keys(outputs).length, wanted.length);
        for (const [name, numbers] of wanted) {
          assertEquals(outputs[name].length, numbers.length, name);
          numbers.forEach((value, i) =>
            assertAlmostEquals(outputs[name][i], value, 1e-4, `${name}, ${backend}`)
          );
        }
      }
    } finally {
      await close();
      await site.close();
    }
  },
);
