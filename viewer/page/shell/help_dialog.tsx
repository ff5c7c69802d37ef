import { type Command, commands } from "../state/commands.ts";
import { keyParts } from "../state/keys.ts";
import { IconButton } from "../ui/icon_button.tsx";
import { Modal } from "../ui/modal.tsx";
import { helpOpen } from "./shell_state.ts";
import { VIEW_TITLES } from "./top_bar.tsx";

/** All keys, made from the commands themselves. */
export function HelpDialog() {
  return (
    <Modal open={helpOpen} label="Keys" class="shell-help">
      <header class="panel-head">
        <h2>Keys</h2>
        <IconButton icon="clear" label="Close" onClick={() => helpOpen.value = false} />
      </header>
      <div class="shell-help-groups">
        {[...grouped(commands.value)].map(([group, members]) => (
          <Group key={group} title={group} members={members} />
        ))}
      </div>
      <p class="notice small">Keys rest while a field has the focus.</p>
    </Modal>
  );
}

function Group({ title, members }: { title: string; members: readonly Command[] }) {
  const where = new Set(members.map(viewsOf));
  const common = where.size === 1 ? viewsOf(members[0]) : "";
  return (
    <table>
      <caption>{common ? `${title} in ${common}` : title}</caption>
      <tbody>
        {members.map((command) => (
          <tr key={command.id}>
            <th scope="row">
              {command.title}
              {!common && <span class="dim small">{viewsOf(command)}</span>}
            </th>
            <td>{command.keys!.map((key) => <Key key={key} name={key} />)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function viewsOf({ views = [] }: Command): string {
  return views.map((name) => VIEW_TITLES[name]).join(", ");
}

/** A key as it stands on a keyboard. */
export function Key({ name }: { name: string }) {
  return <span class="shell-key">{keyParts(name).map((part) => <kbd key={part}>{part}</kbd>)}</span>;
}

/** Commands that have keys, by group, in the order of their registration. */
function grouped(all: readonly Command[]): Map<string, Command[]> {
  const groups = new Map<string, Command[]>();
  for (const command of all) {
    if (command.keys?.length) groups.set(command.group, [...groups.get(command.group) ?? [], command]);
  }
  return groups;
}
