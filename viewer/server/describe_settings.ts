import { worldModelFields, worldModelPresets } from "../../agents/train_world_model/config.ts";
import type { ImportedKinds } from "../../agents/import_kinds.ts";
import { type LearnerKind, learnerPresets } from "../../agents/learner_kind.ts";
import { LEARNER_KINDS } from "../../agents/kinds.ts";
import { describeFields, type FieldDescription } from "../../core/fields/describe_fields.ts";
import { MODEL_KINDS } from "../../generative/kinds.ts";
import { WORLD_KINDS } from "../../worlds/kinds.ts";
import type { WorldKind } from "../../worlds/world_kind.ts";
import type { SettingMeanings } from "../setting_meanings.ts";

/** What the settings of every kind of run mean. @param own What the user's module exports. @default nothing */
export function describeSettings(
  own: ImportedKinds = { models: [], worlds: [], learners: [] },
): SettingMeanings {
  return Object.fromEntries([
    ...[...MODEL_KINDS, ...own.models].map((
      { name, fields, presets },
    ) => [name, meanings(describeFields(fields, presets))]),
    ...[...LEARNER_KINDS, ...own.learners].map((kind) => [kind.name, describeLearner(kind)]),
    [
      "train-world-model",
      Object.assign({}, ...[...WORLD_KINDS, ...own.worlds].toReversed().map(describeWorld)),
    ], // the first one's words count
  ]);
}

function describeWorld(kind: WorldKind): SettingMeanings[string] {
  return meanings(describeFields(worldModelFields(kind), worldModelPresets(kind)));
}

function describeLearner(kind: LearnerKind): SettingMeanings[string] {
  return meanings(describeFields(kind.fields, learnerPresets(kind)));
}

function meanings(described: Record<string, FieldDescription>): SettingMeanings[string] {
  const each = Object.entries(described).map(([key, { help, details }]) => {
    return [key, { help: help.replaceAll(/--[a-z][a-z-]*/g, settingName), details }];
  });
  return Object.fromEntries(each);
}

/** An option, `--some-key`, as a configuration names it. */
function settingName(option: string): string {
  return option.slice(2).replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
}
