import { Button } from "../ui/controls.tsx";
import { playOf } from "./human_action.ts";

const HANDS = [
  ["up", ["W", "↑"]],
  ["down", ["S", "↓"]],
  ["across", ["A", "D", "←", "→"]],
] as const;
const COMMANDS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["M"], "switch driver"],
  [["C"], "camera"],
  [["P"], "pause"],
  [["Esc"], "leave"],
];

/** What to press, shown before a drive. */
export function KeyHint(
  { environment, onBegin, camera }: { environment: string; onBegin: () => void; camera: boolean },
) {
  const { does } = playOf(environment);
  const keys = [
    ...HANDS.flatMap(([hand, keys]) => does[hand] ? [[keys, does[hand]] as const] : []),
    ...COMMANDS.filter(([, does]) => camera || does !== "camera"),
  ];
  return (
    <div class="drive-card">
      <Button primary label="Start driving" onClick={onBegin} />
      <dl class="drive-keys">
        {keys.map(([keys, does]) => (
          <div key={does}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="small dim">
        <kbd>Enter</kbd> also starts. Gamepads work: stick, triggers, <kbd>Start</kbd>, and <kbd>Y</kbd>{" "}
        to switch driver.
      </p>
      <p class="small dim drive-touch-hint">Fingers find what they hold below.</p>
    </div>
  );
}
