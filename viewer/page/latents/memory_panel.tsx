import { useMemo } from "preact/hooks";
import { LineChart } from "../charts/line_chart.tsx";
import { seek, step } from "../state/playhead.ts";
import { decisionRewards } from "../state/decision_rewards.ts";
import { type Encoding, frameSkip } from "../state/session.ts";
import { Panel } from "../ui/panel.tsx";
import { DensityPlot } from "./density_plot.tsx";
import { HiddenPanel } from "./hidden_panel.tsx";
import { chosen } from "./latents_state.ts";
import { entropy, mixtureAt, surprise } from "./mixture.ts";

/** What the memory keeps of the episode, and what it expects of it. */
export function MemoryPanel({ perception }: { perception: Encoding }) {
  const { encoded, followed, episode, model } = perception;
  const decisions = followed.rewards.length;
  const skip = frameSkip.value;
  const x = useMemo(() => Float64Array.from({ length: decisions }, (_, d) => d * skip), [perception]);
  const uncertainty = useMemo(() => {
    const { latentSize } = model.card;
    const [expected, came] = [new Float64Array(decisions), new Float64Array(decisions)];
    for (let decision = 0; decision < decisions; decision++) {
      const mixture = mixtureAt(followed, {
        decision,
        decisions,
        dimension: chosen.value,
        latentSize,
      });
      expected[decision] = entropy(mixture);
      came[decision] = surprise(mixture, encoded.mu[(decision + 1) * latentSize + chosen.value]);
    }
    return [
      { name: "Entropy of the prediction", color: "dream", x, y: expected },
      { name: "Surprise of the outcome", color: "real", x, y: came },
    ] as const;
  }, [perception, chosen.value]);
  const rewards = useMemo(() =>
    [
      { name: "Expected reward", color: "dream", x, y: followed.rewards },
      {
        name: "Real reward",
        color: "real",
        x,
        y: decisionRewards(episode, { from: 0, count: decisions, frameSkip: skip }),
      },
    ] as const, [perception]);
  const file = `${model.card.name}_${episode.title}`.replace(/[^\w.-]+/g, "-");
  return (
    <Panel title="Memory" class="latents-memory">
      <div class="latents-memory-parts">
        <DensityPlot perception={perception} />
        <HiddenPanel perception={perception} />
        <LineChart
          title={`Uncertainty of z${chosen.value}, nats`}
          series={uncertainty}
          xLabel="frame"
          height={190}
          cursor={step}
          onSeek={seek}
          save={`${file}_uncertainty_z${chosen.value}`}
        />
        <LineChart
          title="Reward of a decision"
          series={rewards}
          xLabel="frame"
          height={190}
          cursor={step}
          onSeek={seek}
          save={`${file}_rewards`}
        />
      </div>
    </Panel>
  );
}
