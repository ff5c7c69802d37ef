import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

/** A button that opens a small panel below itself; Escape and a click elsewhere close it. */
export function Popover(
  { id, label, button, children, class: name = "" }: {
    /** Unique within the page. */
    id: string;
    /** What the button is called. */
    label: string;
    /** What it shows. */
    button: ComponentChildren;
    /** What the panel shows. */
    children: ComponentChildren;
    class?: string;
  },
) {
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const place = (event: Event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    const { bottom, right } = anchor.current!.getBoundingClientRect();
    panel.current!.style.top = `${bottom + 6}px`;
    panel.current!.style.right = `${Math.max(document.documentElement.clientWidth - right, 8)}px`;
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        class={`button quiet ${name}`}
        aria-label={label}
        title={label}
        popovertarget={id}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        class="popover"
        role="group"
        aria-label={label}
        onBeforeToggle={place}
      >
        {children}
      </div>
    </>
  );
}
