import type { ComponentChildren } from "preact";
import type { AsyncState } from "../state/async_state.ts";

/** A titled part of a view. */
export function Panel(
  { title, actions, children, class: name = "", id }: {
    title: string;
    actions?: ComponentChildren;
    children: ComponentChildren;
    class?: string;
    id?: string;
  },
) {
  return (
    <section class={`panel ${name}`} aria-label={title} id={id}>
      <header class="panel-head">
        <h2>{title}</h2>
        <div class="panel-actions">{actions}</div>
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}

/** Shows what there is, that it is coming, that it is missing, or why it failed. */
export function Await<T>(
  { state, empty, children }: {
    state: AsyncState<T>;
    empty: string;
    children: (value: T) => ComponentChildren;
  },
) {
  switch (state.status) {
    case "ready":
      return <>{children(state.value)}</>;
    case "loading":
      return <p class="notice" role="status" aria-busy="true">Loading {state.what}…</p>;
    case "error":
      return <p class="notice error" role="alert">{state.message}</p>;
    default:
      return <p class="notice">{state.why ?? empty}</p>;
  }
}
