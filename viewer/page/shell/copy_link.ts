import { notify } from "../state/notices.ts";
import { shareableLink } from "../state/deep_link.ts";

/** Copies a link to what is shown. */
export async function copyLink(): Promise<void> {
  const { address, caution } = shareableLink();
  if (await copyText(address)) notify(caution ? `Link copied. ${caution}` : "Link copied.");
  else notify(`Cannot copy the link, the browser denies access to the clipboard: ${address}`, "error");
}

/** The clipboard is missing where the page does not come over https or from this machine: then a selection is copied. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "hidden-text";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
