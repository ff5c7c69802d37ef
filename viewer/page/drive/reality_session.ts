import { batch, signal } from "@preact/signals";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { notify } from "../state/notices.ts";
import { STEPS_PER_SECOND } from "../state/playhead.ts";
import type { OpenModel } from "../state/session.ts";
import { blockAction } from "./block_action.ts";
import { ControllerPilot, type Sight } from "./controller_pilot.ts";
import { actionOf, assist } from "./controls.ts";
import { assisted, autopilot, driver, driveSeed, reconstructionShown, timeLimit } from "./drive_settings.ts";
import type { DriveSession, DriveStatus } from "./drive_session.ts";
import { FixedSteps } from "./fixed_steps.ts";
import type { HumanInput } from "./human_input.ts";
import { DRIVEN_SIZE, RealityDrive } from "./reality_drive.ts";

/** Decisions of agents that nobody asked are shown at this pace, steps. */
const USUAL_SKIP = 4;

/** Driving on a real track: 50 steps a second, by a human, the scripted driver or a run's controller. */
export class RealitySession implements DriveSession {
  readonly status = signal<DriveStatus>("ready");
  readonly tick = signal(0);
  /** The present drive. */
  readonly drive = signal<RealityDrive>(new RealityDrive(driveSeed.peek(), steps()));
  /** What the agent sees, at its own pace. */
  readonly sight = signal<Sight | undefined>(undefined);
  /** Whether a run's controller is there to drive. */
  readonly hasController = signal(false);
  readonly #input: HumanInput;
  readonly #clock = new FixedSteps(1 / STEPS_PER_SECOND);
  readonly #scripted = new PursuitDriver();
  #scriptedKnows = false;
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
    const fits = model?.card.world && model.card.world.actionSize === 3 &&
      model.card.picture?.join() === [...DRIVEN_SIZE, 3].join();
    const next = fits ? model : undefined;
    if (next === this.#model) return;
    this.#model = next;
    this.hasController.value = next !== undefined;
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

  /** What is done now, `[3]`. */
  action(): ArrayLike<number> {
    const { actions, steps } = this.drive.peek();
    return steps === 0 ? [0, 0, 0] : actions.subarray(3 * steps - 3, 3 * steps);
  }

  prepare(): void {
    const before = this.drive.peek();
    batch(() => {
      this.drive.value = new RealityDrive(driveSeed.peek(), steps());
      this.status.value = "ready";
      this.tick.value++;
    });
    before.close();
    this.#clock.clear();
    this.#scriptedKnows = false;
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

  #who(): "human" | "controller" | "pursuit" {
    if (driver.peek() === "human") return "human";
    // A controller that was woken in the middle of a decision waits for the next one.
    const awake = this.#pilot && this.#seen >= 0;
    return awake && autopilot.peek() === "controller" ? "controller" : "pursuit";
  }

  #decide(who: "human" | "controller" | "pursuit"): Float32Array | undefined {
    const drive = this.drive.peek();
    if (who !== "pursuit") this.#scriptedKnows = false;
    if (who === "human") {
      const controls = this.#input.read(1 / STEPS_PER_SECOND);
      const { x, y } = drive.view.velocity;
      return actionOf(assisted.peek() ? assist(controls, Math.hypot(x, y)) : controls);
    }
    if (who === "pursuit") {
      if (!this.#scriptedKnows) this.#scripted.reset(drive.view);
      this.#scriptedKnows = true;
      return this.#scripted.act(drive.view);
    }
    const { latest, problem } = this.#pilot!;
    if (problem) {
      notify(`The agent cannot drive: ${problem.message}`, "error");
      this.#pilot!.close();
      this.#pilot = undefined;
      this.hasController.value = false;
      driver.value = "human";
      return undefined;
    }
    return latest?.decision === this.#seen ? latest.action : undefined;
  }

  /** Shows the agent its frame when a decision is due. @returns False when it is too far behind. */
  #show(): boolean {
    const drive = this.drive.peek();
    const skip = this.#pilot?.frameSkip ?? USUAL_SKIP;
    if (drive.steps % skip !== 0 || drive.steps / skip === this.#seen) return true;
    if (this.#pilot?.behind) return false;
    const decision = drive.steps / skip;
    const frame = drive.agentFrame();
    const pilot = this.#pilot;
    // A frame and its reconstruction are shown together, when both are there.
    const reconstructs = pilot && reconstructionShown.peek() && this.sight.peek() !== undefined;
    if (!reconstructs) this.sight.value = { frame };
    if (pilot) {
      const first = decision === this.#firstDecision;
      const taken = !first && this.#others
        ? blockAction(drive.actions, drive.steps - skip, drive.steps)
        : undefined;
      const seen = (sight: Sight) => {
        this.sight.value = sight;
      };
      const reward = first ? 0 : drive.earned(drive.steps - skip);
      pilot.see(decision, { frame, reward, taken }, reconstructionShown.peek() ? seen : undefined);
    }
    this.#seen = decision;
    this.#others = false;
    return true;
  }

  /** Wakes the controller anew: it remembers nothing. In the middle of a drive it begins with the next decision. */
  #wake(): void {
    this.#pilot?.close();
    this.#pilot = undefined;
    const world = this.#model?.card.world;
    this.sight.value = undefined;
    this.#seen = -1;
    if (this.#model && world) {
      this.#pilot = new ControllerPilot(this.#model.lab, {
        model: this.#model.card.id,
        frameSkip: world.frameSkip,
      });
    }
    this.#firstDecision = Math.ceil(this.drive.peek().steps / (world?.frameSkip ?? USUAL_SKIP));
  }
}

function steps(): number {
  return timeLimit.peek() * STEPS_PER_SECOND;
}
