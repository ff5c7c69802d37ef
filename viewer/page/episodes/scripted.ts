/** Lets the scripted driver drive; returns the recording. */
export function driveScripted(_seed: number): Uint8Array {
  return new Uint8Array(0);
}
