import { cssColor, measuredText } from "../charts/series.ts";
import type { Measurement, MeasurementGroup } from "./measurements.ts";
import { runColor, shownRuns } from "./runs_state.ts";

/** The last number of each measurement, with a column for each run. */
export function ValuesTable({ groups, bare }: { groups: readonly MeasurementGroup[]; bare?: boolean }) {
  const runs = shownRuns.value;
  return (
    <div
      class="runs-table-frame"
      role="group"
      aria-label={bare ? `Values of ${groups[0].name}` : "All last values"}
      tabIndex={0}
    >
      <table class="runs-table">
        <thead>
          <tr>
            <th scope="col">Measurement</th>
            {runs.map(({ name }) => <RunHeading key={name} name={name} number />)}
          </tr>
        </thead>
        {groups.map(({ name, measurements }) => (
          <tbody key={name}>
            {!bare && (
              <tr class="runs-table-group">
                <th scope="rowgroup" colSpan={runs.length + 1}>{name}</th>
              </tr>
            )}
            {measurements.map((each) => (
              <tr key={each.id}>
                <th scope="row">{each.name}</th>
                {runs.map((run) => {
                  const last = lastOf(each, run.name);
                  return (
                    <td class="number" key={run.name} title={last && `${last.value} at step ${last.step}`}>
                      {last ? measuredText(last.value) : "–"}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** A run's name over its column. */
export function RunHeading({ name, number }: { name: string; number?: boolean }) {
  return (
    <th scope="col" class={number ? "number" : undefined}>
      <span class="runs-swatch" style={{ color: cssColor(runColor(name)) }} />
      {name}
    </th>
  );
}

/** What a run measured last. */
export function lastOf({ curves }: Measurement, run: string): { value: number; step: number } | undefined {
  const curve = curves.find((each) => each.run === run)?.curve;
  return curve && { value: curve.values.at(-1)!, step: curve.steps.at(-1)! };
}
