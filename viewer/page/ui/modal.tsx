import type { ComponentChildren } from "preact";
import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A dialog that is open while a signal says so; Escape and a click beside it close it. */
export function Modal(
  { open, label, children, class: name = "" }: {
    open: Signal<boolean>;
    label: string;
    children: ComponentChildren;
    class?: string;
  },
) {
  const ref = useRef<HTMLDialogElement>(null);
  const shown = open.value;
  useLayoutEffect(() => { // before the next key is pressed
    const dialog = ref.current!;
    if (shown && !dialog.open) dialog.showModal();
    if (!shown && dialog.open) dialog.close();
  }, [shown]);
  return (
    <dialog
      ref={ref}
      class={name}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        open.value = false;
      }}
      onClose={() => {
        if (!ref.current!.open) open.value = false; // told late: it may be open again
      }}
      onClick={(event) => {
        if (event.target === ref.current) open.value = false; // the backdrop
      }}
    >
      {shown && children}
    </dialog>
  );
}
