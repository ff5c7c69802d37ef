import type { RunEntry } from "../../library.ts";

/**
 * The run to open with: of those that drove in the same environment as the newest of the reader's own, the one whose
 * recorded drives have the highest mean return. An example comes first only where it drives better, or alone.
 *
 * @param runs The reader's own first, the newest first; see `Library.runs`.
 * @returns The newest run where none has driven; undefined where there is none.
 */
export function bestRun<R extends RunEntry>(runs: readonly R[]): R | undefined {
  const driven = runs.flatMap((run) => {
    const drives = run.episodes.filter(({ problem, dream, steps }) => !problem && !dream && steps > 0);
    if (drives.length === 0) return [];
    const mean = drives.reduce((sum, drive) => sum + drive.return, 0) / drives.length;
    return [{ run, env: drives[0].env, mean }];
  });
  const alike = driven.filter(({ env }) => env === driven[0].env);
  return alike.toSorted((a, b) => b.mean - a.mean)[0]?.run ?? runs[0];
}
