import { batch, signal, untracked } from "@preact/signals";
import type { PicturePart } from "../../../agents/agent.ts";
import type { Config } from "../../../core/fields/field.ts";
import type { NextAction } from "../../../envs/env_spec.ts";
import { acting } from "../state/acting.ts";
import { notify } from "../state/notices.ts";
import type { OpenModel } from "../state/session.ts";
import { stepRate } from "../state/step_rate.ts";
import { ControllerPilot, type Sight } from "./controller_pilot.ts";
import {
  autopilot,
  driveEnvironment,
  driver,
  driveSeed,
  LONG_DRIVE,
  longDrive,
  reconstructionShown,
} from "./drive_settings.ts";
import type { DriveSession, DriveStatus } from "./drive_session.ts";
import { FixedSteps } from "./fixed_steps.ts";
import { humanAction } from "./human_action.ts";
import type { HumanInput } from "./human_input.ts";
import { meanAction } from "./mean_action.ts";
import { RealityDrive } from "./reality_drive.ts";

/** Who acts: a person, the environment's scripted driver, or the chosen run's agent. */
type Who = "human" | "controller" | "scripted";

/** Decisions of agents that nobody asked are shown at this pace, steps. */
const USUAL_SKIP = 4;

/** Driving in reality, as fast as it is: by a human, the scripted driver or a run's agent. */
export class RealitySession implements DriveSession {
  readonly status = signal<DriveStatus>("ready");
  readonly tick = signal(0);
  /** The present drive. */
  readonly drive = signal<RealityDrive>(newDrive());
  /** What the agent sees, at its own pace; nothing where that is no picture. */
  readonly sight = signal<Sight | undefined>(undefined);
  /** Whether a run's agent is there to drive. */
  readonly hasAgent = signal(false);
  /** What the agent of this drive is asked for, as far as that is not its default. */
  readonly asked = signal<Config>({});
  readonly #input: HumanInput;
  readonly #clock = new FixedSteps(1 / stepRate(this.drive.peek().environment));
  /** The scripted driver, since it took over. */
  #scripted: NextAction | undefined;
  #model: OpenModel | undefined;
  #pilot: ControllerPilot | undefined;
  /** The decision whose frame was shown last, and whether somebody else drove since. */
  #seen = -1;
  #others = false;
  #firstDecision = 0;

  /** @param input The human. */
  constructor(input: HumanInput) {
    this.#input = input;
    this.#show();
  }

  /** Takes on a model, or none. */
  setModel(model: OpenModel | undefined): void {
    const next = model?.card.driver && model;
    if (next === this.#model) return;
    this.#model = next;
    this.hasAgent.value = next !== undefined;
    this.#wake();
    this.#show();
  }

  /** Asks the agent for something else: at once before a drive has begun; in its midst, the next drive's. */
  ask(): void {
    if (this.status.peek() !== "ready") return;
    this.#wake();
    this.#show();
  }

  /** The step to draw, with the part of it that has passed: between the last two states. */
  position(): number {
    const last = this.drive.peek().steps;
    return this.status.peek() === "running" ? Math.max(0, last - 1 + this.#clock.fraction) : last;
  }

  /** The return that the critic expects, where there is one. */
  get value(): number | undefined {
    return this.#pilot?.latest?.value;
  }

  /** The parts of what it sees that the agent's last decision went by, where it chooses some. */
  get attended(): readonly PicturePart[] {
    return this.#pilot?.latest?.attended ?? [];
  }

  prepare(): void {
    const before = this.drive.peek();
    batch(() => {
      this.drive.value = newDrive();
      this.status.value = "ready";
      this.tick.value++;
    });
    before.close();
    this.#clock.clear();
    this.#clock.pace = 1 / stepRate(this.drive.peek().environment);
    this.#scripted = undefined;
    this.#wake();
    this.#show();
  }

  begin(): void {
    if (this.status.peek() === "over" || this.status.peek() === "running") {
      this.prepare();
      this.#input.release(); // here alone: the other session prepares, too, while one drives in this one
    }
    this.status.value = "running";
  }

  togglePause(): void {
    if (this.status.peek() === "running") this.status.value = "paused";
    else if (this.status.peek() === "paused") this.status.value = "running";
  }

  frame(seconds: number): void {
    if (this.status.peek() !== "running") return;
    this.#clock.advance(seconds, () => this.#step());
    this.tick.value++;
  }

  /** One step of the simulator; false while something is waited for. */
  #step(): boolean {
    const drive = this.drive.peek();
    if (drive.over) return false;
    if (!this.#show()) return false;
    const who = this.#who();
    const action = this.#decide(who);
    if (!action) return false;
    if (who !== "controller") this.#others = true;
    drive.step(action, who);
    if (drive.over) this.status.value = "over";
    return true;
  }

  #who(): Who {
    if (driver.peek() === "human") return "human";
    // An agent that was woken in the middle of a decision waits for the next one.
    const awake = this.#pilot && this.#seen >= 0;
    return awake && autopilot.peek() === "controller" ? "controller" : "scripted";
  }

  #decide(who: Who): Float32Array | undefined {
    const drive = this.drive.peek();
    if (who !== "scripted") this.#scripted = undefined;
    if (who === "human") {
      const { environment, env, action: before } = drive;
      return humanAction(this.#input, { environment, env, before, seconds: this.#clock.pace });
    }
    if (who === "scripted") {
      this.#scripted ??= drive.scripted();
      if (this.#scripted) return Float32Array.from(this.#scripted());
      return this.#giveBack(`${drive.environment} has no scripted driver: choose a run whose agent drives.`);
    }
    const { latest, problem } = this.#pilot!;
    if (problem) {
      this.#pilot!.close();
      this.#pilot = undefined;
      this.hasAgent.value = false;
      return this.#giveBack(`The agent cannot drive: ${problem.message}`);
    }
    return latest?.decision === this.#seen ? latest.action : undefined;
  }

  /** Lets the person drive, and says why. */
  #giveBack(why: string): undefined {
    notify(why, "error");
    driver.value = "human";
  }

  /** Shows the agent its frame when a decision is due. @returns False when it is too far behind. */
  #show(): boolean {
    const drive = this.drive.peek();
    const skip = this.#pilot?.frameSkip ?? USUAL_SKIP;
    if (drive.steps % skip !== 0 || drive.steps / skip === this.#seen) return true;
    if (this.#pilot?.behind) return false;
    const decision = drive.steps / skip;
    const observation = drive.agentObservation();
    const size = drive.agentSize;
    const pilot = this.#pilot;
    const card = this.#model?.card;
    const reconstructs = size && card?.world && pilot && reconstructionShown.peek();
    // A frame and its reconstruction are shown together, when both are there.
    const sight = size && { size, frame: observation as Uint8Array };
    if (!(reconstructs && this.sight.peek() !== undefined)) this.sight.value = sight;
    if (pilot) {
      const first = decision === this.#firstDecision;
      const { actionSize } = drive;
      const taken = !first && this.#others
        ? meanAction(drive.actions, { from: drive.steps - skip, to: drive.steps, size: actionSize })
        : undefined;
      const seen = (reconstruction: Uint8Array) => {
        this.sight.value = sight && { ...sight, reconstruction };
      };
      const reward = first ? 0 : drive.earned(drive.steps - skip);
      pilot.see(decision, { observation, reward, taken }, reconstructs ? seen : undefined);
    }
    this.#seen = decision;
    this.#others = false;
    return true;
  }

  /** Wakes the agent anew: it remembers nothing. In the middle of a drive it begins with the next decision. */
  #wake(): void {
    this.#pilot?.close();
    this.#pilot = undefined;
    this.sight.value = undefined;
    this.#seen = -1;
    const { environment, steps } = this.drive.peek();
    const agent = this.#model?.card.driver;
    if (this.#model && agent?.environment === environment) {
      const { lab, card } = this.#model;
      this.asked.value = untracked(() => acting.value);
      this.#pilot = new ControllerPilot(lab, {
        model: card.id,
        frameSkip: agent.frameSkip,
        acting: this.asked.peek(),
      });
    }
    this.#firstDecision = Math.ceil(steps / (this.#pilot?.frameSkip ?? USUAL_SKIP));
  }
}

/** A drive as it is wanted now. */
function newDrive(): RealityDrive {
  const environment = driveEnvironment.peek();
  const maxSteps = longDrive.peek() ? LONG_DRIVE * stepRate(environment) : undefined;
  return new RealityDrive({ environment, seed: driveSeed.peek(), maxSteps });
}
