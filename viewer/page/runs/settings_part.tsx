import { useEffect } from "preact/hooks";
import { meaningsOf } from "../../setting_meanings.ts";
import { type AsyncState, valueOf } from "../state/async_state.ts";
import { Toggle } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { configRows } from "./config_rows.ts";
import { readMeanings, settingMeanings } from "./read_meanings.ts";
import { runFiles } from "./run_files.ts";
import { allSettings, shownRuns } from "./runs_state.ts";
import { RunHeading } from "./values_table.tsx";

/** What the shown runs were set to, and where they ran: first of all what differs. */
export function SettingsPart() {
  useEffect(() => void readMeanings(), []);
  return (
    <>
      <div class="runs-controls">
        <Toggle label="Show equal settings" value={allSettings} />
      </div>
      <Differences title="Settings" part="config" same="All settings are the same." />
      <Differences
        title="Versions and machine"
        part="environment"
        same="Versions and machine are the same."
      />
    </>
  );
}

function Differences({ title, part, same }: { title: string; part: "config" | "environment"; same: string }) {
  const runs = shownRuns.value;
  const states = runs.map(({ name }) => stateOf(name, part));
  const rows = configRows(states.map(valueOf));
  const shown = allSettings.value ? rows : rows.filter(({ differs }) => differs);
  const known = states.filter(({ status }) => status === "ready").length;
  const explains = part === "config" && shown.some(({ key }) => explain(key).length > 0);
  return (
    <Panel title={title}>
      {states.map((state, i) => <Problem key={runs[i].name} run={runs[i].name} state={state} />)}
      {part === "config" && settingMeanings.value.status === "error" && (
        <p class="notice error" role="alert">{settingMeanings.value.message}</p>
      )}
      {shown.length > 0 && (
        <div class="runs-table-frame" role="group" aria-label={`Table: ${title}`} tabIndex={0}>
          <table class="runs-table">
            <thead>
              <tr>
                <th scope="col">Setting</th>
                {runs.map(({ name }) => <RunHeading key={name} name={name} />)}
                {explains && <th scope="col">Meaning</th>}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ key, values, differs }) => (
                <tr key={key} class={differs && allSettings.value ? "runs-differs" : undefined}>
                  <th scope="row">{key}</th>
                  {values.map((value, i) => (
                    <td key={runs[i].name}>{value ?? <span class="dim">–</span>}</td>
                  ))}
                  {explains && (
                    <td class="runs-meaning">
                      {explain(key).map(({ kind, help, details }) => (
                        <p key={kind}>
                          {kind && <b>{kind}</b>} {help} <span class="dim">{details}</span>
                        </p>
                      ))}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length === 0 && known === 1 && <p class="notice">Choose another run to compare with.</p>}
      {shown.length === 0 && known > 1 && <p class="notice">{same}</p>}
    </Panel>
  );
}

/** What a setting means in the shown runs. */
function explain(key: string): ReturnType<typeof meaningsOf> {
  const kinds = shownRuns.value.map(({ kind }) => kind);
  return meaningsOf(key, kinds, valueOf(settingMeanings.value) ?? {});
}

function stateOf(run: string, part: "config" | "environment"): AsyncState<Record<string, unknown>> {
  return runFiles.value.get(run)?.[part] ?? { status: "loading", what: run };
}

function Problem({ run, state }: { run: string; state: AsyncState<unknown> }) {
  if (state.status === "error") return <p class="notice error" role="alert">{state.message}</p>;
  if (state.status === "loading") return <p class="notice" role="status" aria-busy="true">Loading {run}…</p>;
  return state.status === "empty" ? <p class="notice">{state.why}</p> : null;
}
