import type { ComponentChildren } from "preact";
import { Button } from "../ui/controls.tsx";

/** How a drive went or goes, and what to do with it. @param facts Name and value of each number. */
export function EndCard({ title, facts, go, onSave, onWatch, children }: {
  title: string;
  facts: readonly (readonly [name: string, value: string])[];
  go: { label: string; run: () => void };
  onSave: () => void;
  onWatch: () => void;
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
        <Button primary label={go.label} title="Enter" onClick={go.run} />
        <Button label="Watch it" title="Adds it to the episodes and shows it" onClick={onWatch} />
        <Button label="Save recording" title="Downloads it and adds it to the episodes" onClick={onSave} />
      </div>
    </div>
  );
}
