/** How well a {@link ScriptedDriver} drives. */
export interface Skill {
  /** Speed that it never means to exceed, u/s. */
  topSpeed: number;
  /** Sideways acceleration that it takes bends with, u/s^2; the tyres hold about 219. */
  grip: number;
  /** Deceleration that it counts on before a bend, u/s^2. */
  braking: number;
  /** Standard deviation of its steering's error, of the full lock. */
  unsteadiness: number;
  /** Steps of 0.02 s from seeing to acting. */
  reaction: number;
  /** Whether it changes lanes to pass slower cars and cones. */
  passes: boolean;
}

/** The names of the {@link SKILLS}, the weakest first. */
export const SKILL_NAMES = ["novice", "amateur", "expert"] as const;

/** The name of a skill. */
export type SkillName = typeof SKILL_NAMES[number];

/** Drivers of three kinds. What they reach is measured in the README. */
export const SKILLS: Readonly<Record<SkillName, Skill>> = {
  novice: { topSpeed: 35, grip: 60, braking: 60, unsteadiness: 0.12, reaction: 8, passes: false },
  amateur: { topSpeed: 52, grip: 120, braking: 100, unsteadiness: 0.05, reaction: 4, passes: true },
  expert: { topSpeed: 75, grip: 200, braking: 155, unsteadiness: 0.01, reaction: 1, passes: true },
};

/** @throws RangeError when there is no such skill, and it is not `"mixed"` either. */
export function checkSkill(id: string, name: SkillName | "mixed"): void {
  if (name === "mixed" || SKILL_NAMES.includes(name)) return;
  throw new RangeError(
    `Cannot make ${id}: expected drivers among mixed, ${SKILL_NAMES.join(", ")}, got "${name}"`,
  );
}
