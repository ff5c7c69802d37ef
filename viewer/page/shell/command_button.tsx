import { commands } from "../state/commands.ts";
import { isAvailable, keyParts } from "../state/keys.ts";
import { view } from "../state/session.ts";
import type { IconName } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon_button.tsx";

/** A sign that does a command, called as the command is. */
export function CommandButton(
  { id, icon, pressed, class: name }: { id: string; icon: IconName; pressed?: boolean; class?: string },
) {
  const command = commands.value.find((known) => known.id === id);
  if (!command) return null;
  const [key] = command.keys ?? [];
  return (
    <IconButton
      icon={icon}
      label={key === undefined ? command.title : `${command.title} (${keyParts(key).join("+")})`}
      pressed={pressed}
      disabled={!isAvailable(command, view.value)}
      class={name}
      onClick={command.run}
    />
  );
}
