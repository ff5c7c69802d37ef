import type { RandomStream } from "../../core/random_stream.ts";

/** What {@link corruptSpans} is told. */
export interface CorruptOptions {
  /** Share of the tokens that is taken out. */
  share: number;
  /** Tokens of a span in the mean. */
  meanSpan: number;
  /** The token of the first sentinel; the next ones follow. */
  sentinel: number;
  /** Sentinels that there are. */
  sentinels: number;
  /** Where spans lie is drawn from it. */
  random: RandomStream;
}

/** A text with spans taken out, and what was taken out. */
export interface Corrupted {
  /** The text with a sentinel in the place of each span. */
  input: number[];
  /** Each sentinel with its span behind it, and the sentinel that would be next as the end. */
  target: number[];
}

/**
 * Takes spans out of a text (Raffel et al., 2020, "T5", section 3.3.4): about `share` of its tokens, in spans that lie
 * apart from each other. {@link mendSpans} puts them back.
 *
 * @param tokens Of the text, none a sentinel; of fewer than two nothing is taken out.
 */
export function corruptSpans(
  tokens: readonly number[],
  { share, meanSpan, sentinel, sentinels, random }: CorruptOptions,
): Corrupted {
  const count = tokens.length;
  const hidden = count < 2 ? 0 : Math.min(count - 1, Math.max(1, Math.round(count * share)));
  const spans = Math.min(
    sentinels - 1,
    Math.max(Math.min(1, hidden), Math.round(hidden / meanSpan)),
    count - hidden,
  );
  const [inside, between] = [compose(hidden, spans, random), compose(count - hidden, spans, random)];
  const input: number[] = [], target: number[] = [];
  let place = 0;
  for (let span = 0; span < spans; span++) {
    input.push(...tokens.slice(place, place += between[span]), sentinel + span);
    target.push(sentinel + span, ...tokens.slice(place, place += inside[span]));
  }
  input.push(...tokens.slice(place));
  target.push(sentinel + spans);
  return { input, target };
}

/** The text of {@link corruptSpans} made whole: spans in the places of their sentinels, of which unknown ones are left out. */
export function mendSpans(
  { input, target }: Corrupted,
  { sentinel, sentinels }: Pick<CorruptOptions, "sentinel" | "sentinels">,
): number[] {
  const isSentinel = (token: number) => token >= sentinel && token < sentinel + sentinels;
  const spans = new Map<number, number[]>();
  let open: number[] = [];
  for (const token of target) {
    if (!isSentinel(token)) open.push(token);
    else if (!spans.has(token)) spans.set(token, open = []);
  }
  return input.flatMap((token) => isSentinel(token) ? spans.get(token) ?? [] : [token]);
}

/** A number as a sum of `parts` numbers of 1 or more, all such sums equally likely. */
function compose(total: number, parts: number, random: RandomStream): number[] {
  const cuts = random.shuffle(Array.from({ length: Math.max(0, total - 1) }, (_, i) => i + 1)).slice(
    0,
    Math.max(0, parts - 1),
  )
    .sort((a, b) => a - b);
  const ends = [...cuts, total];
  return ends.map((end, i) => end - (ends[i - 1] ?? 0)).slice(0, parts);
}
