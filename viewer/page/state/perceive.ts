import { computed, effect } from "@preact/signals";
import { can, decode, encode } from "../../lab/ask.ts";
import type { Lab, ModelCard } from "../../lab/lab.ts";
import type { Episode } from "../episodes/episode.ts";
import { pictureIn } from "../episodes/pictures.ts";
import { messageOf } from "./async_state.ts";
import { decisionActions } from "./decision_actions.ts";
import { decisionRewards } from "./decision_rewards.ts";
import {
  decisionsIn,
  episode,
  frameSkip,
  model,
  type OpenModel,
  type Perception,
  perception,
} from "./session.ts";

/** Keeps {@link perception} in step with the episode and the model. @returns What stops it. */
export function startPerceiving(): () => void {
  let turn = 0;
  return effect(() => {
    const mine = ++turn;
    const [shown, opened] = [episode.value, model.value];
    if (shown.status !== "ready" || opened.status !== "ready") {
      perception.value = { status: "empty" };
      return;
    }
    if (!seesFrames(opened.value.card) || !fits(opened.value.card, shown.value)) {
      const { name } = opened.value.card;
      const why =
        `${name} cannot encode this episode: choose a world model trained on ${shown.value.header.env}.`;
      perception.value = { status: "empty", why };
      return;
    }
    perception.value = { status: "loading", what: "what the model sees" };
    perceive(shown.value, opened.value).then(
      (value) => mine === turn && (perception.value = { status: "ready", value }),
      (error) => mine === turn && (perception.value = { status: "error", message: messageOf(error) }),
    );
  });
}

/** Whether a model looks at the frames of episodes: others have pictures of their own. */
export function seesFrames(card: ModelCard): boolean {
  return can(card, "encode") && card.world !== undefined;
}

/** Whether an episode has frames of the size that a model knows. */
function fits({ picture }: ModelCard, { agentFrames, agentSize: [height, width] }: Episode): boolean {
  return agentFrames.length > 0 && picture?.[0] === height && picture[1] === width;
}

/** Whether the present model looks at no frames of episodes. */
export const blind = computed(() => model.value.status === "ready" && !seesFrames(model.value.value.card));

async function perceive(episode: Episode, model: OpenModel): Promise<Perception> {
  const { card, lab } = model;
  const decisions = decisionsIn(episode.steps);
  const skip = frameSkip.value;
  const { agentFrames, agentSize } = episode;
  const { length } = pictureIn(agentFrames, 0, agentSize).data;
  const frames = new Uint8Array((decisions + 1) * length);
  for (let d = 0; d <= decisions; d++) {
    frames.set(pictureIn(agentFrames, d * skip, agentSize).data, d * length);
  }
  const encoded = await encode(lab, card.id, frames);
  const followed = await follow(lab, { episode, model, mu: encoded.mu, decisions });
  const reconstructions = can(card, "decode") ? await decode(lab, card.id, encoded.mu) : new Uint8Array(0);
  return { episode, model, frameSkip: skip, encoded, reconstructions, followed };
}

function follow(
  lab: Lab,
  { episode, model, mu, decisions }: {
    episode: Episode;
    model: OpenModel;
    mu: Float32Array;
    decisions: number;
  },
) {
  const { id, world } = model.card;
  if (!world || world.actionSize !== episode.header.actionSize || decisions === 0) return undefined;
  const span = { count: decisions, frameSkip: frameSkip.value };
  const actions = decisionActions(episode, { from: 0, ...span });
  return lab.follow(id, { mu, actions, rewards: decisionRewards(episode, span) });
}
