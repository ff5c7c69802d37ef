import * as v from "valibot";
import { type Field, field } from "../../core/fields/field.ts";
import { nonNegative, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";
import type { DataShape } from "../data/dataset.ts";
import { chooseLabels, type LabelChoice } from "../models/label_choice.ts";
import type { DiffusionOptions } from "./diffusion.ts";
import { noiseSchedule, type ScheduleName, SCHEDULES } from "./noise_schedule.ts";
import { expectFittingTarget, parametrisation, type TargetName, TARGETS } from "./parametrisation.ts";

/** Stands for a model that learns without labels. */
const NONE = "none";

/** The option that chooses the labels. */
export function attributeField(value: string): Field<string> {
  return field(
    v.string(),
    "Attribute of the data that is the label, such as blondHair (deno task data shows them); class takes their classes, " +
      "none learns without labels.",
    value,
  );
}

/** The labels that are chosen. @throws RangeError when the data do not have them. */
export function chooseAttribute(
  data: DataShape,
  { attribute, model }: { attribute: string; model: string },
): LabelChoice | undefined {
  return attribute === NONE ? undefined : chooseLabels(data, attribute, { model });
}

/** What is learned under which noise. */
export interface NoiseConfig {
  /** The name of the model. */
  model: string;
  /** How noise depends on time. */
  schedule: ScheduleName;
  /** What noise is multiplied by in units of the signal. */
  noiseShift: number;
  /** What the network predicts. */
  target: TargetName;
  /** The limit of min-SNR weights, 0 for none. */
  minSnr: number;
  /** Share of the labels that training hides. */
  hiddenLabels: number;
}

/** The options of noise, target and weights. */
export function noiseFields(
  { schedule, target, hiddenLabels }: Pick<NoiseConfig, "schedule" | "target" | "hiddenLabels">,
) {
  return {
    schedule: field(
      v.picklist(SCHEDULES),
      "How noise grows with time: cosine ends without any signal, offset-cosine (the book's), linear (DDPM's) and sqrt-linear " +
        "(Stable Diffusion's) with a little, edm adds noise to pictures that keep their contrast.",
      schedule,
    ),
    noiseShift: field(
      positive,
      "What the noise is multiplied by in units of the signal: large pictures need more noise to be hidden than small ones.",
      1,
    ),
    target: field(
      v.picklist(TARGETS),
      "What the network predicts: v (the velocity, a mixture of both), epsilon (the noise), x0 (the clean example) or edm " +
        "(that with the preconditioning of EDM).",
      target,
    ),
    minSnr: field(
      nonNegative,
      "Limit of the weight of slightly noised examples (min-SNR; the paper takes 5). 0 weighs all answers alike.",
      0,
    ),
    hiddenLabels: field(
      shareBelowOne,
      "Share of the labels that training hides, so that guidance can tell what they change.",
      hiddenLabels,
    ),
  };
}

/** A model's part of those options. @throws RangeError for a target and a schedule that do not fit. */
export function noiseOptions(
  config: NoiseConfig,
  { dataDeviation, labels }: { dataDeviation: number; labels?: LabelChoice },
): Pick<DiffusionOptions, "schedule" | "parametrisation" | "minSnr" | "labels"> {
  const schedule = noiseSchedule(config.schedule, { shift: config.noiseShift });
  expectFittingTarget(config.target, schedule, config);
  return {
    schedule,
    parametrisation: parametrisation(config.target, { dataDeviation }),
    minSnr: config.minSnr,
    ...labels && { labels: { count: labels.names.length, hidden: config.hiddenLabels } },
  };
}
