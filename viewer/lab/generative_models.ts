import { createModel } from "../../generative/create_model.ts";
import { MODEL_KINDS } from "../../generative/kinds.ts";
import type { ModelKind as GenerativeKind } from "../../generative/models/model.ts";
import { partSourcesOf } from "../../generative/models/parts.ts";
import { savedParameters } from "../../generative/models/saved_parameters.ts";
import { dataShapeOf } from "../../generative/models/shape_metadata.ts";
import { disposeTensors } from "../../generative/nn/mod.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import { decodeAbility, encodeAbility } from "./abilities.ts";
import { attentionAbility } from "./attention_ability.ts";
import { classifyAbility } from "./classify_ability.ts";
import { LatentCoder } from "./latent_coder.ts";
import { type OpenedModel, type Pause, registerModelKind, type RunContent } from "./model_kinds.ts";
import { samplesAbility } from "./samples_ability.ts";

for (const kind of MODEL_KINDS) registerGenerativeModel(kind);

/** Makes a generative model known to every lab of this process, beside those that come with Somnium. */
export function registerGenerativeModel(kind: GenerativeKind): void {
  registerModelKind({ kind: kind.name, open: (run, pause) => openModel(kind, run, pause) });
}

/** A run of `deno task train` as the page sees it: what its model has methods for becomes abilities. */
function openModel(
  kind: GenerativeKind,
  { name, config: unchecked, arrays, metadata, examples }: RunContent,
  pause: Pause,
): OpenedModel {
  const { parameters: written = {} } = metadata;
  const shape = dataShapeOf(written, name);
  const config = checkConfig(kind.fields, unchecked);
  const model = createModel(kind, config, { shape, parts: partSourcesOf(written, name) });
  const saved = savedParameters(arrays);
  checkShapes(saved, model.parameters, { what: `"${name}"` });
  const parameters = toTensors(saved);
  const opened = { model, parameters, shape, examples, pause };
  const { latents, classify } = model;
  if (shape.kind !== "pictures") {
    return {
      card: { latentSize: 0 },
      abilities: [
        ...model.sample ? [samplesAbility(opened)] : [],
        ...model.attend ? [attentionAbility(model.attend, parameters)] : [],
      ],
      dispose: () => disposeTensors(parameters),
    };
  }
  const { height, width, channels, classes } = shape;
  const size = [height, width] as const;
  const shown = examples.pictures && rgbBytes(examples.pictures.data as Uint8Array, channels);
  const coder = latents && new LatentCoder(latents, { parameters, pixels: [...size, channels], pause });
  return {
    card: { picture: [...size, 3], latentSize: latents?.size ?? 0 },
    abilities: [
      ...latents?.encode
        ? [encodeAbility({ size, examples: shown, encode: (frames) => coder!.encode(frames) })]
        : [],
      ...coder
        ? [decodeAbility({ latents: latents!.size, size, decode: (latents) => coder.decode(latents) })]
        : [],
      ...classify && classes
        ? [classifyAbility(classify, { parameters, shape: { ...shape, classes }, examples: shown })]
        : [],
      ...model.sample ? [samplesAbility(opened)] : [],
    ],
    dispose() {
      coder?.dispose();
      disposeTensors(parameters);
    },
  };
}

/** Pictures as the page has them: grey ones become colour. */
function rgbBytes(bytes: Uint8Array, channels: number): Uint8Array {
  return channels === 3
    ? bytes
    : Uint8Array.from({ length: bytes.length * 3 }, (_, i) => bytes[Math.floor(i / 3)]);
}
