/**
 * The worker's side of `WorkerVectorEnv`: a {@link SyncVectorEnv} over its share of the shared buffers.
 *
 * @module
 */
import type { Info, VectorStep } from "./env.ts";
import { type EnvRecipe, makeFromRecipe } from "./recipe.ts";
import { SyncVectorEnv, type VectorResetOptions } from "./vector_env.ts";

/** What a worker is told; it answers each with one {@link WorkerReply}. */
export type WorkerRequest =
  | {
    kind: "start";
    recipe: EnvRecipe;
    modules: string[];
    count: number;
    actions: Float32Array;
    buffers: Buffers;
  }
  | { kind: "reset"; options: VectorResetOptions }
  | { kind: "step" };

/** This worker's parts of the shared arrays. */
export type Buffers = Omit<VectorStep, "infos">;

/** The infos of this worker's environments, or the error that a call ended with. */
export type WorkerReply = { infos: Info[] } | { error: { name: string; message: string } };

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<WorkerRequest>) => void) | null;
  postMessage(reply: WorkerReply): void;
};
let vector: SyncVectorEnv;
let actions: Float32Array;

async function answer(request: WorkerRequest): Promise<Info[]> {
  if (request.kind === "reset") return (await vector.reset(request.options)).infos;
  if (request.kind === "step") return (await vector.step(actions)).infos;
  for (const module of request.modules) await import(module);
  const envs = Array.from({ length: request.count }, () => makeFromRecipe(request.recipe));
  vector = new SyncVectorEnv(envs, request.buffers);
  actions = request.actions;
  return [];
}

scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage({ infos: await answer(data) });
  } catch (error) {
    const { name, message } = error as Error;
    scope.postMessage({ error: { name, message } });
  }
};
