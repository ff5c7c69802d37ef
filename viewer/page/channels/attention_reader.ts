import { signal } from "@preact/signals";
import type { TextAttention } from "../../../generative/models/model.ts";
import { attend } from "../../lab/ask.ts";
import { LatestWins } from "../state/latest_wins.ts";
import type { OpenModel } from "../state/session.ts";

/** A word of some texts. */
export interface Place {
  text: number;
  at: number;
}

/** What was looked at before a word was chosen. */
export interface SeenAttention {
  place: Place;
  /** The text before the word. */
  before: string;
  attention: TextAttention;
}

/** Asks a model what it looked at, the newest wish first: words that are passed over on the way are left out. */
export class AttentionReader {
  /** The newest answer. */
  readonly seen = signal<SeenAttention | undefined>(undefined);
  readonly #line = new LatestWins();
  readonly #model: OpenModel;

  /** Of a model that can tell. */
  constructor(model: OpenModel) {
    this.#model = model;
  }

  /** Asks. Texts that the model cannot read have no answer: writing them says why. */
  look(place: Place, before: string): void {
    const { lab, card } = this.#model;
    const { seen } = this;
    this.#line.ask(this, {
      rank: 0,
      async *begin() {
        const attention = await attend(lab, card.id, before).catch(() => undefined);
        seen.value = attention && { place, before, attention };
        yield;
      },
    });
  }
}
