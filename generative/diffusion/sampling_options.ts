import * as v from "valibot";
import { type Field, field, fields, type FieldTable } from "../../core/fields/field.ts";
import { count, share } from "../../core/fields/value_schemas.ts";
import { labelField } from "../models/label_choice.ts";
import { type ThresholdName, THRESHOLDS } from "./guidance.ts";
import { type SamplerName, SAMPLERS } from "./sampling_plan.ts";

/** Steps of a sampler at most: as many as the first diffusion models had. */
export const MOST_STEPS = 1000;

/** What guidance may be. */
export const guidanceSchema: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0), v.maxValue(20));

/** What samples of a diffusion model can be asked for. */
export type SamplingOptions = {
  /** See `samplingPlan`. */
  sampler: SamplerName;
  /** Its steps. */
  steps: number;
  /** Of pictures: how they are kept within their range. */
  threshold?: ThresholdName;
  /** Of models with labels: one of them, or all in turn. */
  label?: string;
  /** Of models with labels: how much they count. */
  guidance?: number;
  /** Of pictures with labels: how much of the contrast guidance is not to change. */
  rescale?: number;
  /** Of pictures: a file that they start from, or keep a part of. */
  picture?: string;
  /** Which part of it they keep. */
  keep?: KeptPart;
  /** How much noise it is put under. */
  strength?: number;
};

/** Parts of a picture that samples may keep. */
export const KEPT_PARTS = ["nothing", "left", "right", "top", "bottom", "border"] as const;

/** The name of such a part. */
export type KeptPart = typeof KEPT_PARTS[number];

/** What the options of a model depend on. */
export interface SamplingDefaults {
  /** What it draws. */
  kind: "pictures" | "points";
  /** Names of its labels. @default it has none */
  labels?: readonly string[];
  /** Defaults of the options. */
  defaults: Pick<SamplingOptions, "sampler" | "steps" | "threshold" | "guidance">;
}

/** The options that a model has, as its flags, its help and the viewer's controls are made of. */
export function samplingOptions({ kind, labels, defaults }: SamplingDefaults): FieldTable<SamplingOptions> {
  const entries: Record<string, Field> = {
    sampler: field(
      v.picklist(SAMPLERS),
      "How noise becomes samples: ddim is plain, dpm and heun are more exact (heun asks the network twice a step), ancestral " +
        "adds fresh noise at every step.",
      defaults.sampler,
    ),
    steps: field(
      v.pipe(count(), v.maxValue(MOST_STEPS)),
      "Steps from noise to samples. Fewer are quicker, more are more exact.",
      defaults.steps,
    ),
  };
  if (labels) {
    entries.label = labelField(labels, "noise");
    entries.guidance = field(
      guidanceSchema,
      "How much the label counts: 0 forgets it, 1 is what was learned with it, more exaggerates it.",
      defaults.guidance ?? 1,
    );
  }
  if (kind === "pictures") {
    entries.threshold = field(
      v.picklist(THRESHOLDS),
      "How pictures are kept within their range on the way: clip cuts off, dynamic divides by the largest values.",
      defaults.threshold ?? "none",
    );
    if (labels) {
      entries.rescale = field(
        share,
        "How much of the contrast that it has without guidance a picture gets back, for strong guidance.",
        0,
      );
    }
    entries.picture = field(
      v.string(),
      "Picture file of the model's size to start from. Without --keep it is changed, with it the rest is painted anew.",
      "",
    );
    entries.keep = field(v.picklist(KEPT_PARTS), "Part of --picture that stays as it is.", "nothing");
    entries.strength = field(
      v.pipe(v.number(), v.minValue(0.01), v.maxValue(1)),
      "How much of its way to noise --picture goes before it is changed; 1 leaves nothing of it.",
      0.5,
    );
  }
  return fields(entries) as unknown as FieldTable<SamplingOptions>;
}
