import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Ability } from "../../lab/ability.ts";
import { messageOf } from "../state/async_state.ts";
import { selectRun } from "../state/select.ts";
import { model, type OpenModel, run } from "../state/session.ts";
import { Choice } from "../ui/controls.tsx";
import { shownRuns } from "./runs_state.ts";

/** Fresh samples of the chosen run's model, where it draws any. */
export function ModelSamples() {
  const [panel, setPanel] = useState<
    { Panel?: ComponentType<{ model: OpenModel; ability: Ability }>; problem?: string }
  >({});
  const state = model.value;
  const sample = state.status === "ready"
    ? state.value.card.abilities.find(({ id }) => id === "sample")
    : undefined;
  useEffect(() => {
    if (!sample || panel.Panel) return;
    import("../model/ability_panel.tsx").then(
      ({ AbilityPanel }) => setPanel({ Panel: AbilityPanel }),
      (error) => setPanel({ problem: `Cannot load the panel of samples: ${messageOf(error)}` }),
    );
  }, [sample]);
  if (panel.problem) return <p class="notice error" role="alert">{panel.problem}</p>;
  const names = [
    ...new Set([...run.value ? [run.value.name] : [], ...shownRuns.value.map(({ name }) => name)]),
  ];
  return (
    <div class="runs-samples">
      {names.length > 1 && (
        <Choice
          label="Fresh samples of"
          value={run.value?.name ?? ""}
          options={names.map((name) => [name, name] as const)}
          onChange={selectRun}
        />
      )}
      {state.status === "loading" && (
        <p class="notice" role="status" aria-busy="true">Loading {state.what}…</p>
      )}
      {state.status === "error" && <p class="notice error" role="alert">{state.message}</p>}
      {state.status === "ready" && sample && panel.Panel && (
        <panel.Panel key={state.value.card.id} model={state.value} ability={sample} />
      )}
    </div>
  );
}
