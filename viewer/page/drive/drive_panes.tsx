import { effect, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { acting } from "../state/acting.ts";
import { valueOf } from "../state/async_state.ts";
import { firstLook } from "../state/first_look.ts";
import { seek, step } from "../state/playhead.ts";
import { episode, model, perception } from "../state/session.ts";
import { DreamPane } from "./dream_pane.tsx";
import { DreamSession } from "./dream_session.ts";
import { DriveBar } from "./drive_bar.tsx";
import { handOver } from "./drive_commands.ts";
import { type DriveSession, runFrames } from "./drive_session.ts";
import {
  dreamFrom,
  driveDreamSeed,
  driveEnvironment,
  driveEpisode,
  drivePlace,
  driveSeed,
  followsEpisode,
  longDrive,
  presentDrive,
} from "./drive_settings.ts";
import { HumanInput } from "./human_input.ts";
import { RealityPane } from "./reality_pane.tsx";
import { RealitySession } from "./reality_session.ts";

const input = new HumanInput();
let sessions: { reality: RealitySession; dream: DreamSession } | undefined;

/** Both drives, made when the view is first opened; they outlast it, paused. */
function theSessions() {
  if (sessions) return sessions;
  takeEpisodesSeed();
  return sessions = { reality: new RealitySession(input), dream: new DreamSession(input) };
}

/** The chosen episode's seed, where no other was asked for. Reads signals. */
function takeEpisodesSeed(): void {
  const chosen = driveEpisode.value;
  if (!followsEpisode.value || !chosen) return;
  if (driveSeed.peek() !== chosen.header.seed) driveSeed.value = chosen.header.seed;
}

/** Driving, in reality and inside dreams. */
export function DrivePanes() {
  const { reality, dream } = theSessions();
  const present = (): DriveSession => drivePlace.value === "reality" ? reality : dream;
  useSignalEffect(() => void (presentDrive.value = present()));
  useSignalEffect(() => reality.setModel(valueOf(model.value)));
  useSignalEffect(() => {
    const shown = valueOf(episode.value);
    if (shown && step.peek() < firstLook(shown).dream) queueMicrotask(() => seek(firstLook(shown).dream));
  });
  useSignalEffect(() => dream.setPerception(valueOf(perception.value)));
  useSignalEffect(() => {
    if (reality.status.value === "ready") takeEpisodesSeed();
  });
  useEffect(() => {
    // the environment may have changed while the view was elsewhere
    if (reality.drive.peek().environment !== driveEnvironment.peek()) reality.prepare();
    return onChange(
      () => [driveEnvironment.value, driveSeed.value, longDrive.value],
      () => reality.prepare(),
    );
  }, []);
  useEffect(() => onChange(() => [acting.value], () => reality.ask()), []);
  useEffect(() => onChange(() => [dreamFrom.value, driveDreamSeed.value], () => dream.prepare()), []);
  useLayoutEffect(() => { // keys work as soon as buttons do
    presentDrive.value = present();
    const ends = [
      input.listen(() => present().status.peek() === "running"),
      runFrames(() => {
        const { start, handOver: wanted } = input.padPresses();
        if (wanted) handOver();
        if (start && present().status.peek() === "paused") present().togglePause();
        else if (start) present().status.peek() === "running" ? present().togglePause() : present().begin();
        return present();
      }),
    ];
    return () => {
      ends.forEach((end) => end());
      presentDrive.value = undefined;
    };
  }, []);
  const inReality = drivePlace.value === "reality";
  return (
    <div class="drive">
      <DriveBar reality={reality} dream={dream} />
      {inReality
        ? <RealityPane session={reality} input={input} />
        : <DreamPane session={dream} input={input} />}
    </div>
  );
}

/** Calls `then` when what `read` reads has changed, and not at first. @returns What stops it. */
function onChange(read: () => unknown[], then: () => void): () => void {
  let known = JSON.stringify(read());
  return effect(() => {
    const now = JSON.stringify(read());
    if (now === known) return;
    known = now;
    queueMicrotask(then); // it writes what others read
  });
}
