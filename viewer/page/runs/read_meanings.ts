import { signal } from "@preact/signals";
import type { SettingMeanings } from "../../setting_meanings.ts";
import { type AsyncState, messageOf } from "../state/async_state.ts";
import { fetchFile } from "../state/sources.ts";

/** What settings mean, once {@link readMeanings} was asked for it. */
export const settingMeanings = signal<AsyncState<SettingMeanings>>({ status: "empty" });

/** Reads what settings mean, unless that is known or on its way. */
export async function readMeanings(): Promise<void> {
  const { status } = settingMeanings.peek();
  if (status === "ready" || status === "loading") return;
  settingMeanings.value = { status: "loading", what: "what settings mean" };
  try {
    const bytes = await fetchFile(new URL("settings.json", document.baseURI));
    settingMeanings.value = { status: "ready", value: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch (error) {
    settingMeanings.value = { status: "error", message: messageOf(error) };
  }
}
