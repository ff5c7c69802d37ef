import { fileURLToPath } from "node:url";
import { hostname } from "node:os";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { RunFolder, RunLock } from "../../../generative/train/mod.ts";

const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const MODULE = new URL("../../../generative/train/run_folder.ts", import.meta.url).href;

async function inFolder(body: (root: string) => Promise<void> | void): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** A process that opens the run "one", says so, and holds it until its standard input ends. */
function openElsewhere(root: string): Deno.ChildProcess {
  const program = `
    import { RunFolder } from "${MODULE}";
    try {
      RunFolder.open("one", { root: "${root}", config: { seed: 1 } });
      console.log("open");
      await Deno.stdin.read(new Uint8Array(1));
    } catch (error) {
      console.log(error.message);
    }`;
  const path = Deno.makeTempFileSync({ dir: root, suffix: ".ts" });
  Deno.writeTextFileSync(path, program);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-check", `--config=${CONFIG}`, path],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** What a process said first; the rest is of no interest. */
async function firstWords(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value).trim();
}

const open = (root: string) => RunFolder.open("one", { root, config: { seed: 1 } });

Deno.test("a run that another process writes to is refused, and that process is named", async () => {
  await inFolder(async (root) => {
    const child = openElsewhere(root);
    assertEquals(await firstWords(child), "open");
    const { message } = assertThrows(() => open(root), Error);
    assertEquals(
      message,
      `Cannot write to "${root}/one": process ${child.pid} is writing to it; wait until that has ended, or choose another name`,
    );
    assertEquals(RunFolder.load(`${root}/one`).config, { seed: 1 }); // to read it is always possible
    await child.stdin.close();
    await child.status;
    open(root).close();
  });
});

Deno.test("of processes that start at once exactly one opens the run; the others name it", async () => {
  await inFolder(async (root) => {
    const children = Array.from({ length: 4 }, () => openElsewhere(root));
    const words = await Promise.all(children.map(firstWords));
    const owner = children[words.indexOf("open")];
    assertEquals(words.filter((said) => said === "open").length, 1);
    for (const said of words.filter((said) => said !== "open")) {
      assertStringIncludes(said, `process ${owner.pid} is writing to it`);
    }
    for (const child of children) {
      await child.stdin.close().catch(() => {}); // those that were refused are gone
      await child.status;
    }
  });
});

Deno.test("a run whose process was killed goes on, without what it left half-written", async () => {
  await inFolder(async (root) => {
    const child = openElsewhere(root);
    await firstWords(child);
    child.kill("SIGKILL");
    await child.status;
    await child.stdin.close().catch(() => {});
    const left = `${root}/one/checkpoints/parameters.3.safetensors.${child.pid}.partial`;
    Deno.writeTextFileSync(left, "half");
    using run = open(root);
    assert(run.resumed);
    assertEquals([...Deno.readDirSync(`${root}/one/checkpoints`)], []);
  });
});

Deno.test("a process number that is used again does not keep a run closed", async () => {
  await inFolder((root) => {
    open(root).close();
    const owner = { process: Deno.ppid, machine: hostname(), boot: "" };
    Deno.writeTextFileSync(`${root}/one/.lock`, JSON.stringify(owner));
    open(root).close();
    Deno.writeTextFileSync(`${root}/one/.lock`, "damaged");
    open(root).close();
  });
});

Deno.test("a run that another machine wrote to last, and never closed, is left to its user to decide", async () => {
  await inFolder((root) => {
    open(root).close();
    const path = `${root}/one/.lock`;
    Deno.writeTextFileSync(path, JSON.stringify({ process: 7, machine: "far-away", boot: "another" }));
    const { message } = assertThrows(() => open(root), Error);
    assertEquals(
      message,
      `Cannot write to "${root}/one": process 7 on the machine "far-away" may still be writing to it; if it is not, remove "${path}"`,
    );
    Deno.removeSync(path);
    open(root).close();
  });
});

Deno.test("a lock is one process's own, ends when it is released, and needs a folder that can be written", async () => {
  await inFolder((root) => {
    const lock = RunLock.acquire(root);
    assertThrows(() => RunLock.acquire(root), Error, `process ${Deno.pid} is writing to it`);
    lock.release();
    lock.release();
    {
      using _again = RunLock.acquire(root);
      assertThrows(() => RunLock.acquire(root), Error, "is writing to it");
    }
    RunLock.acquire(root).release();
    assertThrows(() => RunLock.acquire(`${root}/none`), Error, "no such file or folder");
  });
});

Deno.test("RunFolder.open() lets the run go when it cannot be opened, and remove() leaves nothing", async () => {
  await inFolder((root) => {
    open(root).close();
    assertThrows(() => RunFolder.open("one", { root, config: { seed: 2 } }), Error, "seed is 1");
    open(root).remove();
    assertEquals([...Deno.readDirSync(root)], []);
    using run = open(root);
    assertEquals(run.resumed, false);
  });
});
