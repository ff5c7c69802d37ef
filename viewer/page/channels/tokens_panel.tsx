import { useSignal } from "@preact/signals";
import type { WrittenToken } from "../../../generative/models/model.ts";
import type { ChannelPanelProps } from "./channel_panel.ts";
import { percent, ShareBar } from "./distribution_panel.tsx";

/** A surprise of so many bits has the full tint. */
const MOST_BITS = 10;

/**
 * Texts, token by token. Where the model says how probable they were, the surprising ones are tinted, and the one under
 * the pointer tells what else could have stood there.
 */
export function TokensPanel({ channel: { texts } }: ChannelPanelProps<"tokens">) {
  const picked = useSignal<WrittenToken | undefined>(undefined);
  const scored = texts.some((tokens) => tokens.some(({ probability }) => probability !== undefined));
  return (
    <div class="channel-tokens">
      {texts.map((tokens, i) => (
        <p key={i} class="channel-text">
          {tokens.map((token, n) => <Token key={n} token={token} onPick={() => picked.value = token} />)}
        </p>
      ))}
      {scored && (
        <div class="channel-alternatives">
          <p class="small dim">
            {picked.value
              ? `Likeliest in place of “${picked.value.text.trim()}” (${percent(picked.value.probability!)})`
              : "Tinted words surprised the model. Point at a word to see what else it expected."}
          </p>
          {picked.value?.alternatives && (
            <ul class="channel-bars" aria-label="Alternatives">
              {picked.value.alternatives.map(({ text, probability }, i) => (
                <ShareBar key={i} label={text} share={probability} />
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}

/** A token; the blank before it has no tint. */
function Token({ token: { text, probability }, onPick }: { token: WrittenToken; onPick: () => void }) {
  if (probability === undefined) return <>{text}</>;
  const word = text.trimStart();
  return (
    <>
      {text.slice(0, text.length - word.length)}
      <span
        class="token"
        style={{ "--surprise": Math.min(-Math.log2(probability) / MOST_BITS, 1) }}
        title={`${percent(probability)} probable`}
        onPointerEnter={onPick}
        onClick={onPick}
      >
        {word}
      </span>
    </>
  );
}
