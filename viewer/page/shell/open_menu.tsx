import { Icon } from "../ui/icon.tsx";
import { Popover } from "../ui/popover.tsx";
import { Button } from "../ui/controls.tsx";
import { chooseFiles, chooseFolder } from "./choose_files.ts";

/** Opens files of the reader's own. */
export function OpenMenu() {
  const close = () => document.getElementById("open-files")!.hidePopover();
  const then = (choose: () => void) => () => {
    close();
    choose();
  };
  return (
    <Popover id="open-files" label="Open files" button={<Icon name="open" />}>
      <div class="shell-menu">
        <Button label="Open recordings…" onClick={then(chooseFiles)} />
        <Button label="Open a run folder…" onClick={then(chooseFolder)} />
      </div>
      <p class="dim small">
        Or drop them anywhere on this page. They stay on this machine: the page reads them and does not upload
        them.
      </p>
    </Popover>
  );
}
