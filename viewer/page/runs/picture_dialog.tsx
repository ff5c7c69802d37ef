import { useEffect, useRef } from "preact/hooks";
import { Button } from "../ui/controls.tsx";

/** A picture of a run. */
export interface Picture {
  /** For an `img`. */
  address: string;
  /** Its file within the run. */
  path: string;
  run: string;
}

/** A picture as large as the window lets it be. */
export function PictureDialog({ picture, onClose }: { picture: Picture; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const title = `${picture.path} of ${picture.run}`;
  return (
    <dialog
      ref={dialog}
      class="runs-dialog"
      aria-label={title}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <header>
        <h2>{title}</h2>
        <Button label="Close" onClick={() => dialog.current?.close()} />
      </header>
      <img src={picture.address} alt={title} class={/\.svg$/i.test(picture.path) ? undefined : "pixels"} />
    </dialog>
  );
}
