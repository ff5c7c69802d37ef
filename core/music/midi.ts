import { type MidiEvent, parseMidi, writeMidi } from "midi-file";
import { barTicks, endOf, inOrder, type Key, type Metre, type Note, type Piece, TICKS } from "./piece.ts";

/** How {@link encodeMidi} lets a piece sound. */
export interface MidiOptions {
  /** General MIDI's number of the instrument, 0 .. 127. @default 52, a choir */
  programme?: number;
  /** How hard notes are struck, 1 .. 127. @default 80 */
  velocity?: number;
}

/** The channel of drums in General MIDI, counted from 0. */
const DRUMS = 9;

/**
 * A piece as a standard MIDI file of format 1: a track of tempo, metre and key, then one for each voice, 480 ticks a
 * quarter. A pick-up is written as a first bar of its own metre.
 */
export function encodeMidi(piece: Piece, { programme = 52, velocity = 80 }: MidiOptions = {}): Uint8Array {
  const tracks = piece.voices.map(({ name, notes }, voice) => {
    const channel = voice % 15 + Number(voice % 15 >= DRUMS); // not the drums'
    const events: TimedEvent[] = notes.flatMap(({ pitch, start, length }) => [
      { time: start, order: 1, event: { type: "noteOn", channel, noteNumber: pitch, velocity } },
      {
        time: start + length,
        order: 0,
        event: { type: "noteOff", channel, noteNumber: pitch, velocity: 64 },
      },
    ]);
    return withDeltas([
      { time: 0, order: -2, event: { type: "trackName", text: name } },
      { time: 0, order: -1, event: { type: "programChange", channel, programNumber: programme } },
      ...events,
    ], piece.length);
  });
  const header = { format: 1 as const, numTracks: tracks.length + 1, ticksPerBeat: TICKS };
  return Uint8Array.from(
    writeMidi({ header, tracks: [withDeltas(opening(piece), piece.length), ...tracks] }),
  );
}

/** An event at a time; of those at the same time, the lower order comes first. */
interface TimedEvent {
  time: number;
  order: number;
  event: DistributedOmit<MidiEvent, "deltaTime">;
}
type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function opening({ name, metre, key, pickup, tempo }: Piece): TimedEvent[] {
  const tell = ({ beats, unit }: Metre, time: number): TimedEvent => ({
    time,
    order: 2,
    event: {
      type: "timeSignature",
      numerator: beats,
      denominator: unit,
      metronome: 24,
      thirtyseconds: 8,
    },
  });
  const start = pickup > 0 ? [tell(pickupMetre(pickup), 0), tell(metre, pickup)] : [tell(metre, 0)];
  const microsecondsPerBeat = Math.round(60e6 / tempo);
  return [
    { time: 0, order: 0, event: { type: "trackName", text: name } },
    { time: 0, order: 1, event: { type: "setTempo", microsecondsPerBeat } },
    ...start,
    ...key
      ? [{
        time: 0,
        order: 3,
        event: { type: "keySignature" as const, key: key.fifths, scale: key.mode === "minor" ? 1 : 0 },
      }]
      : [],
  ];
}

/** A pick-up as a bar of quarters, or of the longest shorter notes that fill it. */
function pickupMetre(ticks: number): Metre {
  let unit = 4;
  while (unit < 128 && ticks % (4 * TICKS / unit) !== 0) unit *= 2;
  return { beats: Math.max(1, Math.round(ticks * unit / (4 * TICKS))), unit };
}

/** Events in order, each with the ticks since the one before, and the end of the track. */
function withDeltas(events: readonly TimedEvent[], end: number): MidiEvent[] {
  const sorted = events.toSorted((a, b) => a.time - b.time || a.order - b.order);
  let now = 0;
  const told = sorted.map(({ time, event }) => {
    const deltaTime = time - now;
    now = time;
    return { ...event, deltaTime } as MidiEvent;
  });
  return [...told, { type: "endOfTrack", deltaTime: Math.max(0, end - now) }];
}

/**
 * Reads a standard MIDI file of format 0 or 1. Each channel of a track becomes a voice; drums are left out, and times are
 * rounded to whole ticks where the file counts in others.
 *
 * @param name What the piece is called in errors, and where the file does not name it.
 * @throws SyntaxError naming the file when it is damaged or of another kind, TypeError when it has no notes.
 */
export function decodeMidi(bytes: Uint8Array, name: string): Piece {
  const { header, tracks } = parse(bytes, name);
  const { ticksPerBeat, format } = header;
  if (!ticksPerBeat || format > 1) {
    throw new SyntaxError(
      `Cannot read "${name}": expected a MIDI file of format 0 or 1 that counts in ticks of a beat, got ${
        format > 1 ? `format ${format}` : "frames of film"
      }`,
    );
  }
  const scale = TICKS / ticksPerBeat;
  const reading: Reading = { metres: [], tempo: 120, end: 0 };
  const voices = tracks.flatMap((track) => readTrack(track, { scale, reading }));
  if (voices.length === 0) {
    throw new TypeError(`Cannot use "${name}": expected a MIDI file with notes, got one without`);
  }
  const { metres, key, tempo, end } = reading;
  metres.sort((a, b) => a.time - b.time);
  const first = metres[0] ?? { time: 0, metre: { beats: 4, unit: 4 } };
  const second = metres[1];
  const bar = barTicks(first.metre);
  const hasPickup = second !== undefined && first.time === 0 && second.time === bar &&
    bar < barTicks(second.metre);
  return {
    name,
    voices,
    length: Math.max(end, endOf(voices)),
    metre: hasPickup ? second.metre : first.metre,
    ...key && { key },
    pickup: hasPickup ? bar : 0,
    tempo,
  };
}

function parse(bytes: Uint8Array, name: string): ReturnType<typeof parseMidi> {
  try {
    const file = parseMidi(bytes);
    const whole = file.tracks.filter((track) => track.at(-1)?.type === "endOfTrack").length;
    if (whole === file.header.numTracks) return file;
    throw new Error(`${whole} of ${file.header.numTracks} tracks are whole`);
  } catch (error) { // the library throws texts as well
    const reason = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`Cannot read "${name}": expected a MIDI file, got a damaged one (${reason})`, {
      cause: error,
    });
  }
}

/** What a file says of the piece as a whole. */
interface Reading {
  metres: { time: number; metre: Metre }[];
  key?: Key;
  tempo: number;
  end: number;
}

function readTrack(
  events: readonly MidiEvent[],
  { scale, reading }: { scale: number; reading: Reading },
): Piece["voices"] {
  const channels = new Map<number, Note[]>();
  const open = new Map<number, number[]>(); // starts, by channel and pitch
  let ticks = 0, name = "", tempoTold = false;
  const close = (channel: number, pitch: number, end: number) => {
    const start = open.get(128 * channel + pitch)?.shift();
    if (start === undefined || end <= start) return; // ended without a beginning, or of no length
    const notes = channels.get(channel) ?? [];
    channels.set(channel, notes);
    notes.push({ pitch, start, length: end - start });
  };
  for (const event of events) {
    ticks += event.deltaTime;
    const time = Math.round(ticks * scale);
    if (event.type === "noteOn" && event.velocity > 0 && event.channel !== DRUMS) {
      const key = 128 * event.channel + event.noteNumber;
      open.set(key, [...open.get(key) ?? [], time]);
    } else if (event.type === "noteOff" || event.type === "noteOn") {
      close(event.channel, event.noteNumber, time);
    } else if (event.type === "timeSignature") {
      reading.metres.push({ time, metre: { beats: event.numerator, unit: event.denominator } });
    } else if (event.type === "keySignature") {
      reading.key ??= { fifths: event.key, mode: event.scale === 1 ? "minor" : "major" };
    } else if (event.type === "setTempo" && !tempoTold) {
      reading.tempo = 60e6 / event.microsecondsPerBeat;
      tempoTold = true;
    } else if (event.type === "trackName") name ||= event.text;
    reading.end = Math.max(reading.end, time);
  }
  const last = Math.round(ticks * scale);
  for (const [key, starts] of [...open]) {
    for (let i = starts.length; i > 0; i--) close(Math.floor(key / 128), key % 128, last);
  }
  return [...channels].map(([channel, notes]) => ({
    name: name || `Channel ${channel + 1}`,
    notes: inOrder(notes),
  }));
}
