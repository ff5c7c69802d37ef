import { effect, signal, untracked } from "@preact/signals";
import type { Explained, LabState, WorldCard } from "../../lab/lab.ts";
import { type AsyncState, messageOf, valueOf } from "./async_state.ts";
import { decisionActions } from "./decision_actions.ts";
import { type Dreams, dreams } from "./dream.ts";
import { shownSample } from "./dream_settings.ts";
import { LatestWins } from "./latest_wins.ts";
import { type PaneId, panes } from "./panes.ts";
import { step } from "./playhead.ts";

/** How long the playhead must rest, milliseconds: a film that plays is not explained picture by picture. */
const REST = 200;

/** How a dream came to a picture. */
export interface Explanation extends Explained {
  /** The dreams that it belongs to, and which of them. */
  dreams: Dreams;
  sample: number;
  /** Decisions that the dream had taken with the picture, 1 .. N. */
  decisions: number;
}

const NONE: AsyncState<Explanation> = { status: "empty", why: "The dream has made no picture here." };

/** How the dream beside reality came to the picture at the playhead. */
export const explanation = signal<AsyncState<Explanation>>(NONE);

/** The panes that show it. */
const EXPLAINING_PANES = ["making", "attention"] as const;
/** One of them. */
export type ExplainingPane = typeof EXPLAINING_PANES[number];

/** Whether a pane is one of them. */
export function isExplaining(pane: PaneId): pane is ExplainingPane {
  return EXPLAINING_PANES.some((explaining) => explaining === pane);
}

/** Whether a world has what such a pane shows. */
export function canExplain(pane: ExplainingPane, world: WorldCard | undefined): boolean {
  return pane === "making" ? world?.moments === true : world?.attention !== undefined;
}

/** Keeps {@link explanation} in step with the playhead and the dreams, while it is looked at. @returns What stops it. */
export function startExplaining(): () => void {
  const line = new LatestWins();
  let rest: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const wanted = wish();
    untracked(() => {
      clearTimeout(rest);
      line.forget(line);
      const known = valueOf(explanation.value);
      if (wanted === undefined) {
        if (known) explanation.value = NONE;
        return;
      }
      const { dreams, sample, decisions } = wanted;
      const same = known?.dreams.stands === dreams.stands && known.sample === sample;
      if (same && known.decisions === decisions) return;
      if (!same) explanation.value = { status: "loading", what: "what it looks like" };
      rest = setTimeout(() => line.ask(line, { rank: 0, begin: () => explainInto(wanted) }), REST);
    });
  });
  return () => {
    stop();
    clearTimeout(rest);
    line.forget(line);
    explanation.value = NONE;
  };
}

/** What is to be explained; nothing where nobody looks, and where there is no dreamt picture. */
function wish(): Pick<Explanation, "dreams" | "sample" | "decisions"> | undefined {
  const shown = valueOf(dreams.value);
  const world = shown?.perception.model.card.world;
  if (!shown || !panes.value.filter(isExplaining).some((id) => canExplain(id, world))) return undefined;
  const decisions = Math.floor(step.value / shown.frameSkip) - shown.start;
  if (decisions < 1 || decisions > shown.known) return undefined;
  return { dreams: shown, sample: Math.min(shownSample.value, shown.seeds.length - 1), decisions };
}

async function* explainInto(
  { dreams, sample, decisions }: Pick<Explanation, "dreams" | "sample" | "decisions">,
): AsyncGenerator<void, void> {
  const { perception: { model: { lab, card }, episode }, frameSkip, start, stands, seeds, temperature } =
    dreams;
  const stand = stands.findLast((stand) => stand.decisions < decisions)!;
  const count = decisions - stand.decisions;
  try {
    const explained = await lab.explain(card.id, {
      from: rowOf(stand.state, sample, seeds.length),
      decision: stand.decisions,
      count,
      temperature,
      seeds: [seeds[sample]],
      actions: dreams.driver === "recorded"
        ? decisionActions(episode, { from: start + stand.decisions, count, frameSkip })
        : undefined,
    });
    yield; // who has been forgotten meanwhile ends here
    explanation.value = { status: "ready", value: { ...explained, dreams, sample, decisions } };
  } catch (error) {
    explanation.value = { status: "error", message: messageOf(error) };
  }
}

/** One of so many rows of a state. */
function rowOf(state: LabState, row: number, rows: number): LabState {
  return Object.fromEntries(
    Object.entries(state).map(([name, values]) => {
      const size = values.length / rows;
      return [name, values.slice(row * size, (row + 1) * size)];
    }),
  );
}
