import { assertEquals, assertStringIncludes } from "@std/assert";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runTask } from "../support/run_task.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** What is typed before TAB in the project, and what is offered then. */
const TYPED: [words: string[], offers: string[]][] = [
  [["deno", "task", "rel"], ["release"]],
  [["deno", "task", "train", "vae-fashion", "--lat"], ["--latent-size"]],
  [["deno", "task", "data", "--split", "te"], ["test"]],
  [["deno", "task", "data", "--split", ""], ["train", "test"]],
  [["deno", "task", "evaluate", "car-ra"], ["car-racing"]],
];

/** Runs a program of a shell in the project; `deno` is the one that runs this test. */
async function runShell(shell: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(shell, {
    args,
    cwd: project,
    env: { NO_COLOR: "1", PATH: [dirname(Deno.execPath()), Deno.env.get("PATH")].join(delimiter) },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([code, err], [0, ""], `${shell}: ${err}`);
  return out;
}

/** Whether a shell is on this machine. */
function has(shell: string): boolean {
  try {
    return new Deno.Command(shell, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

const scriptOf = async (shell: string) => (await runTask("complete", [shell])).stdout;

/** Calls `press`, which each shell's test defines, as if TAB were pressed after the last word. */
const press = (words: string[]) => `press ${words.map((word) => `'${word}'`).join(" ")}`;

/** Offers after each question, apart. */
const parts = (stdout: string) =>
  stdout.split("next\n").slice(0, -1).map((offers) => offers.trim().split("\n"));

Deno.test("TAB in bash offers tasks, options, values and runs, and elsewhere what it offered before", async () => {
  // `compopt` speaks to readline, which is not there.
  const head = [
    "compopt() { COMPREPLY=(files); }",
    "earlier() { COMPREPLY=(earlier); }",
    "complete -F earlier deno",
    await scriptOf("bash"),
    "complete -p deno",
    'press() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _somnium deno; printf "%s\\n" "${COMPREPLY[@]}" next; }',
  ];
  const questions = [
    ...TYPED.map(([words]) => words),
    ["deno", "task", "data", "--split", "=", "te"], // as readline takes --split=te apart
    ["deno", "task", "inspect", "nothing-like-it"],
    ["deno", "ru"],
  ].map(press);
  const stdout = await runShell("bash", [
    "--norc",
    "-c",
    [...head, ...questions, "cd /", "press deno task rel"].join("\n"),
  ]);
  assertStringIncludes(stdout, "complete -F _somnium deno\n");
  assertEquals(parts(stdout.slice(stdout.indexOf("\n") + 1)), [
    ...TYPED.map(([, offers]) => offers),
    ["test"],
    ["files"],
    ["earlier"],
    ["earlier"],
  ]);
});

Deno.test({
  name: "TAB in zsh offers the same",
  ignore: !has("zsh"),
  fn: async () => {
    // Stand-ins for the completion system, which works in a terminal alone.
    const head = [
      "typeset -A _comps",
      "compdef() { :; }",
      '_files() { print -l files; }; compadd() { print -l -- "${(@P)2}"; }',
      await scriptOf("zsh"),
      'press() { words=("$@"); CURRENT=$#; _somnium; print next; }',
    ];
    const questions = [...TYPED.map(([words]) => words), ["deno", "ru"]].map(press);
    const stdout = await runShell("zsh", ["-f", "-c", [...head, ...questions].join("\n")]);
    assertEquals(parts(stdout), [...TYPED.map(([, offers]) => offers), ["files"]]);
  },
});

Deno.test({
  name: "TAB in fish offers the same",
  ignore: !has("fish"),
  fn: async () => {
    const questions = [
      ...TYPED.map(([words]) => words),
      ["deno", "task", "inspect", "SECU"],
      ["deno", "run", "SECU"],
    ].map((words) => `complete -C '${words.join(" ")}'; echo next`);
    const stdout = await runShell("fish", [
      "--no-config",
      "-c",
      [await scriptOf("fish"), ...questions].join("\n"),
    ]);
    const offers = parts(stdout).map((some) => some.toSorted());
    assertEquals(offers, [...TYPED.map(([, offers]) => offers.toSorted()), ["SECURITY.md"], ["SECURITY.md"]]);
  },
});

Deno.test("a shell that is not known is refused by name", async () => {
  const { code, stderr } = await runTask("complete", ["tcsh"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot complete for "tcsh": expected bash or zsh or fish');
});
