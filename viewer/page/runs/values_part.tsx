import { toCsv } from "../charts/chart_csv.ts";
import { download } from "../save/download.ts";
import { Button } from "../ui/controls.tsx";
import { measurements, MetricSearch, NoMeasurements } from "./curves_part.tsx";
import { shownRuns } from "./runs_state.ts";
import { lastOf, ValuesTable } from "./values_table.tsx";

/** What the shown runs measured last. */
export function ValuesPart() {
  const groups = measurements.value;
  const save = () => {
    const runs = shownRuns.value.map(({ name }) => name);
    const rows = groups.flatMap((group) =>
      group.measurements.map((each) => [
        group.name,
        each.name,
        ...runs.map((run) => String(lastOf(each, run)?.value ?? "")),
      ])
    );
    download(toCsv([["of", "measurement", ...runs], ...rows]), "last-values.csv", "text/csv");
  };
  return (
    <>
      <div class="runs-controls">
        <MetricSearch />
        <Button label="Save CSV" onClick={save} disabled={groups.length === 0} />
      </div>
      <NoMeasurements />
      {groups.length > 0 && (
        <div class="panel runs-values">
          <ValuesTable groups={groups} />
        </div>
      )}
    </>
  );
}
