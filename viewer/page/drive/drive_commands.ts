import { batch } from "@preact/signals";
import { nextMode } from "../scene/camera_choice.tsx";
import { cameraMode } from "../scene/scene_view.tsx";
import type { Command } from "../state/commands.ts";
import { view } from "../state/session.ts";
import type { DriveSession } from "./drive_session.ts";
import { drivePlace, driver } from "./drive_settings.ts";

/** Gives the wheel to the other. */
export function handOver(): void {
  driver.value = driver.peek() === "human" ? "agent" : "human";
}

/** Drives in reality or in the dream; what drove there waits, paused. */
export function goTo(place: "reality" | "dream", present: DriveSession): void {
  if (place === drivePlace.peek()) return;
  batch(() => {
    if (present.status.peek() === "running") present.togglePause();
    drivePlace.value = place;
  });
}

/** What can be done while driving; the keys that drive are `HumanInput`'s. */
export function driveCommands(present: () => DriveSession): Command[] {
  const shared = { group: "Drive", views: ["drive"] as const };
  return [
    {
      ...shared,
      id: "drive.begin",
      title: "Start, or start anew",
      keys: ["Enter"],
      run: () => present().begin(),
    },
    {
      ...shared,
      id: "drive.pause",
      title: "Pause the drive, or go on",
      keys: ["p"],
      run: () => present().togglePause(),
    },
    {
      ...shared,
      id: "drive.handOver",
      title: "Hand the wheel over: human or agent",
      keys: ["m"],
      run: handOver,
    },
    {
      ...shared,
      id: "drive.place",
      title: "Drive in reality, or inside the dream",
      keys: ["t"],
      run: () => goTo(drivePlace.peek() === "reality" ? "dream" : "reality", present()),
    },
    {
      ...shared,
      id: "drive.camera",
      title: "Next camera: chase, above, whole track",
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
}
