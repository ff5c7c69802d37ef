import { type Piece, TICKS } from "../../../core/music/piece.ts";

/** A note as it sounds. */
export interface Tone {
  /** Hertz, in equal temperament with A at 440. */
  frequency: number;
  /** When it begins, seconds from the piece's start. */
  from: number;
  /** How long it sounds, seconds. */
  seconds: number;
}

/** How long a piece takes, seconds. */
export function durationOf({ length, tempo }: Piece): number {
  return length / TICKS * 60 / tempo;
}

/** A piece's notes as tones. */
export function tonesOf({ voices, tempo }: Piece): Tone[] {
  const tick = 60 / tempo / TICKS;
  return voices.flatMap(({ notes }) =>
    notes.map(({ pitch, start, length }) => ({
      frequency: 440 * 2 ** ((pitch - 69) / 12),
      from: start * tick,
      seconds: length * tick,
    }))
  );
}

/** Seconds before the first tone, and of a tone's rise and fall. */
const LEAD = 0.05, EDGE = 0.02;

/**
 * Plays a piece by triangle waves, which sound like an organ's flutes.
 *
 * @param ended Called once when it is over; not where it is stopped.
 * @returns Stops it.
 */
export function playPiece(piece: Piece, ended: () => void): () => void {
  const context = new AudioContext();
  const whole = new GainNode(context, { gain: 0.6 / Math.max(2, piece.voices.length) });
  whole.connect(context.destination);
  const begin = context.currentTime + LEAD;
  for (const { frequency, from, seconds } of tonesOf(piece)) {
    const [start, end] = [begin + from, begin + from + seconds];
    const tone = new OscillatorNode(context, { type: "triangle", frequency });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(1, start + EDGE);
    loudness.gain.setValueAtTime(1, Math.max(start + EDGE, end - EDGE));
    loudness.gain.linearRampToValueAtTime(0, end + EDGE);
    tone.connect(loudness).connect(whole);
    tone.start(start);
    tone.stop(end + EDGE);
  }
  const timer = setTimeout(() => {
    stop();
    ended();
  }, 1000 * (durationOf(piece) + LEAD + EDGE));
  function stop() {
    clearTimeout(timer);
    if (context.state !== "closed") void context.close();
  }
  return stop;
}
