import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { MusicData } from "../data/dataset.ts";
import { VOICES } from "../data/music/voices.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { BARS, barsPiece, likeliestBars, SILENCE, wholeBars } from "./bars.ts";
import { LATENT_SIZE, MUSE_LATENTS, type MuseGAN } from "./muse_gan.ts";

/** Samples that figures are made of. */
const MEASURED = 100;
/** Of one track's latents. */
const OWN = MUSE_LATENTS.melody[1] / BARS.tracks;

/** What is drawn anew, one at a time: its name, and its numbers among the latents. */
const CHANGES: readonly (readonly [name: string, first: number, length: number])[] = [
  ["chords", ...MUSE_LATENTS.chords],
  ["style", ...MUSE_LATENTS.style],
  ["melody of the soprano", MUSE_LATENTS.melody[0], OWN],
  ["groove of the bass", MUSE_LATENTS.groove[0] + (BARS.tracks - 1) * OWN, OWN],
];

/** Bars from latents `[N, 320]`. */
export async function playLatents(
  model: MuseGAN,
  parameters: NamedTensors,
  latents: Float32Array,
): Promise<Uint8Array[]> {
  const pictures = tf.tidy(() =>
    model.generate(parameters, tf.tensor2d(latents, [latents.length / LATENT_SIZE, LATENT_SIZE]))
  );
  const bars = await likeliestBars(pictures);
  pictures.dispose();
  return bars;
}

/** Latents of pieces, drawn from the standard normal distribution. */
export function drawMuseLatents(count: number, random: RandomStream, temperature = 1): Float32Array {
  return Float32Array.from({ length: count * LATENT_SIZE }, () => temperature * random.normal());
}

/** The same piece with one latent after another drawn anew, and figures of samples beside the data's own. */
export async function* exploreBars(
  model: MuseGAN,
  { parameters, data, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const start = drawMuseLatents(1, random.fork("start"));
  const fresh = drawMuseLatents(1, random.fork("fresh"));
  const changed = CHANGES.map(([, first, length]) => {
    const latents = start.slice();
    latents.set(fresh.subarray(first, first + length), first);
    return latents;
  });
  const all = Float32Array.from([start, ...changed].flatMap((latents) => [...latents]));
  const bars = await playLatents(model, parameters, all);
  const names = ["As it was", ...CHANGES.map(([name]) => `New ${name}`)];
  yield {
    name: "changes",
    caption:
      "Two bars, and the same with new chords, a new style, a new melody of the soprano and a new groove of " +
      "the bass",
    content: { pieces: bars.map((played, i) => barsPiece(played, names[i])) },
  };
  yield describeChanges(bars);
  const samples = await playLatents(model, parameters, drawMuseLatents(MEASURED, random.fork("measured")));
  yield describeFigures(samples, wholeBars(data as MusicData));
}

/** Which share of its steps each track changed. */
function describeChanges([start, ...others]: readonly Uint8Array[]): Artifact {
  const share = (bars: Uint8Array, track: number) => {
    const steps = bars.length / BARS.tracks;
    let different = 0;
    for (let i = track; i < bars.length; i += BARS.tracks) different += Number(bars[i] !== start[i]);
    return different / steps;
  };
  const width = Math.max(...CHANGES.map(([name]) => name.length)) + 6;
  const head = " ".repeat(width) + VOICES.map((voice) => voice.padStart(10)).join("");
  const lines = others.map((bars, i) =>
    `new ${CHANGES[i][0]}`.padEnd(width) +
    VOICES.map((_, track) => share(bars, track).toFixed(2).padStart(10)).join("")
  );
  return {
    name: "what_changed",
    caption:
      "The share of steps of each track that sound otherwise: a track's own melody or groove leaves the others as " +
      "they were",
    content: { text: [head, ...lines].join("\n") + "\n" },
  };
}

function describeFigures(samples: readonly Uint8Array[], held: readonly Uint8Array[]): Artifact {
  const rows = [["samples", figuresOf(samples)], ["held-out data", figuresOf(held)]] as const;
  const columns = ["silent", "classes", "qualified", "distinct"] as const;
  const lines = rows.map(([name, figures]) =>
    name.padEnd(16) + columns.map((column) => figures[column].toFixed(3).padStart(11)).join("")
  );
  const head = " ".repeat(16) + columns.map((column) => column.padStart(11)).join("");
  return {
    name: "figures",
    caption:
      "Share of silent bars, pitch classes a bar and track, share of notes of two sixteenths or more, and share " +
      "of pieces that are no copies of another",
    content: { text: [head, ...lines].join("\n") + "\n" },
  };
}

/** MuseGAN's own measures (Dong et al., 2018, section 5), as means over tracks. */
export function figuresOf(
  pieces: readonly Uint8Array[],
): Record<"silent" | "classes" | "qualified" | "distinct", number> {
  let silent = 0, classes = 0, bars = 0, qualified = 0, notes = 0;
  for (const piece of pieces) {
    for (let track = 0; track < BARS.tracks; track++) {
      const pitches = Array.from(
        { length: piece.length / BARS.tracks },
        (_, step) => piece[step * BARS.tracks + track],
      );
      for (let bar = 0; bar < BARS.bars; bar++) {
        const own = pitches.slice(bar * BARS.steps, (bar + 1) * BARS.steps).filter((pitch) =>
          pitch !== SILENCE
        );
        silent += Number(own.length === 0);
        classes += new Set(own.map((pitch) => pitch % 12)).size;
        bars++;
      }
      for (let step = 0; step < pitches.length;) {
        let end = step + 1;
        while (end < pitches.length && pitches[end] === pitches[step]) end++;
        if (pitches[step] !== SILENCE) {
          notes++;
          qualified += Number(end - step >= 2);
        }
        step = end;
      }
    }
  }
  return {
    silent: silent / Math.max(bars, 1),
    classes: classes / Math.max(bars, 1),
    qualified: qualified / Math.max(notes, 1),
    distinct: new Set(pieces.map(String)).size / Math.max(pieces.length, 1),
  };
}
