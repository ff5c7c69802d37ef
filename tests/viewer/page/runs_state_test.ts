import { assertEquals } from "@std/assert";
import { chosenRuns, shownRuns, toggleRun } from "../../../viewer/page/runs/runs_state.ts";
import { type Run, runName, runs } from "../../../viewer/page/state/session.ts";

/** Runs as the library lists them, the newest first: `kind/name`. */
function list(...names: string[]): void {
  runs.value = names.map((text) => {
    const [kind, name] = text.split("/");
    return { kind, name } as Run;
  });
}

const shown = () => shownRuns.value.map(({ name }) => name);

Deno.test("the chosen run is among those that are compared first, with the newest others of its kind", () => {
  list("car/g", "car/f", "vae/e", "car/d", "car/c", "vae/b", "car/a");
  assertEquals(shown(), ["g", "f", "d", "c"]);
  runName.value = "a";
  assertEquals(shown(), ["g", "f", "d", "a"]);
  runName.value = "b";
  assertEquals(shown(), ["e", "b"]);
  toggleRun("g");
  runName.value = "f";
  assertEquals([shown(), chosenRuns.value], [["g", "e", "b"], ["e", "b", "g"]], "what was ticked stays");
  chosenRuns.value = runName.value = undefined;
  list();
  assertEquals(shown(), []);
});
