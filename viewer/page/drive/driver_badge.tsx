import { valueOf } from "../state/async_state.ts";
import { model } from "../state/session.ts";
import { driver } from "./drive_settings.ts";

/** Says who drives, in that driver's colour. @param scripted Whether the agent is the scripted driver. */
export function DriverBadge({ scripted }: { scripted: boolean }) {
  const human = driver.value === "human";
  const name = valueOf(model.value)?.card.name;
  return (
    <p class={human ? "drive-badge human" : "drive-badge agent"} role="status">
      <span class="swatch" />
      {human ? "You drive" : scripted ? "The scripted driver drives" : `The agent of ${name} drives`}
    </p>
  );
}
