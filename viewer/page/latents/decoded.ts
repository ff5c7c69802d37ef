import { type ReadonlySignal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { joinArrays } from "../../../core/join_arrays.ts";
import { can, decode as decodeLatents } from "../../lab/ask.ts";
import { messageOf, valueOf } from "../state/async_state.ts";
import { LatestWins } from "../state/latest_wins.ts";
import { model, type OpenModel } from "../state/session.ts";

/** The lab decodes one thing after another: what the hand is on goes first. */
const line = new LatestWins();
/** Pictures that are asked for at once: the lab is free again after some 50 ms. */
const PART = 11;

/** Pictures of latents, and what went wrong with them. */
export interface Decoded {
  /** `[N, H, W, 3]`; the last that were finished, undefined before. */
  pictures: Signal<Uint8Array | undefined>;
  /** Why there are no newer ones. */
  problem: Signal<string | undefined>;
}

/** Options of {@link useDecoded}. */
export interface DecodedOptions {
  /** Lower goes first. */
  rank: number;
  /** Whether the pictures are kept up to date at present. @default always */
  when?: ReadonlySignal<boolean>;
}

/**
 * Keeps pictures in step with latents, as fast as the lab can.
 *
 * @param latents `[N, Z]`; undefined asks for none.
 */
export function useDecoded(
  latents: ReadonlySignal<Float32Array | undefined>,
  { rank, when }: DecodedOptions,
): Decoded {
  const pictures = useSignal<Uint8Array | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    if (when?.value === false) return line.forget(pictures);
    const [opened, wanted] = [valueOf(model.value), latents.value];
    if (!opened || !can(opened.card, "decode") || !wanted) {
      line.forget(pictures);
      pictures.value = undefined;
      return;
    }
    line.ask(pictures, {
      rank,
      async *begin() {
        try {
          const parts: Uint8Array[] = [];
          for await (const part of decode(opened, wanted)) {
            parts.push(part);
            yield;
          }
          if (valueOf(model.peek()) !== opened) return; // another model draws other pictures
          pictures.value = joinArrays(Uint8Array, parts);
          problem.value = undefined;
        } catch (error) {
          problem.value = messageOf(error);
        }
      },
    });
  });
  useEffect(() => () => line.forget(pictures), []);
  return { pictures, problem };
}

async function* decode({ card, lab }: OpenModel, latents: Float32Array): AsyncGenerator<Uint8Array> {
  const size = PART * card.latentSize;
  for (let at = 0; at < latents.length; at += size) {
    yield await decodeLatents(lab, card.id, latents.slice(at, at + size));
  }
}
