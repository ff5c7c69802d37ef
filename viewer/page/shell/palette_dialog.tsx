import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { commands } from "../state/commands.ts";
import { isAvailable } from "../state/keys.ts";
import { selectEpisode, selectRun } from "../state/select.ts";
import { episodes, runs, view } from "../state/session.ts";
import { Modal } from "../ui/modal.tsx";
import { Key } from "./help_dialog.tsx";
import { matchWords } from "./match_words.ts";
import { paletteOpen } from "./shell_state.ts";

/** The most that is listed at once. */
const MOST = 50;

/** Something that can be chosen from the palette. */
interface Item {
  id: string;
  title: string;
  group: string;
  keys?: readonly string[];
  run(): void;
}

/** Commands, runs and episodes by name. */
export function PaletteDialog() {
  return (
    <Modal open={paletteOpen} label="Find a command, an episode or a run" class="shell-palette">
      <Palette />
    </Modal>
  );
}

function Palette() {
  const text = useSignal("");
  const at = useSignal(0);
  const list = useRef<HTMLUListElement>(null);
  const found = matchWords(allItems(), text.value, ({ title, group }) => `${group} ${title}`).slice(0, MOST);
  const chosen = Math.min(at.value, found.length - 1);
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen, text.value]);
  const run = (item: Item | undefined) => {
    if (!item) return;
    paletteOpen.value = false;
    item.run();
  };
  const press = (event: KeyboardEvent) => {
    const step = ({ ArrowDown: 1, ArrowUp: -1 } as Record<string, number>)[event.key];
    if (step !== undefined) at.value = (chosen + step + found.length) % Math.max(found.length, 1);
    else if (event.key === "Enter") run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-label="Find a command, an episode or a run"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[chosen] && `palette-${chosen}`}
        placeholder="Find a command, an episode or a run"
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={press}
      />
      <ul id="palette-list" role="listbox" aria-label="Found" ref={list}>
        {found.map((item, index) => (
          <li
            key={item.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(item)}
            onPointerMove={() => at.value = index}
          >
            <span class="shell-palette-group">{item.group}</span>
            <span class="shell-palette-title">{item.title}</span>
            {item.keys?.[0] && <Key name={item.keys[0]} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="notice">No matches.</p>}
    </>
  );
}

/** Commands without a key come first: whoever opens the palette has no other way to them. */
function allItems(): Item[] {
  const available = commands.value.filter((command) => isAvailable(command, view.value));
  return [
    ...available.filter(({ keys }) => !keys?.length),
    ...available.filter(({ keys }) => keys?.length),
    ...runs.value.map(({ name }) => ({
      id: `run ${name}`,
      title: name,
      group: "Run",
      run: () => selectRun(name),
    })),
    ...episodes.value.map(({ id, title }) => ({
      id: `episode ${id}`,
      title,
      group: "Episode",
      run: () => selectEpisode(id),
    })),
  ];
}
