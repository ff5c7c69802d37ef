import { useEffect, useState } from "preact/hooks";
import { dismiss, type Notice, notices, readingTime } from "../state/notices.ts";
import { IconButton } from "../ui/icon_button.tsx";

/** What the reader should know, in a corner of the page. */
export function NoticeList() {
  return (
    <div class="shell-notices" role="region" aria-label="Notices" aria-live="polite">
      {notices.value.map((notice) => <NoticeCard key={notice.id} notice={notice} />)}
    </div>
  );
}

/** A notice: it goes when it could be read, and stays while the pointer or the focus is on it. */
function NoticeCard({ notice }: { notice: Notice }) {
  const { id, kind, message } = notice;
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), readingTime(notice));
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div
      class={`shell-notice ${kind}`}
      role={kind === "error" ? "alert" : "status"}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocusIn={() => hold(true)}
      onFocusOut={() => hold(false)}
    >
      <p>{message}</p>
      <IconButton icon="clear" label="Dismiss" onClick={() => dismiss(id)} />
    </div>
  );
}
