import { dismiss, notices } from "../state/notices.ts";
import { IconButton } from "../ui/icon_button.tsx";

/** What the reader should know, in a corner of the page. */
export function NoticeList() {
  return (
    <div class="shell-notices" role="region" aria-label="Notices" aria-live="polite">
      {notices.value.map(({ id, kind, message }) => (
        <div key={id} class={`shell-notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
          <p>{message}</p>
          <IconButton
            icon="clear"
            label="Dismiss"
            onClick={() =>
              dismiss(id)}
          />
        </div>
      ))}
    </div>
  );
}
