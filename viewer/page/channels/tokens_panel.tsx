import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";
import type { WrittenToken } from "../../../generative/models/model.ts";
import { can } from "../../lab/ask.ts";
import { lookedAt, shownAttention, type ShownHeads, textBefore, wordsOf } from "./attention.ts";
import type { ChannelPanelProps } from "./channel_panel.ts";
import { ExpectedWords } from "./expected_words.tsx";
import { HeadChoice } from "./head_choice.tsx";
import { AttentionReader, type Place } from "./attention_reader.ts";

/** A surprise of so many bits has the full tint. */
const MOST_BITS = 10;

/**
 * Texts, word by word. Where the model says how probable they were, the surprising ones are tinted, and the one under the
 * pointer (else the newest) tells what else could have stood there and, by a model with attention, what was looked at as it
 * was chosen. A click on a word, or on one that could have stood in its place, goes on from there.
 */
export function TokensPanel({ channel: { texts }, source }: ChannelPanelProps<"tokens">) {
  const words = useMemo(() => texts.map(wordsOf), [texts]);
  const written = useSignal(words);
  useLayoutEffect(() => {
    written.value = words;
  }, [words]);
  const picked = useSignal<Place | undefined>(undefined);
  const heads = useSignal<ShownHeads>({});
  const looks = source !== undefined && can(source.model.card, "attention");
  const reader = useMemo(() => source && looks ? new AttentionReader(source.model) : undefined, [
    source?.model.card.id,
    looks,
  ]);
  const place = useComputed((): Place => {
    const { text, at } = picked.value ?? { text: 0, at: Infinity };
    return { text, at: Math.min(at, (written.value[text]?.length ?? 0) - 1) };
  });
  useSignalEffect(() => {
    const { text, at } = place.value;
    if (at > 0) reader?.look(place.value, textBefore(written.value[text], at));
  });
  const seen = reader?.seen.value;
  const current = seen && textBefore(words[seen.place.text] ?? [], seen.place.at) === seen.before
    ? seen
    : undefined;
  const read = current && {
    tokens: current.attention.tokens,
    shares: shownAttention(current.attention, heads.value),
    end: current.before.length,
  };
  const goOn = source && "prompt" in source.ability.inputs
    ? (prompt: string) => {
      picked.value = undefined;
      source.askAgain({ prompt });
    }
    : undefined;
  const pointedAt = (text: number) => place.value.text === text ? place.value.at : words[text].length - 1;
  const scored = texts.some((tokens) => tokens.some(({ probability }) => probability !== undefined));
  const { text: shownText, at: shownAt } = place.value;
  return (
    <div class="channel-tokens">
      {words.map((row, i) => (
        <Text
          key={i}
          label={`Text ${i + 1}`}
          words={row}
          place={current?.place.text === i
            ? current.place.at
            : shownText === i && !looks
            ? shownAt
            : undefined}
          read={current?.place.text === i ? read : undefined}
          onPick={(at) => picked.value = { text: i, at }}
          isPicked={(at) => picked.value?.text === i && picked.value.at === at}
          onStep={(by) => {
            picked.value = { text: i, at: Math.min(Math.max(pointedAt(i) + by, 0), row.length - 1) };
          }}
          goOn={goOn && ((at = pointedAt(i)) => goOn(textBefore(row, at + 1)))}
        />
      ))}
      {scored && (
        <div class="channel-alternatives">
          {seen && (
            <HeadChoice attention={seen.attention} heads={heads}>
              <span class="looked-at" style={{ "--attention": 1 }}>Looked at</span> before the framed word, by
            </HeadChoice>
          )}
          <ExpectedWords
            word={words[shownText]?.[shownAt]}
            newest={picked.value === undefined}
            next={current && current.place.text === shownText && current.place.at === shownAt
              ? current.attention.next
              : undefined}
            goOn={goOn && ((text) => goOn(textBefore(words[shownText], shownAt) + text))}
          />
          <p class="small dim">
            Tinted words surprised the model. Point at a word to see what else it expected
            {looks && " and what it looked at"}
            {goOn && "; click it to go on from there"}.
          </p>
        </div>
      )}
    </div>
  );
}

/** A text whose words can be pointed at, by arrow keys as well. */
function Text({ label, words, place, read, onPick, isPicked, onStep, goOn }: {
  label: string;
  words: readonly WrittenToken[];
  /** The word that is told of. */
  place: number | undefined;
  /** What was looked at before it. */
  read: Parameters<typeof lookedAt>[2] | undefined;
  onPick: (at: number) => void;
  isPicked: (at: number) => boolean;
  /** Points at the word before (-1) or behind (1) the one that is pointed at. */
  onStep: (by: -1 | 1) => void;
  /** Goes on from a word. @param at Where it is not the one that is pointed at. */
  goOn: ((at?: number) => void) | undefined;
}) {
  let from = 0;
  const most = read && Math.max(...Array.from(read.shares));
  const step = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") onStep(-1);
    else if (event.key === "ArrowRight") onStep(1);
    else if (event.key === "Enter") goOn?.();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the page's own arrows
  };
  return (
    <p class="channel-text" role="group" aria-label={label} tabIndex={0} onKeyDown={step}>
      {words.map((word, at) => {
        const begin = from;
        from += word.text.length;
        return (
          <Word
            key={at}
            word={word}
            shown={at === place}
            pieces={read && at < place! ? lookedAt(word.text, begin, read) : undefined}
            most={most}
            clickable={goOn !== undefined}
            onPoint={() => onPick(at)}
            onClick={() => isPicked(at) ? goOn?.(at) : onPick(at)} // a finger's first touch points
          />
        );
      })}
    </p>
  );
}

/** A word; the blank before it has no tint. */
function Word({ word: { text, probability }, shown, pieces, most, clickable, onPoint, onClick }: {
  word: WrittenToken;
  shown: boolean;
  pieces: ReturnType<typeof lookedAt> | undefined;
  most: number | undefined;
  clickable: boolean;
  onPoint: () => void;
  onClick: () => void;
}) {
  const trimmed = text.trimStart();
  const surprise = probability === undefined ? 0 : Math.min(-Math.log2(probability) / MOST_BITS, 1);
  return (
    <>
      {!pieces && text.slice(0, text.length - trimmed.length)}
      <span
        class={`token${shown ? " shown" : ""}${clickable ? " clickable" : ""}`}
        style={pieces ? undefined : { "--surprise": surprise }}
        onPointerEnter={({ pointerType }) => pointerType !== "touch" && onPoint()}
        onClick={onClick}
      >
        {pieces
          ? pieces.map(({ text, share }, i) =>
            share === undefined
              ? text
              : <span key={i} class="looked-at" style={{ "--attention": share / most! }}>{text}</span>
          )
          : trimmed}
      </span>
    </>
  );
}
