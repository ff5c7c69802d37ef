import { assert, assertEquals, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { RandomStream } from "../../../core/random_stream.ts";
import { MODEL_KINDS, modelKind } from "../../../generative/kinds.ts";
import { drawLatents } from "../../../generative/models/latent_model.ts";
import { FAMILIES } from "../../../generative/models/model.ts";
import { dataShapeOf, shapeMetadata } from "../../../generative/models/shape_metadata.ts";
import { joinSamples } from "../../../generative/models/write_artifact.ts";
import { checkConfig } from "../../../generative/train/resolve_config.ts";

Deno.test("every kind has a name of its own and presets that its options take", () => {
  assertEquals(new Set(MODEL_KINDS.map(({ name }) => name)).size, MODEL_KINDS.length);
  for (const { name, family, chapter, fields, presets } of MODEL_KINDS) {
    assert(/^[a-z][a-z0-9-]*$/.test(name), name);
    assert(FAMILIES.includes(family) && chapter >= 1, name);
    for (const preset of Object.values(presets)) {
      assertEquals(checkConfig(fields, preset), preset);
      assertEquals(preset.model, name);
    }
  }
});

Deno.test("modelKind() names the nearest one", () => {
  assertEquals(modelKind("autoencoder").name, "autoencoder");
  assertThrows(() => modelKind("vae-fashoin"), RangeError, 'did you mean "vae-fashion"?');
});

Deno.test("models run in the browser: nothing that they import uses Deno or the file system", () => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const code = Deno.readTextFileSync(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    // backend.ts asks where it runs before it uses what only Deno has
    if (/\bDeno\.|from "node:/.test(code) && !path.endsWith("runtime/backend.ts")) wrong.push(path);
    const imports = code.matchAll(
      /^(?:import|export)\s+(?!type\b)[^;]*?from\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"/gm,
    );
    for (const match of imports) visit(join(dirname(path), match[1] ?? match[2]));
  };
  visit(fileURLToPath(new URL("../../../generative/kinds.ts", import.meta.url)));
  assert(seen.size > 40);
  assertEquals(wrong, []);
});

Deno.test("drawLatents() keeps to temperature and truncation", () => {
  const draw = (wishes: { temperature?: number; truncation?: number }) => {
    const latents = drawLatents({ count: 500, random: new RandomStream(1), ...wishes }, 4);
    const values = latents.dataSync();
    latents.dispose();
    return { largest: Math.max(...values.map(Math.abs)), values };
  };
  const { largest, values } = draw({});
  assert(largest > 2.5);
  assertEquals(draw({ temperature: 2 }).values, values.map((value) => 2 * value));
  assert(draw({ truncation: 1 }).largest <= 1);
  assertThrows(() => draw({ truncation: 0 }), RangeError, "expected a truncation above 0.05");
  assertThrows(() => draw({ temperature: -1 }), RangeError, "expected a temperature of 0 or more");
});

Deno.test("the shape of data survives a file's metadata", () => {
  const shape = { kind: "points" as const, name: "moons", count: 3, dimensions: 2 };
  assertEquals(dataShapeOf(shapeMetadata(shape), "run"), shape);
  assertThrows(
    () => dataShapeOf({}, "run"),
    SyntaxError,
    'Cannot load "run": expected the shape of its data',
  );
});

Deno.test("joinSamples() joins blocks of one kind", () => {
  const text = (...texts: string[]) => ({ kind: "text" as const, texts });
  assertEquals(joinSamples([text("a"), text("b", "c")]), text("a", "b", "c"));
  const points = { kind: "points" as const, points: Float32Array.of(1, 2) };
  assertEquals(joinSamples([points, points]), { kind: "points", points: Float32Array.of(1, 2, 1, 2) });
  assertThrows(() => joinSamples([text("a"), points]), TypeError, "expected blocks of one kind");
});
