import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { goTo } from "../drive/drive_commands.ts";
import { environmentView } from "../environments/environment_views.ts";
import { playing, step, togglePlaying } from "../state/playhead.ts";
import { valueOf } from "../state/async_state.ts";
import { episode, view } from "../state/session.ts";
import { Button } from "../ui/controls.tsx";
import { IconButton } from "../ui/icon_button.tsx";
import { PixelPane } from "../watch/pixel_pane.tsx";
import { endWelcome } from "./start_welcome.ts";
import { welcomeCorner } from "./welcome_state.ts";

const COMMAND = "npx -y deno task train-world-model";

const PLAIN = { title: "An agent that learns inside its own dream", seen: "Left, what it saw." };

/** What a visitor sees first: a piece of an episode in reality and in the dream, and what to do next. */
export function Welcome() {
  const training = useSignal(false);
  const shown = valueOf(episode.value);
  const { title, seen } = (shown && environmentView(shown.header.env).welcome) ?? PLAIN;
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <header class="welcome-head">
        <h2 id="welcome-title">{title}</h2>
        <IconButton icon="clear" label="Close the welcome screen" onClick={endWelcome} />
      </header>
      <p class="dim">
        Somnium trains agents inside the dreams of world models, and shows both side by side. This driver
        never saw a real reward.
      </p>
      <div class="welcome-panes">
        <PixelPane id="real" />
        <PixelPane id="dream" />
      </div>
      <CornerLine />
      <p class="welcome-sentence">
        {seen} Right, what its memory dreams from the <span class="dream">orange mark</span>{" "}
        on, given only the same actions.
      </p>
      <div class="welcome-doors" role="group" aria-label="What to do next">
        <Button primary label="Drive in the dream" onClick={driveInDream} />
        <Button label="Edit its latents" onClick={() => view.value = "model"} />
        <Button
          label="Train your own"
          pressed={training.value}
          onClick={() => training.value = !training.value}
        />
      </div>
      {training.value && (
        <p class="welcome-command" role="status">
          <code>{COMMAND}</code>{" "}
          trains such an agent on this machine, and it appears in the list during training.
        </p>
      )}
    </section>
  );
}

/** How far the corner is: where its dream begins, and where the playhead stands. */
function CornerLine() {
  const head = useRef<HTMLSpanElement>(null);
  const corner = welcomeCorner.value;
  useSignalEffect(() => {
    const shown = welcomeCorner.value;
    const part = shown ? (step.value - shown.from) / (shown.to - shown.from) : 0;
    head.current?.style.setProperty("left", `${100 * Math.min(Math.max(part, 0), 1)}%`);
  });
  const mark = corner ? (corner.dream - corner.from) / (corner.to - corner.from) : 0;
  return (
    <div class="welcome-line">
      <IconButton
        icon={playing.value ? "pause" : "play"}
        label={playing.value ? "Pause" : "Play"}
        disabled={!corner}
        onClick={togglePlaying}
      />
      <div class="welcome-track" aria-hidden="true" hidden={!corner}>
        <span class="welcome-dreamt" style={{ left: `${100 * mark}%` }} />
        <span class="welcome-mark" style={{ left: `${100 * mark}%` }} />
        <span class="welcome-head-mark" ref={head} />
      </div>
    </div>
  );
}

function driveInDream(): void {
  goTo("dream");
  view.value = "drive";
}
