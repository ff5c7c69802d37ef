import { computed, signal } from "@preact/signals";
import type { FieldDescription } from "../../../core/fields/describe_fields.ts";
import type { Config, ConfigValue } from "../../../core/fields/field.ts";
import { fieldEnds } from "../../../core/fields/field_ends.ts";
import { valueOf } from "./async_state.ts";
import { model } from "./session.ts";

/** What the reader or a link asks agents for, by name; not every agent may be asked for all of it. */
export const askedFor = signal<Config>({});

/** What the chosen run's agent may be asked for. */
export const actingFields = computed(() => valueOf(model.value)?.card.driver?.acting ?? {});

const present = computed(() => {
  const asked: Config = {};
  for (const [name, field] of Object.entries(actingFields.value)) {
    const value = name in askedFor.value ? valueFor(field, askedFor.value[name]) : undefined;
    if (value !== undefined && value !== field.default) asked[name] = value;
  }
  return asked;
});

/** What it is asked for, as far as that is not its default. To write it is to ask. */
export const acting: { value: Config } = {
  get value() {
    return present.value;
  },
  set value(asked) {
    askedFor.value = asked;
  },
};

/** A value as an option takes it, a text from a link as well; undefined where the option cannot be that. */
function valueFor(field: FieldDescription, value: ConfigValue): ConfigValue | undefined {
  const { shape } = field;
  switch (shape.type) {
    case "number": {
      const [least, most] = fieldEnds(field);
      const number = value === "" ? NaN : Number(value);
      return number >= least && number <= most && (!shape.whole || Number.isInteger(number))
        ? number
        : undefined;
    }
    case "choice":
      return shape.choices.find((choice) => choice === value);
    case "switch":
      return ["true", "false"].includes(String(value)) ? String(value) === "true" : undefined;
    default:
      return undefined; // texts and lists have no control that a link could keep
  }
}
