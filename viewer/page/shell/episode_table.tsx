import { useSignal } from "@preact/signals";
import { acting, actingFields } from "../state/acting.ts";
import { addAgentDrive, addScripted, selectEpisode } from "../state/select.ts";
import { type EpisodeEntry, episodeId, episodes, model } from "../state/session.ts";
import { Button, NumberField } from "../ui/controls.tsx";
import { FieldControls } from "../ui/field_controls.tsx";
import { signed } from "../ui/signed.ts";
import { useInSight } from "../ui/use_in_sight.ts";
import {
  episodeFilter,
  knownSummary,
  severalEnvironments,
  shownEpisodes,
  sorting,
  type SortKey,
} from "./shown_episodes.ts";

const ENVIRONMENT: readonly [SortKey, string] = ["env", "Environment"];
const COLUMNS: readonly (readonly [SortKey, string])[] = [
  ["seed", "Seed"],
  ["return", "Return"],
  ["steps", "Steps"],
  ["driver", "Driver"],
];

/** What drivers are called in a narrow column. */
const DRIVERS: Record<string, string> = { pursuit: "scripted", controller: "agent" };

/** The episodes that can be chosen: sort, filter, choose, let one be driven. */
export function EpisodeTable() {
  const shown = shownEpisodes.value;
  const several = severalEnvironments.value;
  const columns = several ? [...COLUMNS, ENVIRONMENT] : COLUMNS;
  return (
    <section class="shell-episodes" aria-label="Episodes">
      <div class="shell-section-head">
        <h2>Episodes</h2>
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter episodes"
          value={episodeFilter.value}
          onInput={(event) => episodeFilter.value = event.currentTarget.value}
        />
      </div>
      <div class="shell-table" tabIndex={-1}>
        <table aria-label="Episodes">
          <thead>
            <tr>{columns.map(([key, title]) => <SortHead key={key} name={key} title={title} />)}</tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <EpisodeRow
                key={entry.id}
                entry={entry}
                chosen={entry.id === episodeId.value}
                several={several}
              />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && (
          <p class="notice">
            {episodes.value.length > 0 ? "No episode matches the filter." : "No episodes yet."}
          </p>
        )}
      </div>
      <DriveNow />
    </section>
  );
}

function SortHead({ name, title }: { name: SortKey; title: string }) {
  const present = sorting.value?.key === name ? sorting.value : undefined;
  const sort = () => { // up, down, as it was
    sorting.value = !present
      ? { key: name, descending: false }
      : present.descending
      ? undefined
      : { key: name, descending: true };
  };
  const order = present && (present.descending ? "descending" : "ascending");
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" onClick={sort}>
        {title}
        {present && <span aria-hidden="true">{present.descending ? "↓" : "↑"}</span>}
      </button>
    </th>
  );
}

/** A row; with `several`, it names its environment. */
function EpisodeRow(
  { entry, chosen, several }: { entry: EpisodeEntry; chosen: boolean; several: boolean },
) {
  const row = useInSight<HTMLTableRowElement>(chosen);
  const { seed, steps, return: total, driver, dream, problem, env } = knownSummary(entry);
  const failed = problem !== undefined && steps === 0;
  return (
    <tr
      ref={row}
      aria-selected={chosen}
      class={failed ? "error" : ""}
      title={problem ?? entry.title}
      onClick={() => selectEpisode(entry.id)}
    >
      <th scope="row">
        <button type="button" aria-label={entry.title} aria-current={chosen || undefined}>
          <span class={`swatch ${dream ? "dream" : "real"}`} />
          {failed ? "unreadable" : seed}
        </button>
      </th>
      <td>{Number.isFinite(total) && steps > 0 ? signed(total, 1) : "–"}</td>
      <td>{steps > 0 ? steps : "–"}{problem && steps > 0 ? "!" : ""}</td>
      <td title={driver}>{dream ? "dream" : DRIVERS[driver] ?? (driver || "–")}</td>
      {several && <td>{env || "–"}</td>}
    </tr>
  );
}

/** Lets the scripted driver, or the run's own agent, act from any seed now. */
function DriveNow() {
  const seed = useSignal(3);
  const agent = model.value.status === "ready" && model.value.value.card.driver !== undefined;
  const show = (id: string | undefined) => id !== undefined && selectEpisode(id);
  return (
    <div class="shell-drive-now" role="group" aria-label="Drive now">
      <NumberField label="Seed" value={seed} min={0} max={999_999_999} />
      <Button
        label="Scripted"
        title="Let the scripted driver drive from this seed"
        onClick={() => show(addScripted(seed.value))}
      />
      {agent && (
        <Button
          label="Agent"
          title="Let the run's agent drive from this seed"
          onClick={() => show(addAgentDrive(seed.value))}
        />
      )}
      {agent && <FieldControls fields={actingFields.value} values={acting} />}
    </div>
  );
}
