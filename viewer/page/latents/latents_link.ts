import { batch } from "@preact/signals";
import { decodeParts, encodeParts, wholeNumber } from "../state/link_parts.ts";
import {
  belongTo,
  choose,
  chooseSecond,
  held,
  ordering,
  path,
  picked,
  pickedAbout,
  pickedEnds,
  pickedSecond,
  releaseAll,
  seed,
  traversalShape,
} from "./latents_state.ts";

const ABOUT = new Map<string | undefined, "frame" | "prior">([["zero", "prior"], ["this", "frame"]]);
/** The most that a link may say of dimensions and rows. */
const LARGEST = 2 ** 31 - 1;

/** What is set of latents in the view "model", for a link: `z:3,hold:3:1.5/7:-2`. Undefined where all is as at first. */
export function presentLatents(): string | undefined {
  const hold = [...held.value].map(([dimension, value]) => `${dimension}:${Number(value.toFixed(3))}`);
  return encodeParts({
    z: picked.value,
    with: pickedSecond.value,
    hold: hold.join("/"),
    a: pickedEnds.value.A,
    b: pickedEnds.value.B,
    along: path.value === "spherical" ? "arc" : undefined,
    about: pickedAbout.value && (pickedAbout.value === "prior" ? "zero" : "this"),
    of: traversalShape.value === "grid" ? "two" : undefined,
    order: ordering.value === "index" ? "index" : undefined,
    seed: seed.value || undefined,
  });
}

/**
 * Sets what a link asks for; what it leaves out, or says wrongly, is as at first.
 *
 * @param run The run that its dimensions belong to.
 */
export function applyLatents(text: string, run: string | undefined): void {
  const parts = decodeParts(text);
  const whole = (name: string) => wholeNumber(parts.get(name), 0, LARGEST);
  const [z, other] = [whole("z"), whole("with")];
  batch(() => {
    belongTo(run);
    releaseAll();
    picked.value = pickedSecond.value = undefined;
    if (z !== undefined) choose(z);
    if (other !== undefined) chooseSecond(other);
    const values = heldIn(parts.get("hold") ?? "");
    if (values.size > 0) held.value = values;
    pickedEnds.value = { A: whole("a"), B: whole("b") };
    path.value = parts.get("along") === "arc" ? "spherical" : "linear";
    pickedAbout.value = ABOUT.get(parts.get("about"));
    traversalShape.value = parts.get("of") === "two" ? "grid" : "strip";
    ordering.value = parts.get("order") === "index" ? "index" : "telling";
    seed.value = whole("seed") ?? 0;
  });
}

function heldIn(text: string): ReadonlyMap<number, number> {
  return new Map(
    [...text.matchAll(/(?<=^|\/)(\d{1,6}):(-?\d{1,4}(?:\.\d{1,6})?)(?=\/|$)/g)]
      .map(([, dimension, value]) => [Number(dimension), Number(value)]),
  );
}
