// deno-lint-ignore-file no-console -- a benchmark prints
import { fileURLToPath } from "node:url";
import { findPython } from "../tasks/find_python.ts";

/** What Keras needs for a step of a model. */
export interface KerasTime {
  /** The fastest call. */
  milliseconds: number;
  /** Trainable parameters. */
  parameters: number;
}

/** Printed where no Keras is found. */
export const NO_KERAS = "Keras: no Python with TensorFlow found (SOMNIUM_PYTHON, python3, python)";

/** Prints where Keras measured a model of another size than the lab's, whose trainable parameters are given. */
export function compareSizes(name: string, keras: KerasTime, parameters: number): void {
  if (keras.parameters === parameters) return;
  console.log(`${name}: Keras's has ${keras.parameters} trainable parameters, the lab's ${parameters}`);
}

/** Keras in a Python process beside the lab's, see `keras/serve.py`. */
export class KerasPeer {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  #text = "";

  /** Starts one; undefined where no Python with TensorFlow is found. */
  static start(): KerasPeer | undefined {
    const python = findPython("tensorflow");
    return python === undefined ? undefined : new KerasPeer(python);
  }

  private constructor(python: string) {
    this.#process = new Deno.Command(python, {
      args: [fileURLToPath(new URL("keras/serve.py", import.meta.url))],
      env: { TF_CPP_MIN_LOG_LEVEL: "3" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#requests = this.#process.stdin.getWriter();
    this.#answers = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Measures a step; undefined for a model that `keras/` does not have. @throws Error saying what failed in Python. */
  async measure(
    request: { model: string; batch: number; calls: number } & Record<string, unknown>,
  ): Promise<KerasTime | undefined> {
    await this.#requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#answers.read();
      if (done) throw new Error(`Cannot measure ${request.model} in Keras: its process ended`);
      this.#text += value;
    }
    const [line, ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    const answer = JSON.parse(line);
    if (answer.error) throw new Error(`Cannot measure ${request.model} in Keras: ${answer.error}`);
    return answer.missing ? undefined : answer;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#requests.close();
    await this.#answers.cancel();
    await this.#process.status;
  }
}
