import { encodeLink } from "../state/link.ts";
import { episodeId, runName, type View, view, VIEWS } from "../state/session.ts";
import { shownTheme, toggleTheme } from "../state/settings.ts";
import { IconButton } from "../ui/icon_button.tsx";
import { ComputeIndicator } from "./compute_indicator.tsx";
import { copyLink } from "./copy_link.ts";
import { OpenMenu } from "./open_menu.tsx";
import { helpOpen, libraryOpen, paletteOpen } from "./shell_state.ts";

/** What the views are called. */
export const VIEW_TITLES: Record<View, string> = {
  watch: "Watch",
  drive: "Drive",
  model: "Model",
  runs: "Runs",
};

/** The page's head: views, files, where dreams are computed, help. */
export function TopBar() {
  return (
    <header class="shell-top">
      <div class="shell-brand">
        <IconButton
          icon="list"
          label="Library"
          class="shell-library-button"
          expanded={libraryOpen.value}
          onClick={() => libraryOpen.value = !libraryOpen.value}
        />
        <img src="icon.svg" alt="" width={22} height={22} />
        <span>Somnium</span>
      </div>
      <nav class="shell-tabs" aria-label="Views">
        {VIEWS.map((name) => <Tab key={name} name={name} />)}
      </nav>
      <div class="shell-tools">
        <ComputeIndicator />
        <OpenMenu />
        <IconButton icon="link" label="Copy a link to this view" onClick={copyLink} />
        <IconButton icon="search" label="Find a command (Ctrl+K)" onClick={() => paletteOpen.value = true} />
        <IconButton
          icon={shownTheme.value === "dark" ? "sun" : "moon"}
          label={shownTheme.value === "dark" ? "Light theme" : "Dark theme"}
          onClick={toggleTheme}
        />
        <IconButton icon="help" label="Keys (?)" onClick={() => helpOpen.value = true} />
      </div>
    </header>
  );
}

/** A real link, so that a view can be opened in another tab of the browser. */
function Tab({ name }: { name: View }) {
  const href = `#${encodeLink({ view: name, run: runName.value, ep: episodeId.value })}`;
  const choose = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    view.value = name;
  };
  return (
    <a href={href} aria-current={view.value === name ? "page" : undefined} onClick={choose}>
      {VIEW_TITLES[name]}
    </a>
  );
}
