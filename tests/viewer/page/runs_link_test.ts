import { assertEquals } from "@std/assert";
import { applyComparison, presentComparison } from "../../../viewer/page/runs/runs_link.ts";
import {
  chosenRuns,
  joinSeeds,
  logY,
  metricFilter,
  runsPart,
  smoothing,
  xAxis,
} from "../../../viewer/page/runs/runs_state.ts";
import { decodeLink, encodeLink } from "../../../viewer/page/state/link.ts";

const state = () => [
  runsPart.value,
  chosenRuns.value,
  metricFilter.value,
  smoothing.value,
  xAxis.value,
  logY.value,
  joinSeeds.value,
];
const FIRST = ["curves", undefined, "", 0, "step", false, false];

Deno.test("a link brings a comparison of runs back, through the page's address", () => {
  assertEquals([presentComparison(), state()], [undefined, FIRST]);
  runsPart.value = "values";
  chosenRuns.value = ["default-2", "odd, name: 50 %/x"];
  metricFilter.value = "loss, kl:";
  smoothing.value = 0.9;
  xAxis.value = "elapsed";
  logY.value = joinSeeds.value = true;
  const before = state();
  const compare = decodeLink(encodeLink({ view: "runs", compare: presentComparison() })).compare;
  applyComparison("");
  assertEquals(state(), FIRST);
  applyComparison(compare!);
  assertEquals(state(), before);
  applyComparison("");
});

Deno.test("a link reads as people would write it, and what makes no sense is ignored", () => {
  applyComparison("part:settings,runs:a/b,smooth:0.6");
  assertEquals(presentComparison(), "part:settings,runs:a/b,smooth:0.6");
  applyComparison("part:nowhere,smooth:7,x:up,log:maybe,,:,find:%E0%A4%A");
  assertEquals(state(), ["curves", undefined, "%E0%A4%A", 0, "step", false, false]);
  applyComparison("");
});
