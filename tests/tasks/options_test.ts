import { assert, assertEquals, assertMatch } from "@std/assert";
import { worldKindOf, worldModelFields, worldModelPresets } from "../../agents/train_world_model/config.ts";
import { readRunConfig } from "../../agents/train_world_model/read_run_config.ts";
import { absentValues, type Config, type FieldTable } from "../../core/fields/field.ts";
import { valueWords } from "../../core/fields/value_words.ts";
import { flagName } from "../../core/flag_name.ts";
import { MODEL_KINDS } from "../../generative/kinds.ts";
import { checkConfig } from "../../generative/train/mod.ts";
import { WORLD_KINDS } from "../../worlds/mod.ts";
import { TASK as TRAIN } from "../../tasks/train.ts";
import { TASK as TRAIN_WORLD_MODEL } from "../../tasks/train_world_model.ts";

/** All that is trained by name. */
const KINDS: readonly { name: string; fields: FieldTable; presets: Readonly<Record<string, Config>> }[] = [
  ...MODEL_KINDS,
  ...WORLD_KINDS.map((kind) => ({
    name: `train-world-model --world ${kind.name}`,
    fields: worldModelFields(kind) as unknown as FieldTable,
    presets: worldModelPresets(kind),
  })),
];

Deno.test("every option of every kind says in sentences what it means, and names no option that is not there", () => {
  for (const { name, fields: { entries } } of KINDS) {
    const known = Object.keys(entries).flatMap((key) => [key, `--${flagName(key)}`]);
    for (const [key, { help, schema }] of Object.entries(entries)) {
      assertMatch(help, /^[A-Z][^\n]{4,}\.$/, `${name} ${key}`);
      assert(!/ {2}|\.\.|\.[a-z]/i.test(help), `${name} ${key}: ${help}`);
      const named = help.match(/--[a-z][a-z-]*|\b[a-z]+[A-Z]\w*/g) ?? [];
      const foreign = named.filter((option) => !known.includes(option) && option !== "blondHair"); // no option
      assertEquals(foreign, [], `${name} ${key}: ${help}`);
      assert(valueWords(schema).wanted.length > 3);
    }
  }
});

Deno.test("every preset is what it was when results were published", () => {
  const recorded = JSON.parse(
    Deno.readTextFileSync(new URL("../fixtures/presets.json", import.meta.url)),
  );
  for (const { name, fields, presets } of KINDS) {
    assertEquals({ ...presets }, recorded[name], name);
    for (const preset of Object.values(presets)) assertEquals(checkConfig(fields, preset), preset);
  }
  assertEquals(KINDS.map(({ name }) => name).sort(), Object.keys(recorded).sort());
});

Deno.test("the configuration of the released run is read as it was written, without the options that came later", () => {
  const { config } = JSON.parse(Deno.readTextFileSync("pretrained/car-racing/config.json"));
  const read = readRunConfig("pretrained/car-racing");
  assertEquals(read, { ...absentValues(worldModelFields(worldKindOf(config))), ...config });
});

Deno.test("--help tells of a kind's options what they mean, may be, are, and are in other presets", () => {
  const flat = (help: string) => help.replaceAll(/\s+/g, " ");
  const vae = flat(TRAIN.help(["vae-fashion"]));
  for (
    const text of [
      "--epochs <N> Passes over the training data. (1 or more; default: 5, smoke: 1)",
      "--latent-size <N> Numbers in a latent vector. (1 or more; default: 2)",
      "--learning-rate <X> Learning rate of Adam. (above 0; default: 0.0005)",
    ]
  ) assert(vae.includes(text), text);
  assert(!vae.includes("--model"), "the kind is no option");
  const world = flat(TRAIN_WORLD_MODEL.help());
  for (
    const text of [
      "--vision-batch <N> Frames in a training step of the vision. (1 or more; default: 128, smoke: 32, paper: 100)",
      "--predict-change [true|false] Let the memory predict",
      "(cma-es). (default: actor-critic, paper: cma-es)",
      "--environment <TEXT> Environment to learn: its id. (default: CarRacing-v3)",
    ]
  ) assert(world.includes(text), text);
});
