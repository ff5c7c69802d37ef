import { batch } from "@preact/signals";
import { decodeParts, encodeParts, numberIn } from "../state/link_parts.ts";
import {
  chosenRuns,
  joinSeeds,
  logY,
  metricFilter,
  RUNS_PARTS,
  runsPart,
  smoothing,
  type XAxis,
  xAxis,
} from "./runs_state.ts";

const X_AXES: readonly XAxis[] = ["step", "elapsed", "clock"];

/** How the runs are compared, for a link: `part:values,runs:a/b,smooth:0.9`. Undefined where all is as at first. */
export function presentComparison(): string | undefined {
  return encodeParts({
    part: runsPart.value === "curves" ? "" : runsPart.value,
    runs: chosenRuns.value?.map(encodeURIComponent).join("/"),
    find: encodeURIComponent(metricFilter.value.trim().toWellFormed()),
    smooth: smoothing.value || undefined,
    x: xAxis.value === "step" ? "" : xAxis.value,
    log: logY.value ? "yes" : "",
    mean: joinSeeds.value ? "yes" : "",
  });
}

/** Compares as a link asks for; what it leaves out, or says wrongly, is as at first. */
export function applyComparison(text: string): void {
  const parts = decodeParts(text);
  batch(() => {
    runsPart.value = RUNS_PARTS.find((part) => part === parts.get("part")) ?? "curves";
    chosenRuns.value = parts.get("runs")?.split("/").map(decode);
    metricFilter.value = decode(parts.get("find") ?? "");
    smoothing.value = numberIn(parts.get("smooth"), 0, 0.99) ?? 0;
    xAxis.value = X_AXES.find((axis) => axis === parts.get("x")) ?? "step";
    logY.value = parts.get("log") === "yes";
    joinSeeds.value = parts.get("mean") === "yes";
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
