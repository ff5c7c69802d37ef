import { useSignal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Ability, InputValues } from "../../lab/ability.ts";
import { type Channel, joinPieces } from "../../lab/channels.ts";
import { ChannelView } from "../channels/channel_view.tsx";
import { messageOf } from "../state/async_state.ts";
import { LatestWins } from "../state/latest_wins.ts";
import type { OpenModel } from "../state/session.ts";
import { Button } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { InputForm, isComplete } from "./input_form.tsx";

/**
 * Something that a model can do: a form of what it takes, and what comes of it as it comes. It knows nothing of the model
 * but what its card says of the ability. Whatever is asked next, or leaving, ends what was asked before.
 */
export function AbilityPanel({ model: { card, lab }, ability }: { model: OpenModel; ability: Ability }) {
  const values = useSignal<InputValues>({});
  const channels = useSignal<readonly Channel[]>([]);
  const busy = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  const line = useMemo(() => new LatestWins(), []);

  useSignalEffect(() => {
    const inputs = values.value;
    if (!isComplete(ability, inputs)) return;
    line.ask(line, {
      rank: 0,
      async *begin() {
        busy.value = true;
        try {
          const got = new Map<string, Channel>();
          for await (const piece of lab.ask(card.id, ability.id, inputs)) {
            got.set(piece.name, joinPieces(got.get(piece.name), piece));
            channels.value = [...got.values()];
            problem.value = undefined;
            yield;
          }
        } catch (error) {
          problem.value = messageOf(error);
        } finally {
          busy.value = false;
        }
      },
    });
    return () => line.forget(line);
  });

  const askAgain = (inputs: InputValues) => {
    values.value = { ...values.value, ...seeded && { seed: seed + 1 }, ...inputs };
  };
  const seeded = "seed" in ability.inputs;
  const seed = values.value.seed as number | undefined ?? 0;
  const source = { model: { card, lab }, ability, askAgain };
  const set = Object.entries({ ...seeded && { seed }, ...values.value })
    .filter(([, value]) => typeof value !== "object").map((entry) => entry.join("-"));
  const file = [card.name, ability.title.toLowerCase(), ...set].join("_");
  return (
    <Panel
      title={ability.title}
      class="model-ability"
      actions={
        <>
          {busy.value && <Button label="Stop" onClick={() => line.forget(line)} />}
          {seeded && (
            <Button
              label="New seed"
              onClick={() => askAgain({})}
            />
          )}
        </>
      }
    >
      <InputForm ability={ability} values={values} />
      {problem.value && <p class="notice error" role="alert">{problem.value}</p>}
      <div class="channels" aria-busy={busy.value}>
        {channels.value.map((channel) => (
          <div key={channel.name}>
            {channels.value.length > 1 && <h3>{channel.name}</h3>}
            <ChannelView channel={channel} file={file} source={source} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
