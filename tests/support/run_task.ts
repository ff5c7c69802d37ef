import { fileURLToPath } from "node:url";

/** What a task left behind. */
export interface TaskResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** What is asked of {@link runTask} beside its arguments. */
export interface TaskOptions {
  /** More environment variables. */
  env?: Record<string, string>;
  /** Bytes for its standard input; none by default. */
  input?: Uint8Array<ArrayBuffer>;
  /** A shell command that runs first in the same shell, such as `ulimit -f 100`. */
  before?: string;
  /** Kills the task with this signal when a line of its standard output says so; the task goes on while it is asked. */
  kill?: (line: string) => Deno.Signal | undefined | Promise<Deno.Signal | undefined>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs `tasks/<name>.ts` as a process of its own. */
export async function runTask(name: string, args: string[], options: TaskOptions = {}): Promise<TaskResult> {
  const deno = ["run", "-A", "--no-check", `tasks/${name}.ts`, ...args];
  const [command, commandArgs] = options.before === undefined
    ? [Deno.execPath(), deno]
    : ["bash", ["-c", `${options.before}; exec "$0" "$@"`, Deno.execPath(), ...deno]];
  const child = new Deno.Command(command, {
    args: commandArgs,
    cwd: root,
    env: { NO_COLOR: "1", ...options.env },
    stdin: options.input ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = feed(child, options.input);
  const stderr = new Response(child.stderr).text();
  let stdout = "", rest = "", killed = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    stdout += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const signal = killed ? undefined : await options.kill?.(line);
      if (!signal) continue;
      killed = true;
      child.kill(signal);
    }
  }
  await fed;
  const { code } = await child.status;
  return { code, stdout, stderr: await stderr };
}

async function feed(child: Deno.ChildProcess, input: Uint8Array | undefined): Promise<void> {
  if (!input) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(input);
    await writer.close();
  } catch {
    // The task ended before it had read everything: its exit code tells why.
  }
}
