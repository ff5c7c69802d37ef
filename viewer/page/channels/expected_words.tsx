import type { TextAttention, WrittenToken } from "../../../generative/models/model.ts";
import { END } from "../../lab/channels.ts";
import { percent, ShareBar } from "./distribution_panel.tsx";

/** What was expected in the place of a word. */
export function ExpectedWords({ word, newest, next, goOn }: {
  word: WrittenToken | undefined;
  /** Whether it is the newest word, which nobody pointed at. */
  newest: boolean;
  /** The likeliest in its place, as they can be written there; else the word's own alternatives are shown. */
  next: TextAttention["next"] | undefined;
  /** Goes on with one of `next`. */
  goOn: ((text: string) => void) | undefined;
}) {
  const { text = "", probability, alternatives = [] } = word ?? {};
  const expected = next ?? alternatives;
  return (
    <>
      <p class="small">
        {newest ? "Newest: " : ""}“{visible(text)}”
        {probability !== undefined && ` was ${percent(probability)} probable`}
        {expected.length > 0 && "; likeliest in its place:"}
      </p>
      <ul class="channel-bars" aria-label="Alternatives">
        {expected.map(({ text = END, probability }, i) => (
          <ShareBar
            key={i}
            label={visible(text)}
            share={probability}
            pick={next && goOn && canFollow(text)
              ? { title: "Go on with this one", run: () => goOn(text) }
              : undefined}
          />
        ))}
      </ul>
    </>
  );
}

/** Whether a text can go on with a token: not with its end, nor with a part of a character. */
function canFollow(text: string): boolean {
  return text !== END && text !== "" && !text.includes("\ufffd");
}

/** A word as it is shown alone. */
function visible(text: string): string {
  const shown = text.replaceAll("\n", "↵");
  return shown.trim() || shown.replaceAll(" ", "␣");
}
