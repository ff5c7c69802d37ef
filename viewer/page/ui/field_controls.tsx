import type { FieldDescription } from "../../../core/fields/describe_fields.ts";
import { fieldEnds } from "../../../core/fields/field_ends.ts";
import type { Config, ConfigValue } from "../../../core/fields/field.ts";
import { Choice, NumberField, Slider, TextField, Toggle } from "./controls.tsx";
import { fieldLabel, fieldStep } from "./field_step.ts";

/**
 * A control for each of some options, by what it may be: a slider for a number between two limits, a field for other
 * numbers and texts, a list for a choice, a switch.
 *
 * @param values The options that differ from their defaults: a signal, or whatever else holds them.
 */
export function FieldControls(
  { fields, values }: { fields: Readonly<Record<string, FieldDescription>>; values: { value: Config } },
) {
  return (
    <>
      {Object.entries(fields).map(([key, field]) => (
        <span key={key} class="field-control" title={`${field.help} (${field.details})`}>
          <FieldControl label={fieldLabel(key)} field={field} value={valueIn(values, key, field.default)} />
        </span>
      ))}
    </>
  );
}

/** One of the values as a signal of its own would be. */
function valueIn(values: { value: Config }, key: string, standard: ConfigValue): { value: ConfigValue } {
  return {
    get value() {
      return values.value[key] ?? standard;
    },
    set value(value) {
      const { [key]: _old, ...others } = values.value;
      values.value = value === standard ? others : { ...others, [key]: value };
    },
  };
}

function FieldControl(
  { label, field, value }: { label: string; field: FieldDescription; value: { value: ConfigValue } },
) {
  const { shape } = field;
  switch (shape.type) {
    case "number": {
      const [min, max] = fieldEnds(field);
      const number = value as { value: number };
      const limits = { min, max, step: fieldStep({ ...shape, minimum: min, maximum: max }) };
      return shape.whole || min === -Infinity || max === Infinity
        ? <NumberField label={label} value={number} {...limits} />
        : (
          <Slider
            label={label}
            value={number}
            {...limits}
            format={(value) => String(Number(value.toPrecision(6)))}
            onReset={() => number.value = field.default as number}
          />
        );
    }
    case "choice":
      return (
        <Choice
          label={label}
          value={value.value as string}
          options={shape.choices.map((choice) => [choice, choice] as const)}
          onChange={(choice) => value.value = choice}
        />
      );
    case "switch":
      return <Toggle label={label} value={value as { value: boolean }} />;
    case "text":
      return (
        <TextField
          label={label}
          value={value.value as string}
          onChange={(text) => value.value = text}
        />
      );
    default:
      return null; // lists and fixed values are no matter for a reader
  }
}
