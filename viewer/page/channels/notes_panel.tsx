import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { encodeMidi } from "../../../core/music/midi.ts";
import { drawPianoRoll } from "../../../core/music/piano_roll.ts";
import type { Piece } from "../../../core/music/piece.ts";
import { durationOf } from "../../../core/music/tones.ts";
import { encodeWav } from "../../../core/music/wav.ts";
import { download } from "../save/download.ts";
import { Button } from "../ui/controls.tsx";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import type { ChannelPanelProps } from "./channel_panel.ts";
import { playPiece } from "./play_piece.ts";

/** Pixels of a quarter note and of a half-tone. */
const QUARTER = 24, HALF_TONE = 5;

/** Pieces of music as piano rolls, which play and can be saved as MIDI and WAV files; one sounds at a time. */
export function NotesPanel({ channel: { pieces }, file }: ChannelPanelProps<"notes">) {
  const playing = useSignal<number | undefined>(undefined);
  const stop = useRef<(() => void) | undefined>(undefined);
  const silence = () => {
    stop.current?.();
    stop.current = playing.value = undefined;
  };
  useEffect(() => silence, []);
  const play = (at: number) => {
    const wasPlaying = playing.value === at;
    silence();
    if (wasPlaying) return;
    playing.value = at;
    stop.current = playPiece(pieces[at], silence);
  };
  return (
    <div class="channel-notes">
      {pieces.map((piece, at) => (
        <section key={at}>
          <PianoRoll piece={piece} playing={playing.value === at} />
          <div class="channel-notes-actions">
            <Button
              label={playing.value === at ? `Stop ${piece.name}` : `Play ${piece.name}`}
              onClick={() => play(at)}
            />
            <Button
              label="Save MIDI"
              onClick={() => download(encodeMidi(piece), `${file}_${at + 1}.mid`, "audio/midi")}
            />
            <Button
              label="Save WAV"
              onClick={() => download(encodeWav(piece), `${file}_${at + 1}.wav`, "audio/wav")}
            />
          </div>
        </section>
      ))}
    </div>
  );
}

function PianoRoll({ piece, playing }: { piece: Piece; playing: boolean }) {
  const picture = useComputed(() => drawPianoRoll(piece, { quarter: QUARTER, halfTone: HALF_TONE }));
  const notes = piece.voices.reduce((sum, { notes }) => sum + notes.length, 0);
  return (
    <div class="channel-notes-roll">
      <PixelCanvas
        picture={picture}
        label={`${piece.name}: ${notes} notes of ${piece.voices.length} voices, time from left to right`}
      />
      {playing && <i class="channel-notes-playhead" style={{ animationDuration: `${durationOf(piece)}s` }} />}
    </div>
  );
}
