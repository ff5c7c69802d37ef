/**
 * Many environments at once: {@link SyncVectorEnv} in this thread, {@link WorkerVectorEnv} on several cores, with the
 * same results.
 *
 * @module
 */
export { CheckedVectorEnv } from "./checked_vector_env.ts";
export { SyncVectorEnv, type SyncVectorEnvOptions } from "./sync_vector_env.ts";
export { VectorEnvError, type VectorEnvLoss } from "./vector_env_error.ts";
export { WorkerVectorEnv, type WorkerVectorEnvOptions } from "./worker_vector_env.ts";
