/**
 * `deno task complete SHELL`: prints what makes a shell complete `deno task NAME`. `--help` tells the rest.
 *
 * @module
 */
import project from "../deno.json" with { type: "json" };
import { type Given, Task } from "./cli.ts";
import type { Flags } from "./flags.ts";
import { PROJECT } from "./paths.ts";
import { print, runTask, UsageError } from "./run_task.ts";
import { shellWord } from "./shell_word.ts";

/** What asks for words that may follow: the words of `deno task` and, as the last, what was typed of the next one. */
const ASK = `deno run -A ${shellWord(`${PROJECT}/tasks/complete.ts`)} --words`;

/**
 * Scripts by shell. Each leaves whatever is no `deno task` in this project to what completed `deno` before, and offers
 * files where a task has no words to offer.
 */
const SCRIPTS: Record<string, string> = {
  bash: `
_somnium_before=$(complete -p deno 2>/dev/null | sed -n 's/.*-F \\([^ ]*\\) .*/\\1/p')
_somnium() {
  local folder=${shellWord(PROJECT)}
  if [[ "\${COMP_WORDS[1]}" != task || "$PWD/" != "$folder/"* || $COMP_CWORD -lt 2 ]]; then
    if [[ -n "$_somnium_before" && "$_somnium_before" != _somnium ]]; then "$_somnium_before" "$@"; else compopt -o default; fi
    return
  fi
  local offer
  COMPREPLY=()
  while IFS= read -r offer; do
    [[ -z "$offer" ]] || COMPREPLY+=("$(printf %q "$offer")")
  done < <(${ASK} "\${COMP_WORDS[@]:2:COMP_CWORD-1}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
}
complete -F _somnium deno
`,
  zsh: `
_somnium_before=\${_comps[deno]:-_files}
_somnium() {
  if [[ "\${words[2]}" != task || "$PWD/" != ${shellWord(PROJECT)}/* || $CURRENT -lt 3 ]]; then
    [[ "$_somnium_before" == _somnium ]] && _files || $_somnium_before
    return
  fi
  local -a offers=("\${(@f)$(${ASK} "\${(@)words[3,CURRENT]}" 2>/dev/null)}")
  [[ -n "$offers" ]] && compadd -a offers || _files
}
compdef _somnium deno
`,
  fish: `
function _somnium_here
  string match -q -- ${shellWord(PROJECT)}'/*' $PWD/; and __fish_seen_subcommand_from task
end
function _somnium
  set -l words (commandline -opc)
  set -l offers (${ASK} $words[3..] (commandline -ct) 2>/dev/null)
  if set -q offers[1]
    printf '%s\\n' $offers
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c deno -n _somnium_here -f -a '(_somnium)'
`,
};

/** `deno task complete SHELL`. */
export const TASK = new Task({
  name: "complete",
  help:
    "Prints a completion script for deno task: tasks, options and their values, models, data sets and runs.",
  operand: {
    name: "SHELL",
    help: `${Object.keys(SCRIPTS).join(", ")} (default: bash)`,
    wanted: "at most one shell",
    suggest: () => Object.keys(SCRIPTS),
  },
  flags: {},
  examples: [
    "complete bash >> ~/.bashrc",
    "complete zsh >> ~/.zshrc",
    "complete fish > ~/.config/fish/completions/deno.fish",
  ],
});

if (import.meta.main) {
  if (Deno.args[0] === "--words") await runTask(() => offer(Deno.args.slice(1)));
  await TASK.run(main);
}

function main({ operands: [shell = "bash"] }: Given<Flags>): void {
  if (!(shell in SCRIPTS)) {
    throw new UsageError(`Cannot complete for "${shell}": expected ${Object.keys(SCRIPTS).join(" or ")}`);
  }
  print(SCRIPTS[shell].trim());
}

/** Prints the words that may stand where the last one is being typed. */
async function offer(typed: readonly string[]): Promise<void> {
  const words = typed.filter((word) => word !== "="); // bash takes --flag=value apart
  const word = typed.at(-1) === "=" ? "" : words.pop() ?? "";
  const offers = words.length === 0
    ? Object.keys(project.tasks)
    : await wordsOf(words[0], words.slice(1), word);
  for (const offer of new Set(offers)) if (offer.startsWith(word)) print(offer);
}

async function wordsOf(name: string, args: readonly string[], word: string): Promise<string[]> {
  if (!(name in project.tasks)) return [];
  const { TASK } = await import(new URL(`./${name.replaceAll("-", "_")}.ts`, import.meta.url).href);
  return (TASK as Task<Flags>).complete(args, word);
}
