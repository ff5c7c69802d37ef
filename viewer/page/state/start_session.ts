import type { Library } from "../../library.ts";
import { messageOf } from "./async_state.ts";
import { fetchFile } from "./sources.ts";
import { library } from "./session.ts";

/** Reads the library and what the address asks for. */
export async function startSession(): Promise<void> {
  try {
    const bytes = await fetchFile(new URL("library.json", document.baseURI));
    library.value = { status: "ready", value: JSON.parse(new TextDecoder().decode(bytes)) as Library };
  } catch (error) {
    library.value = { status: "error", message: messageOf(error) };
  }
}
