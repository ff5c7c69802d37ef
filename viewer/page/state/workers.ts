import { connectLab } from "../../lab/connect_lab.ts";
import type { Lab } from "../../lab/lab.ts";
import { connect, workerLine } from "../../rpc.ts";
import { EPISODE_METHODS, type EpisodeMaker } from "../episodes/episode.ts";

const start = (file: string) => new Worker(new URL(file, document.baseURI), { type: "module" });

let maker: EpisodeMaker | undefined;
/** The worker that redraws recordings. */
export function episodeMaker(): EpisodeMaker {
  return maker ??= connect<EpisodeMaker>(EPISODE_METHODS, workerLine(start("episode_worker.js")));
}

/** A worker that computes tensors in the browser. */
export function browserLab(): Lab {
  return connectLab(workerLine(start("lab_worker.js")));
}
