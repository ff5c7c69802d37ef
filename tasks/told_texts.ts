import type { SampleEvent } from "../generative/models/model.ts";
import type { Progress } from "./progress.ts";
import { print, printPart } from "./run_task.ts";

/** Prints the first of several texts as it is written, and the others once they are whole. */
export class ToldTexts {
  #printed = "";

  /** Prints on standard output. @param progress Makes room for the text, and says what there is to say of the request. */
  constructor(readonly progress: Pick<Progress, "clear" | "line">) {}

  /** Hears what is written. */
  hear(event: SampleEvent): void {
    if (event.type === "note") return this.progress.line(event.text);
    if (event.sample > 0) return;
    this.progress.clear();
    this.#printed += event.text;
    printPart(event.text);
  }

  /** Prints what is left of the texts. */
  finish(texts: readonly string[]): void {
    print(texts.join("\n\n").slice(this.#printed.length));
  }
}
