import { computed, effect, type ReadonlySignal, type Signal, untracked } from "@preact/signals";
import { can, encode } from "../../lab/ask.ts";
import type { ModelCard } from "../../lab/lab.ts";
import type { Episode } from "../episodes/episode.ts";
import { type AsyncState, messageOf, valueOf } from "./async_state.ts";
import { decisionFrames, followEpisode } from "./follow_episode.ts";
import {
  type Encoding,
  encoding,
  episode,
  frameSkipOf,
  model,
  type OpenModel,
  type Perception,
  perception,
  view,
} from "./session.ts";

/** Keeps {@link perception} and {@link encoding} in step with the episode and the model. @returns What stops it. */
export function startPerceiving(): () => void {
  const stops = [perceiveInto(perception, model), effect(startEncoding)];
  return () => stops.forEach((stop) => stop());
}

/** Keeps what a model makes of the present episode in step with both. @returns What stops it. */
export function perceiveInto(
  into: Signal<AsyncState<Perception>>,
  model: ReadonlySignal<AsyncState<OpenModel>>,
): () => void {
  let turn = 0;
  const stop = effect(() => {
    const mine = ++turn;
    const [shown, opened] = [episode.value, model.value];
    if (shown.status !== "ready" || opened.status !== "ready") {
      into.value = { status: "empty" };
      return;
    }
    const why = misfit(opened.value.card, shown.value);
    if (why) {
      into.value = { status: "empty", why };
      return;
    }
    const told = (seen: number, of: number) => {
      if (mine !== turn) throw new Error("another episode or model is looked at");
      into.value = { status: "loading", what: `what the model sees, ${seen} of ${of} frames` };
    };
    untracked(() => perceive(shown.value, opened.value, told)).then(
      (value) => mine === turn && (into.value = { status: "ready", value }),
      (error) => mine === turn && (into.value = { status: "error", message: messageOf(error) }),
    );
  });
  return () => {
    turn++;
    stop();
  };
}

/** Whether a model has latents of the frames of episodes: those of others are of pictures of their own. */
export function encodesFrames(card: ModelCard): boolean {
  return card.world !== undefined && can(card, "encode");
}

/** Whether the present model has latents of no episode. */
export const blind = computed(() => model.value.status === "ready" && !encodesFrames(model.value.value.card));

/** Why a model does not see an episode, one sentence; undefined where it does. */
function misfit(
  { name, picture, world }: ModelCard,
  { header, agentFrames, agentSize: [height, width] }: Episode,
): string | undefined {
  const fits = agentFrames.length > 0 && picture?.[0] === height && picture[1] === width &&
    world?.actionSize === header.actionSize;
  if (fits) return undefined;
  return `${name} cannot see this episode: choose a world model trained on ${header.env}.`;
}

async function perceive(
  episode: Episode,
  model: OpenModel,
  told: (seen: number, of: number) => void,
): Promise<Perception> {
  const frameSkip = frameSkipOf(model.card, episode);
  return {
    episode,
    model,
    frameSkip,
    followed: await followEpisode({ episode, model, frameSkip }, { told }),
  };
}

const encodings = new WeakMap<Perception, Promise<Encoding>>();

/** An episode's latents, where its model has such; computed once. */
export function encodeEpisode(seen: Perception): Promise<Encoding> | undefined {
  const { model: { lab, card }, episode, frameSkip, followed } = seen;
  if (!encodesFrames(card)) return undefined;
  let made = encodings.get(seen);
  if (!made) {
    const frames = decisionFrames(episode, { from: 0, count: followed.rewards.length + 1, frameSkip });
    made = encode(lab, card.id, frames).then((encoded) => ({ ...seen, encoded }));
    encodings.set(seen, made);
  }
  return made;
}

/** The latents are looked at in the view "model" alone. */
function startEncoding(): void {
  const seen = valueOf(perception.value);
  const made = view.value === "model" && seen ? encodeEpisode(seen) : undefined;
  if (!made) {
    encoding.value = { status: "empty" };
    return;
  }
  const present = () => view.peek() === "model" && valueOf(perception.peek()) === seen;
  encoding.value = { status: "loading", what: "the latents of its frames" };
  made.then(
    (value) => present() && (encoding.value = { status: "ready", value }),
    (error) => present() && (encoding.value = { status: "error", message: messageOf(error) }),
  );
}
