import { useComputed } from "@preact/signals";
import { episode } from "../state/session.ts";
import { Button } from "../ui/controls.tsx";
import { exportDone, exportJob } from "./export_job.ts";
import { SaveDialog } from "./save_dialog.tsx";
import { openSaveDialog } from "./save_settings.ts";

/** The button that opens the dialog for saving, and how far an export is. */
export function SaveMenu() {
  const job = exportJob.value;
  return (
    <div class="save-menu">
      {job && <ExportProgress name={job.name} onCancel={() => job.cancel()} />}
      <Button
        label="Save…"
        title="Save pictures, videos and numbers (S: this frame)"
        disabled={episode.value.status !== "ready"}
        onClick={() => openSaveDialog()}
      />
      <SaveDialog />
    </div>
  );
}

function ExportProgress({ name, onCancel }: { name: string; onCancel: () => void }) {
  const percent = useComputed(() => Math.round(exportDone.value * 100));
  return (
    <>
      <progress
        class="save-progress"
        aria-label={`Saving ${name}`}
        max={100}
        value={percent.value}
        title={name}
      />
      <span class="save-percent" aria-hidden="true">{percent.value} %</span>
      <Button label={`Cancel ${name}`} onClick={onCancel} title={`Cancel ${name}`}>Cancel</Button>
    </>
  );
}
