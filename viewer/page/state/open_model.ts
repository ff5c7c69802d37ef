import { effect, untracked } from "@preact/signals";
import { connectLab } from "../../lab/connect_lab.ts";
import type { Lab, LabBackend } from "../../lab/lab.ts";
import type { FileEntry } from "../../library.ts";
import { type AsyncState, messageOf, valueOf } from "./async_state.ts";
import { notify } from "./notices.ts";
import { backend, library, model, type OpenModel, place, presentPlace, type Run, run } from "./session.ts";
import { socketLine } from "./socket_line.ts";
import type { FileSource } from "./sources.ts";
import { browserLab } from "./workers.ts";

const CHECKPOINT = "checkpoints/checkpoint.json";
const EXAMPLES = "held_out.safetensors";
let lab: { place: string; lab: Lab } | undefined;

/** Keeps {@link model} in step with the chosen run and its checkpoint. @returns What stops it. */
export function startOpeningModels(): () => void {
  let turn = 0;
  let shown = "";
  return effect(() => {
    const chosen = run.value;
    const checkpoint = chosen && checkpointOf(chosen);
    const wanted = `${presentPlace.value} ${chosen?.name} ${checkpoint?.modified}`;
    if (wanted === shown) return; // the library was read again, and nothing changed for us
    shown = wanted;
    const mine = ++turn;
    const before = untracked(() => valueOf(model.value));
    if (!chosen || !checkpoint) {
      const why = chosen ? `${chosen.name} has no checkpoint yet: resume its training first.` : undefined;
      model.value = { status: "empty", why };
      closeModel(before);
      return;
    }
    // A newer checkpoint of the same run takes over when it is there.
    if (before?.card.name !== chosen.name) {
      model.value = { status: "loading", what: `the model of ${chosen.name}` };
    }
    openState(chosen).then((state) => {
      if (mine === turn) model.value = state;
      closeModel(mine === turn ? before : valueOf(state));
    });
  });
}

/** What a run's model is loaded from; undefined where there is none yet. */
export function checkpointOf({ files }: Pick<Run, "files">): FileEntry | undefined {
  return files.find(({ path }) => path === CHECKPOINT);
}

/** A run's model, or why there is none. */
export async function openState(run: Run): Promise<AsyncState<OpenModel>> {
  try {
    return { status: "ready", value: await openModel(run) };
  } catch (error) {
    const message = messageOf(error);
    const nothing = error instanceof Error && error.name === "NothingToShow"; // no fault of anybody's
    return nothing ? { status: "empty", why: message } : { status: "error", message };
  }
}

async function openModel(run: Run): Promise<OpenModel> {
  const lab = await presentLab();
  const config = await readJson(run.source, "config.json");
  const groups = await readGroups(run.source).catch(() => readGroups(run.source)); // training may just have saved
  const examples = run.files.some(({ path }) => path === EXAMPLES)
    ? await run.source.read(EXAMPLES)
    : undefined;
  return { lab, card: await lab.open({ name: run.name, config, groups, examples }) };
}

/** Groups of a checkpoint that only training needs. */
const FOR_TRAINING = /^(optimiser|buffers|episodes)$|(Optimiser|Learner|Average|Before|Last)$/;

/** The checkpoint's files, those that only training needs apart. */
async function readGroups(source: FileSource): Promise<Record<string, Uint8Array>> {
  const index = await readJson(source, CHECKPOINT) as { files?: Record<string, { path: string }> };
  const wanted = Object.entries(index.files ?? {}).filter(([group]) => !FOR_TRAINING.test(group));
  const read = async ([group, { path }]: [string, { path: string }]) =>
    [group, await source.read(`checkpoints/${path}`)] as const;
  return Object.fromEntries(await Promise.all(wanted.map(read)));
}

async function readJson(source: FileSource, path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await source.read(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read "${path}": expected JSON, got something else (${messageOf(error)})`);
  }
}

/** The lab where it is wanted; where the browser cannot compute, the server's. */
async function presentLab(): Promise<Lab> {
  const wanted = presentPlace.value;
  if (lab?.place === wanted) return lab.lab;
  lab = undefined;
  backend.value = { status: "loading", what: "TensorFlow" };
  const here = wanted === "browser" ? browserLab() : connectLab(socketLine());
  let started: LabBackend;
  try {
    started = await here.backend();
  } catch (error) {
    backend.value = { status: "error", message: messageOf(error) };
    if (wanted === "server" || !valueOf(library.value)?.lab) throw error;
    notify(`Dreams are computed by the server: ${messageOf(error)}`);
    place.value = "server";
    return presentLab();
  }
  backend.value = { status: "ready", value: started };
  lab = { place: wanted, lab: here };
  return here;
}

/** Frees a model. */
export function closeModel(opened: OpenModel | undefined): void {
  opened?.lab.close(opened.card.id).catch(() => {}); // its lab may be gone
}
