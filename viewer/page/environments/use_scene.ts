import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type AsyncState, messageOf } from "../state/async_state.ts";
import type { EnvironmentScene, SceneAccess } from "./environment_view.ts";

/** What draws scenes, fetched when it is first wanted; empty where there is none. */
export function useScene(access: SceneAccess | undefined): AsyncState<EnvironmentScene> {
  const loaded = useSignal<AsyncState<EnvironmentScene>>({ status: "loading", what: "the scene" });
  useEffect(() => {
    let left = false;
    const show = (state: AsyncState<EnvironmentScene>) => {
      if (!left) loaded.value = state;
    };
    if (!access) show({ status: "empty" });
    else {
      access.load().then(
        (value) => show({ status: "ready", value }),
        (error) => show({ status: "error", message: `Cannot load the scene: ${messageOf(error)}` }),
      );
    }
    return () => left = true;
  }, [access]);
  return loaded.value;
}
