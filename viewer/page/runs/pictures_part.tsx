import { useSignal } from "@preact/signals";
import type { FileEntry } from "../../library.ts";
import { cssColor } from "../charts/series.ts";
import { messageOf } from "../state/async_state.ts";
import type { Run } from "../state/session.ts";
import { useEffect, useState } from "preact/hooks";
import { ModelSamples } from "./model_samples.tsx";
import { type Picture, PictureDialog } from "./picture_dialog.tsx";
import { runColor, shownRuns } from "./runs_state.ts";

const PICTURES = /^samples\/.*\.(png|gif|svg|jpe?g|webp)$/i;
const TEXTS = /^samples\/.*\.txt$/i;

/** What the shown runs left in `samples/`: the same file of each run side by side. */
export function PicturesPart() {
  const enlarged = useSignal<Picture | undefined>(undefined);
  const runs = shownRuns.value;
  const paths = [
    ...new Set(
      runs.flatMap(({ source }) =>
        source.files.map(({ path }) => path).filter((path) => PICTURES.test(path) || TEXTS.test(path))
      ),
    ),
  ].sort();
  return (
    <>
      <ModelSamples />
      {paths.length === 0 && <p class="notice">These runs have no pictures yet.</p>}
      {paths.map((path) => (
        <section class="panel runs-pictures" key={path} aria-label={path}>
          <header class="panel-head">
            <h2>{titleOf(path)}</h2>
            <span class="dim small">{path}</span>
          </header>
          <ul class="panel-body">
            {runs.map((run) => {
              const file = run.source.files.find((each) => each.path === path);
              return (
                <li key={run.name}>
                  <p class="small">
                    <span class="runs-swatch" style={{ color: cssColor(runColor(run.name)) }} />
                    {run.name}
                  </p>
                  {!file && <p class="notice">{run.name} has none.</p>}
                  {file && TEXTS.test(path) && <TextFile run={run} file={file} />}
                  {file && PICTURES.test(path) && (
                    <Thumbnail
                      // a picture that was written anew is another one
                      key={file.modified}
                      picture={{ address: addressOf(run, file), path, run: run.name }}
                      onOpen={(picture) => enlarged.value = picture}
                    />
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      {enlarged.value && (
        <PictureDialog
          picture={enlarged.value}
          onClose={() => enlarged.value = undefined}
        />
      )}
    </>
  );
}

function Thumbnail({ picture, onOpen }: { picture: Picture; onOpen: (picture: Picture) => void }) {
  const { address, path, run } = picture;
  const [broken, setBroken] = useState(false);
  const [held, setHeld] = useState(
    () => /\.gif$/i.test(path) && matchMedia("(prefers-reduced-motion: reduce)").matches,
  );
  if (broken) {
    return (
      <p class="notice error" role="alert">
        Cannot show "{path}" of {run}: it is not a picture that can be read.
      </p>
    );
  }
  if (held) {
    return (
      <button type="button" class="button" onClick={() => setHeld(false)}>Show the moving picture</button>
    );
  }
  return (
    <button type="button" class="runs-picture" onClick={() => onOpen(picture)} title="Enlarge">
      <img src={address} alt={`${titleOf(path)} of ${run}`} loading="lazy" onError={() => setBroken(true)} />
    </button>
  );
}

function TextFile({ run, file }: { run: Run; file: FileEntry }) {
  const [content, setContent] = useState<{ text?: string; problem?: string }>({});
  useEffect(() => {
    let current = true;
    run.source.read(file.path).then(
      (bytes) => current && setContent({ text: new TextDecoder().decode(bytes) }),
      (error) => current && setContent({ problem: messageOf(error) }),
    );
    return () => current = false;
  }, [run.name, file.path, file.modified]);
  if (content.problem) return <p class="notice error" role="alert">{content.problem}</p>;
  return (
    <pre class="runs-text" tabIndex={0} aria-label={`${file.path} of ${run.name}`}>{content.text ?? "…"}</pre>
  );
}

/** `samples/dream_beside_reality.png` in words. */
function titleOf(path: string): string {
  const words = path.split("/").at(-1)!.replace(/\.\w+$/, "").replaceAll(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function addressOf({ source }: Run, { path, modified }: FileEntry): string {
  const address = source.address(path);
  return address.startsWith("blob:") ? address : `${address}?${Math.round(modified)}`;
}
