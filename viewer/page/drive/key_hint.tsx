import { Button } from "../ui/controls.tsx";

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [["W", "↑"], "gas"],
  [["S", "↓"], "brake"],
  [["A", "D", "←", "→"], "steer"],
  [["M"], "switch driver"],
  [["C"], "camera"],
  [["P"], "pause"],
  [["Esc"], "leave"],
];

/** What to press, shown before a drive. */
export function KeyHint({ onBegin, camera }: { onBegin: () => void; camera: boolean }) {
  return (
    <div class="drive-card">
      <Button primary label="Start driving" onClick={onBegin} />
      <dl class="drive-keys">
        {KEYS.filter(([, does]) => camera || does !== "camera").map(([keys, does]) => (
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
      <p class="small dim drive-touch-hint">Steer with the wheel below, next to the pedals.</p>
    </div>
  );
}
