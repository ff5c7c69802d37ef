import { valueOf } from "../state/async_state.ts";
import { backend, dreamRate, library, model, onlyOnServer, place, presentPlace } from "../state/session.ts";
import { Icon } from "../ui/icon.tsx";
import { Popover } from "../ui/popover.tsx";

const NAMES: Record<string, string> = {
  webgpu: "WebGPU",
  wasm: "WASM",
  tensorflow: "TensorFlow",
  cpu: "CPU",
};
const PLACES = [["browser", "In this browser"], ["server", "On the server"]] as const;

/** Says where dreams are computed, how fast and why, and lets the reader choose where there is a choice. */
export function ComputeIndicator() {
  const state = backend.value;
  const text = describe();
  return (
    <Popover
      id="compute"
      label={`Where dreams are computed: ${text}`}
      class={`shell-compute ${state.status === "error" ? "shell-failed" : ""}`}
      button={
        <>
          <Icon name="chip" />
          <span class="shell-compute-text">{text}</span>
        </>
      }
    >
      <h2>Dreams: {text}</h2>
      {state.status === "ready" && <p class="dim">{state.value.reason}</p>}
      {state.status === "error" && <p class="notice error" role="alert">{state.message}</p>}
      {state.status === "empty" && (
        <p class="dim">
          Nothing is computed before a run with a checkpoint is chosen; the scripted driver needs no model.
        </p>
      )}
      {dreamRate.value > 0 && <p>{rate(dreamRate.value)} dream steps a second, pictures included.</p>}
      <fieldset class="shell-places">
        <legend class="field-label">Compute</legend>
        {PLACES.map(([name, label]) => (
          <label key={name} class="field">
            <input
              type="radio"
              name="place"
              checked={presentPlace.value === name}
              disabled={onlyOnServer.value || (name === "server" && !valueOf(library.value)?.lab)}
              onChange={() => place.value = name}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {onlyOnServer.value && (
        <p class="dim small">
          The server computes this model: it comes from a module of your own, whose code this page does not
          run.
        </p>
      )}
      {!valueOf(library.value)?.lab && <p class="dim small">This page has no server to compute on.</p>}
    </Popover>
  );
}

function describe(): string {
  const state = backend.value;
  if (state.status === "loading") return "Starting…";
  if (state.status === "error") return "Cannot compute";
  if (state.status === "empty") return "Not needed yet";
  const { name, place } = state.value;
  const where = `${NAMES[name] ?? name} ${place === "browser" ? "in this browser" : "on the server"}`;
  return model.value.status === "ready" && dreamRate.value > 0
    ? `${where} · ${rate(dreamRate.value)} steps/s`
    : where;
}

function rate(stepsPerSecond: number): string {
  const digits = stepsPerSecond < 10 ? 1 : 0;
  return stepsPerSecond.toLocaleString("en", { maximumFractionDigits: digits });
}
