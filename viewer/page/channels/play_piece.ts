import type { Piece } from "../../../core/music/piece.ts";
import { durationOf, tonesOf } from "../../../core/music/tones.ts";

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
