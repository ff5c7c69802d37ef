import { RandomStream } from "../../../../core/random_stream.ts";
import { encodeMidi, type Note, type Piece, TICKS } from "../../../../core/music/mod.ts";
import { STEP, VOICE_RANGES, VOICES } from "../../../../generative/data/music/voices.ts";

/** A chorale of some bars, drawn at random: each voice walks within its range, in notes of one to four steps. */
export function randomChorale(seed: number, bars = 6): Piece {
  const random = new RandomStream(seed);
  const voices = VOICES.map((name, voice) => {
    const [lowest, highest] = VOICE_RANGES[voice];
    const notes: Note[] = [];
    let pitch = random.integer(lowest + 6, highest - 5);
    for (let step = 0; step < 16 * bars;) {
      const steps = Math.min([1, 2, 4][random.integer(0, 3)], 16 * bars - step);
      const fermata = voice === 0 && step % 32 === 28;
      notes.push({ pitch, start: step * STEP, length: steps * STEP, ...fermata && { fermata } });
      step += steps;
      pitch = Math.min(highest - 6, Math.max(lowest + 5, pitch + random.integer(-2, 3)));
    }
    return { name, notes };
  });
  return {
    name: `chorale ${seed}`,
    voices,
    length: 4 * bars * TICKS,
    metre: { beats: 4, unit: 4 },
    key: { fifths: 0, mode: "major" },
    pickup: 0,
    tempo: 80,
  };
}

/** Writes so many chorales as MIDI files into a folder. */
export function writeChoraleFolder(folder: string, count = 6): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) Deno.writeFileSync(`${folder}/${i}.mid`, encodeMidi(randomChorale(i)));
}
