import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileError } from "../../core/atomic_file.ts";
import { processIsAlive } from "../../core/process_is_alive.ts";

/** Who writes to a run. */
interface Owner {
  /** The number of the process. */
  process: number;
  /** The name of its machine. */
  machine: string;
  /** The boot of the machine, which its containers share; empty where the system does not tell. */
  boot: string;
}

/** In the run's folder; hidden, so that it is no part of the run. */
const LOCK = ".lock";

/**
 * Keeps other processes from writing to a run; readers need no lock.
 *
 * The operating system holds it (`flock` on the file `.lock`): it ends with its process, however that ends, and a
 * process number that is used again cannot be mistaken for the old one. What the file says is for people, and for
 * machines that share a folder but not its locks.
 *
 * @example
 * ```ts
 * import { RunLock } from "./run_lock.ts";
 *
 * const folder = Deno.makeTempDirSync();
 * const lock = RunLock.acquire(folder);
 * lock.release();
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export class RunLock implements Disposable {
  #file: Deno.FsFile | undefined;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Locks a run until {@link RunLock.release} or the end of this process.
   *
   * @param folder The run's; it must be there.
   * @param advice What can be done while another process writes to it.
   * @throws Error naming the process that writes to it, or the file when the folder cannot be written.
   */
  static acquire(folder: string, advice = "wait until that has ended"): RunLock {
    const path = join(folder, LOCK);
    for (;;) {
      const file = openFile(path);
      try {
        const taken = takeLock(file);
        const owner = taken === "no" ? waitForOwner(path) : readOwner(path);
        if (taken === "no" || (owner && mayBeAlive(owner, taken))) {
          throw new Error(`Cannot write to "${folder}": ${refusal(path, owner, taken, advice)}`);
        }
        if (!isAt(path, file)) { // the run was removed between our opening and locking it
          file.close();
          continue;
        }
        writeOwner(file, { process: process.pid, machine: hostname(), boot: bootOf() });
        return new RunLock(file);
      } catch (error) {
        file.close();
        throw error;
      }
    }
  }

  /** Whether a process writes to a run, as far as this machine can see; nothing is written. */
  static isHeld(folder: string): boolean {
    const path = join(folder, LOCK);
    const owner = readOwner(path);
    if (owner === undefined) return false; // there is no lock, or it was given back
    using file = Deno.openSync(path, { read: true });
    const taken = takeLock(file, false);
    if (taken === "yes") releaseLock(file);
    return taken === "no" || mayBeAlive(owner, taken);
  }

  /** Lets others write; a second call does nothing. */
  release(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      file.truncateSync(0);
    } finally {
      releaseLock(file);
      file.close();
    }
  }

  /** See {@link RunLock.release}. */
  [Symbol.dispose](): void {
    this.release();
  }
}

function openFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { create: true, read: true, write: true });
  } catch (error) {
    throw fileError("write", path, error);
  }
}

/** Whether the operating system gave us the lock; some network file systems have none to give. */
function takeLock(file: Deno.FsFile, exclusive = true): "yes" | "no" | "unknown" {
  try {
    return file.tryLockSync(exclusive) ? "yes" : "no";
  } catch {
    return "unknown";
  }
}

/** Gives the lock back at once: a child that is just being started still has the file open. */
function releaseLock(file: Deno.FsFile): void {
  try {
    file.unlockSync();
  } catch {
    // There was none to give back.
  }
}

/** What the file says, once the process that has just locked it has written its name there. */
function waitForOwner(path: string): Owner | undefined {
  for (let attempt = 0; attempt < 50; attempt++) {
    const owner = readOwner(path);
    if (owner !== undefined) return owner;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  return undefined;
}

/** What the file says; nothing where nobody writes to the run. */
function readOwner(path: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(path, "utf8"));
    return Number.isSafeInteger(owner?.process) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the last owner may still be at work although nobody holds the lock, as far as this machine can see. */
function mayBeAlive(owner: Owner, taken: "yes" | "unknown"): boolean {
  if (!isHere(owner)) return true;
  return taken === "unknown" && owner.process !== process.pid && processIsAlive(owner.process);
}

function isHere({ machine, boot }: Owner): boolean {
  return machine === hostname() || (boot !== "" && boot === bootOf());
}

function refusal(path: string, owner: Owner | undefined, taken: string, advice: string): string {
  const who = owner === undefined
    ? "another process"
    : owner.machine === hostname()
    ? `process ${owner.process}`
    : `process ${owner.process} on the machine "${owner.machine}"`;
  return taken === "yes"
    ? `${who} may still be writing to it; if it is not, remove "${path}"`
    : `${who} is writing to it; ${advice}`;
}

/** Whether the path still leads to the file. */
function isAt(path: string, file: Deno.FsFile): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === file.statSync().ino;
}

function writeOwner(file: Deno.FsFile, owner: Owner): void {
  file.truncateSync(0);
  file.seekSync(0, Deno.SeekMode.Start);
  file.writeSync(new TextEncoder().encode(JSON.stringify(owner) + "\n"));
}

/** What tells one start of the machine from the next: the same in its containers, whatever they are named. */
function bootOf(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return ""; // not Linux
  }
}
