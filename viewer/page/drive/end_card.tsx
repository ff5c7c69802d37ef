import type { ComponentChildren } from "preact";
import { Button } from "../ui/controls.tsx";

/** How a drive went, and what to do with it. @param facts Name and value of each number. */
export function EndCard({ title, facts, onSave, onWatch, onAgain, children }: {
  title: string;
  facts: readonly (readonly [name: string, value: string])[];
  onSave: () => void;
  onWatch: () => void;
  onAgain: () => void;
  children?: ComponentChildren;
}) {
  return (
    <div class="drive-card" role="group" aria-label={title}>
      <h2>{title}</h2>
      <dl class="drive-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children}
      <div class="drive-group">
        <Button primary label="Drive again" title="Enter" onClick={onAgain} />
        <Button label="Watch it" title="Adds it to the episodes, and goes there" onClick={onWatch} />
        <Button label="Save recording" title="Downloads it, and adds it to the episodes" onClick={onSave} />
      </div>
    </div>
  );
}
