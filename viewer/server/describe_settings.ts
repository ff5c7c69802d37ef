import { worldModelFields, worldModelPresets } from "../../agents/train_world_model/config.ts";
import { describeFields, type FieldDescription } from "../../core/fields/describe_fields.ts";
import { MODEL_KINDS } from "../../generative/kinds.ts";
import type { ModelKind } from "../../generative/models/model.ts";
import { WORLD_KINDS } from "../../worlds/kinds.ts";
import type { WorldKind } from "../../worlds/world_kind.ts";
import type { SettingMeanings } from "../setting_meanings.ts";

/** What the settings of every kind of run mean. @param own Models of the user's own. @default none */
export function describeSettings(own: readonly ModelKind[] = []): SettingMeanings {
  return Object.fromEntries([
    ...[...MODEL_KINDS, ...own].map((
      { name, fields, presets },
    ) => [name, meanings(describeFields(fields, presets))]),
    ["train-world-model", Object.assign({}, ...WORLD_KINDS.toReversed().map(describeWorld))], // the first one's words count
  ]);
}

function describeWorld(kind: WorldKind): SettingMeanings[string] {
  return meanings(describeFields(worldModelFields(kind), worldModelPresets(kind)));
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
