import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { type AsyncState, messageOf } from "../state/async_state.ts";
import { Await } from "../ui/panel.tsx";

const loaded = signal<AsyncState<ComponentType>>({ status: "loading", what: "the simulator" });

/** The view "drive": the simulator is fetched when it is first wanted. */
export function DriveView() {
  useEffect(() => {
    import("./drive_panes.tsx").then(
      ({ DrivePanes }) => loaded.value = { status: "ready", value: DrivePanes },
      (error) => {
        loaded.value = { status: "error", message: `Cannot load the simulator: ${messageOf(error)}` };
      },
    );
  }, []);
  return <Await state={loaded.value} empty="">{(Panes) => <Panes />}</Await>;
}
