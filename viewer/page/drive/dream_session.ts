import { batch, signal } from "@preact/signals";
import type { WorldCard } from "../../lab/lab.ts";
import { pictureIn } from "../episodes/pictures.ts";
import { messageOf } from "../state/async_state.ts";
import { standAt } from "../state/follow_episode.ts";
import type { Perception } from "../state/session.ts";
import { stepRate } from "../state/step_rate.ts";
import { DreamDrive, type DreamStart } from "./dream_drive.ts";
import type { DriveSession, DriveStatus } from "./drive_session.ts";
import { dreamFrom, driveDreamSeed, driver, driveTemperature } from "./drive_settings.ts";
import { FixedSteps } from "./fixed_steps.ts";
import { humanAction, playOf } from "./human_action.ts";
import type { HumanInput } from "./human_input.ts";

/** Seconds of a decision, before a model says how long its own are. */
const USUAL_PACE = 0.08;

/**
 * Driving inside a dream of the episode, decision by decision. Each step asks the lab from where the dream stands, so
 * that hands may change at any decision: without actions, the controller acts by what it sees of the dream.
 */
export class DreamSession implements DriveSession {
  readonly status = signal<DriveStatus>("ready");
  readonly tick = signal(0);
  /** The present drive; nothing without an episode that a model sees. */
  readonly drive = signal<DreamDrive | undefined>(undefined);
  /** Decisions a second, as measured; 0 before. */
  readonly rate = signal(0);
  /** Why the dream stopped, where it failed. */
  readonly problem = signal<string | undefined>(undefined);
  readonly #input: HumanInput;
  readonly #clock = new FixedSteps(USUAL_PACE);
  #perception: Perception | undefined;
  #waiting = false;
  #lastStep = 0;

  /** @param input The human. */
  constructor(input: HumanInput) {
    this.#input = input;
  }

  /** Decisions a second that a dream as fast as reality takes. */
  get wantedRate(): number {
    return 1 / this.#clock.pace;
  }

  /** The world model that dreams; nothing before there is one. */
  get world(): WorldCard | undefined {
    return this.#perception?.model.card.world;
  }

  /** Simulator steps in a decision. */
  get frameSkip(): number {
    return this.world?.frameSkip ?? 1;
  }

  /** Takes on an episode through a model's eyes, or none. */
  setPerception(perception: Perception | undefined): void {
    const long = perception && perception.followed.rewards.length >= perception.model.card.world!.context;
    const next = long ? perception : undefined; // a dream needs its context
    if (next === this.#perception) return;
    this.#perception = next;
    const { world } = this;
    if (world) this.#clock.pace = world.frameSkip / stepRate(world.environment);
    this.prepare();
  }

  prepare(): void {
    const seen = this.#perception;
    this.#clock.clear();
    batch(() => {
      this.drive.value = seen && new DreamDrive(startOf(seen, dreamFrom.peek()), driveDreamSeed.peek());
      this.status.value = "ready";
      this.problem.value = undefined;
      this.rate.value = 0;
      this.tick.value++;
    });
  }

  begin(): void {
    if (this.status.peek() === "over" || this.status.peek() === "running") {
      this.prepare();
      this.#input.release(); // here alone: the other session prepares, too, while one drives in this one
    }
    if (this.drive.peek()) this.status.value = "running";
    this.#lastStep = 0;
  }

  togglePause(): void {
    if (this.status.peek() === "running") this.status.value = "paused";
    else if (this.status.peek() === "paused") this.status.value = "running";
    this.#lastStep = 0;
  }

  /** Dreams on although the model believes that it has ended. */
  dreamOn(): void {
    const drive = this.drive.peek();
    if (!drive) return;
    drive.beyond = true;
    if (!drive.over) this.status.value = "running";
    this.#lastStep = 0;
  }

  frame(seconds: number): void {
    if (this.status.peek() !== "running") return;
    if (driver.peek() === "human") {
      this.#input.read(seconds, { gradual: playOf(this.world!.environment).gradual ?? false });
    }
    this.#clock.advance(seconds, () => this.#step());
    this.tick.value++;
  }

  /** Asks for one decision; false while one is under way. */
  #step(): boolean {
    const drive = this.drive.peek();
    if (this.#waiting || !drive || drive.over) return false;
    this.#waiting = true;
    this.#dream(drive).catch((error) => {
      if (this.drive.peek() !== drive) return;
      this.problem.value = messageOf(error);
      this.status.value = "over";
    }).finally(() => this.#waiting = false);
    return true;
  }

  async #dream(drive: DreamDrive): Promise<void> {
    const { model: { lab, card } } = this.#perception!;
    const who = driver.peek() === "human" ? "human" : "controller";
    const { environment } = card.world!;
    const before = drive.moments.at(-1)?.action;
    const actions = who === "human"
      ? humanAction(this.#input, { environment, before, seconds: 0 })
      : undefined;
    const dreamt = await lab.dream(card.id, {
      from: await drive.position(),
      decision: drive.decisions,
      count: 1,
      temperature: driveTemperature.peek(),
      seeds: [drive.seed],
      actions,
    });
    if (this.drive.peek() !== drive) return;
    const { frames, actions: acted, rewards, done, to } = dreamt;
    drive.add({ frame: frames, action: acted, reward: rewards[0], done: done[0] }, to, who);
    this.#measure();
    if (drive.over) this.status.value = "over";
    this.tick.value++;
  }

  #measure(): void {
    const now = performance.now();
    if (this.#lastStep > 0) {
      const present = 1000 / Math.max(now - this.#lastStep, 1);
      this.rate.value = this.rate.peek() === 0 ? present : 0.9 * this.rate.peek() + 0.1 * present;
    }
    this.#lastStep = now;
  }
}

/** Where the world model stood in reality as a decision was taken; the nearest one that a dream may start at. */
function startOf(seen: Perception, decision: number): DreamStart {
  const { model: { card: { picture, world, name } }, followed, episode } = seen;
  const size = [picture![0], picture![1]] as const;
  const at = Math.max(Math.min(Math.round(decision), followed.rewards.length), world!.context);
  return {
    position: () => standAt(seen, at),
    frame: pictureIn(followed.pictures, at, size).data.slice(),
    size,
    actionSize: world!.actionSize,
    metadata: {
      run: name,
      environment: world!.environment,
      episode: episode.title,
      step: at * world!.frameSkip,
      frameSkip: world!.frameSkip,
    },
  };
}
