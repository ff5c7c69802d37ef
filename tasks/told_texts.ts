import type { Progress } from "./progress.ts";
import { print, printPart } from "./run_task.ts";

/** Prints the first of several texts as it is written, and the others once they are whole. */
export class ToldTexts {
  #printed = "";

  /** Prints on standard output. @param progress Makes room for the text. */
  constructor(readonly progress: Pick<Progress, "clear">) {}

  /** More of the first text is written. */
  add(text: string): void {
    this.progress.clear();
    this.#printed += text;
    printPart(text);
  }

  /** Prints what is left of the texts. */
  finish(texts: readonly string[]): void {
    print(texts.join("\n\n").slice(this.#printed.length));
  }
}
