import { type ReadonlySignal, useComputed } from "@preact/signals";
import { namedParts } from "../episodes/action_parts.ts";
import { pictureIn } from "../episodes/pictures.ts";
import { valueOf } from "../state/async_state.ts";
import { episode, model, perception } from "../state/session.ts";
import { Button } from "../ui/controls.tsx";
import { Await } from "../ui/panel.tsx";
import { type GaugeReading, Gauges } from "../ui/gauges.tsx";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import { signed } from "../ui/signed.ts";
import { DREAM_END, type DreamDrive, LONGEST_DREAM } from "./dream_drive.ts";
import type { DreamSession } from "./dream_session.ts";
import { dreamFrom } from "./drive_settings.ts";
import { DriverBadge } from "./driver_badge.tsx";
import { EndCard } from "./end_card.tsx";
import { focusPane } from "./focus_pane.ts";
import type { HumanInput } from "./human_input.ts";
import { saveDrive, watchDrive } from "./keep_drive.ts";
import { KeyHint } from "./key_hint.tsx";
import { TouchControls } from "./touch_controls.tsx";

/** The drive inside a dream. */
export function DreamPane({ session, input }: { session: DreamSession; input: HumanInput }) {
  const drive = session.drive.value;
  if (!drive) return <NoDream />;
  const status = session.status.value;
  const { environment } = session.world!;
  return (
    <div class="drive-reality">
      <div class="drive-stage" id="drive-pane" tabIndex={-1}>
        <div class="drive-dream">
          <DreamFrame session={session} />
          <DriverBadge scripted={false} />
          {status === "running" && <TouchControls input={input} environment={environment} />}
          {status === "ready" && (
            <KeyHint
              environment={environment}
              camera={false}
              onBegin={() => begin(session)}
            />
          )}
          {(status === "over" || status === "paused") && <DreamCard session={session} drive={drive} />}
        </div>
      </div>
      <div class="drive-instruments">
        <DreamProgress session={session} />
        <DreamGauges session={session} />
      </div>
    </div>
  );
}

function DreamFrame({ session }: { session: DreamSession }) {
  const frame = useComputed(() => {
    session.tick.value;
    const drive = session.drive.value;
    return drive && pictureIn(drive.frame, 0, drive.size);
  });
  return <PixelCanvas picture={frame} label="The dream" class="drive-dream-frame" />;
}

function DreamGauges({ session }: { session: DreamSession }) {
  const reading: ReadonlySignal<GaugeReading | undefined> = useComputed(() => {
    session.tick.value;
    const drive = session.drive.value;
    const last = drive?.moments.at(-1);
    return {
      action: last?.action ?? [],
      reward: last?.reward ?? 0,
      total: drive?.total ?? 0,
    };
  });
  const { environment, actionSize } = session.world!;
  return <Gauges parts={namedParts(environment, { options: {}, actionSize })} reading={reading} />;
}

function DreamProgress({ session }: { session: DreamSession }) {
  const decisions = useComputed(() => {
    session.tick.value;
    return session.drive.value?.decisions ?? 0;
  });
  const done = useComputed(() => {
    session.tick.value;
    return Math.round(100 * (session.drive.value?.moments.at(-1)?.done ?? 0));
  });
  const rate = useComputed(() => session.rate.value.toFixed(1));
  const wanted = session.wantedRate.toFixed(1);
  const slow = Number(rate.value) > 0 && Number(rate.value) < 0.9 * session.wantedRate;
  return (
    <div class="drive-progress">
      <span title="A dream advances once per decision, which in reality lasts for several steps of the simulator">
        <b>{decisions}</b> decisions at {slow ? `${rate.value} of ${wanted}` : wanted} per second
      </span>
      <label title={`Above ${100 * DREAM_END} % the dream ends`}>
        <span>
          End <b>{done} %</b>
        </span>
        <meter min={0} max={100} low={20} high={100 * DREAM_END} optimum={0} value={done.value} />
      </label>
    </div>
  );
}

function DreamCard({ session, drive }: { session: DreamSession; drive: DreamDrive }) {
  const what = `dream from frame ${dreamFrom.value * session.frameSkip}`;
  const paused = session.status.value === "paused";
  const title = paused
    ? "Paused"
    : session.problem.value !== undefined
    ? "The dream stopped with an error"
    : drive.decisions >= LONGEST_DREAM
    ? "The dream has reached its maximum length"
    : "The dream predicts the end of the episode";
  return (
    <EndCard
      title={title}
      facts={[
        ["Return", signed(drive.total, 1)],
        ["Decisions", String(drive.decisions)],
        ["Time", `${(drive.decisions / session.wantedRate).toFixed(1)} s`],
      ]}
      go={{ label: paused ? "Resume" : "Drive again", run: () => begin(session) }}
      onSave={() => saveDrive(drive, what)}
      onWatch={() => watchDrive(drive, what)}
    >
      {session.problem.value !== undefined && <p class="notice error">{session.problem}</p>}
      {!paused && !drive.beyond && drive.ended && (
        <Button
          label="Continue the dream"
          title="The model predicts that the episode has ended; you can watch what it dreams after that"
          onClick={() => {
            session.dreamOn();
            focusPane();
          }}
        />
      )}
    </EndCard>
  );
}

/** Says what is missing. */
function NoDream() {
  if (!valueOf(model.value)) {
    return (
      <Await
        state={model.value}
        empty="A dream needs a world model: choose a run that has one. deno task train-world-model trains one."
      >
        {() => null}
      </Await>
    );
  }
  if (!valueOf(episode.value)) {
    return (
      <Await state={episode.value} empty="A dream starts from a moment of an episode: choose one.">
        {() => null}
      </Await>
    );
  }
  return (
    <Await state={perception.value} empty="This model has not seen the episode yet.">
      {({ model: { card } }) => (
        <p class="notice">
          {card.name} dreams from {card.world!.context} real decisions on: choose a longer episode.
        </p>
      )}
    </Await>
  );
}

function begin(session: DreamSession): void {
  session.begin();
  focusPane();
}
