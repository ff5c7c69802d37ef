import type { Signal } from "@preact/signals";
import type { FieldDescription } from "../../../core/fields/describe_fields.ts";
import type { Config } from "../../../core/fields/field.ts";
import type { Ability, ArrayInput, InputValues } from "../../lab/ability.ts";
import { FieldControls } from "../ui/field_controls.tsx";
import { PictureChooser } from "./picture_chooser.tsx";

/** Whether a form can ask for all that an ability takes. */
export function canBeAsked({ inputs }: Ability): boolean {
  return Object.values(inputs).every(({ shape }) => shape.type !== "vectors");
}

/** Whether there is a value for every input that has no default. */
export function isComplete({ inputs }: Ability, values: InputValues): boolean {
  return Object.entries(inputs).every(([key, input]) => "default" in input || key in values);
}

/** A control for each input of an ability. @param values What differs from the defaults. */
export function InputForm(
  { ability: { inputs }, values }: { ability: Ability; values: Signal<InputValues> },
) {
  const entries = Object.entries(inputs);
  const fields = entries.filter((entry): entry is [string, FieldDescription] => "default" in entry[1]);
  const arrays = entries.filter((entry): entry is [string, ArrayInput] => !("default" in entry[1]));
  return (
    <>
      {fields.length > 0 && (
        <div class="latents-controls">
          <FieldControls fields={Object.fromEntries(fields)} values={values as Signal<Config>} />
        </div>
      )}
      {arrays.map(([key, { help, shape }]) =>
        shape.type === "pictures" && (
          <PictureChooser
            key={key}
            label={help}
            shape={shape}
            onChoose={(picture) => values.value = { ...values.value, [key]: picture }}
          />
        )
      )}
    </>
  );
}
