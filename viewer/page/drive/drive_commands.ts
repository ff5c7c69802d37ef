import { batch } from "@preact/signals";
import { cameraMode, nextMode } from "../state/camera_mode.ts";
import type { Command } from "../state/commands.ts";
import { view } from "../state/session.ts";
import { drivePlace, driver, presentDrive } from "./drive_settings.ts";

/** Lets the other drive. */
export function handOver(): void {
  driver.value = driver.peek() === "human" ? "agent" : "human";
}

/** Drives in reality or in the dream; what drove there waits, paused. */
export function goTo(place: "reality" | "dream"): void {
  if (place === drivePlace.peek()) return;
  const present = presentDrive.peek();
  batch(() => {
    if (present?.status.peek() === "running") present.togglePause();
    drivePlace.value = place;
  });
}

const shared = {
  group: "Drive",
  views: ["drive"] as const,
  enabled: () => presentDrive.value !== undefined,
};

/** What can be done while driving; the keys that drive are `HumanInput`'s. */
export const DRIVE_COMMANDS: readonly Command[] = [
  {
    ...shared,
    id: "drive.begin",
    title: "Start or restart",
    keys: ["Enter"],
    run: () => presentDrive.peek()?.begin(),
  },
  {
    ...shared,
    id: "drive.pause",
    title: "Pause or resume the drive",
    keys: ["p"],
    run: () => presentDrive.peek()?.togglePause(),
  },
  {
    ...shared,
    id: "drive.handOver",
    title: "Switch driver: human or agent",
    keys: ["m"],
    run: handOver,
  },
  {
    ...shared,
    id: "drive.place",
    title: "Drive in reality or inside the dream",
    keys: ["t"],
    run: () => goTo(drivePlace.peek() === "reality" ? "dream" : "reality"),
  },
  {
    ...shared,
    id: "drive.camera",
    title: "Next camera: chase, above, the whole scene",
    keys: ["c"],
    run: () => cameraMode.value = nextMode(cameraMode.peek()),
  },
  {
    ...shared,
    id: "drive.leave",
    title: "Leave the drive",
    keys: ["Escape"],
    run: () => view.value = "watch",
  },
];
