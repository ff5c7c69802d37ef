/**
 * What acts: agents for real and dreamed environments, and how they learn, in reality and inside the dream.
 *
 * @module
 */
export * from "./actor_critic.ts";
export * from "./actor_critic_update.ts";
export * from "./agent.ts";
export * from "./cma_constants.ts";
export * from "./cma_dream.ts";
export * from "./cma_es.ts";
export * from "./controller_agent.ts";
export * from "./coverage.ts";
export * from "./dream_loss.ts";
export * from "./dream_ppo.ts";
export * from "./dream_rollout.ts";
export * from "./dream_update.ts";
export * from "./episodes.ts";
export * from "./evaluate.ts";
export * from "./gymnasium_server.ts";
export * from "./kinds.ts";
export * from "./lambda_returns.ts";
export * from "./learner_kind.ts";
export * from "./linear_controller.ts";
export * from "./lived_lesson.ts";
export * from "./mapped_vector_env.ts";
export * from "./mixed_agent.ts";
export * from "./policy.ts";
export * from "./random_agent.ts";
export * from "./return_range.ts";
export * from "./smooth_noise.ts";
export * from "./smooth_random_policy.ts";
export * from "./train_agent/events.ts";
export * from "./train_agent/load_agent.ts";
export * from "./train_agent/train_agent.ts";
