/**
 * What it costs, in nats, to spell what no token stands for: a model that says "unknown" has not said which word. Letters
 * are coded by how often they come in the words to learn from that found no place in the vocabulary either, the end of a
 * word among them; without it, models of fewer words would look better in bits per character.
 */
export class Spelling {
  readonly #costs = new Map<string, number>();
  readonly #unseen: number;

  /** Counts letters. @param rare Words to learn from that are not in the vocabulary. */
  constructor(rare: Iterable<string>) {
    const counts = new Map<string, number>();
    let total = 1; // one more for all letters that were never seen
    for (const word of rare) {
      for (const letter of [...word, ""]) {
        counts.set(letter, (counts.get(letter) ?? 0) + 1);
        total++;
      }
    }
    for (const [letter, count] of counts) this.#costs.set(letter, -Math.log(count / total));
    this.#unseen = Math.log(total) + Math.log(0x110000); // which of Unicode's characters
  }

  /** The nats of a word and its end. */
  cost(word: string): number {
    return [...word, ""].reduce((sum, letter) => sum + (this.#costs.get(letter) ?? this.#unseen), 0);
  }
}
