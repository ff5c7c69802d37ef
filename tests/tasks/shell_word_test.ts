import { assertEquals } from "@std/assert";
import { shellWord } from "../../tasks/shell_word.ts";

Deno.test("shellWord() gives a shell the text that it was made of", async () => {
  assertEquals(shellWord("runs/vae-fashion-default-1"), "runs/vae-fashion-default-1");
  for (
    const text of ["a b/u", "$HOME", "it's", "", "a\nb", "*", "Bärbel", '"', "`ls`", "a;b", "~", "-2e-4"]
  ) {
    const shell = new Deno.Command("sh", { args: ["-c", `printf %s ${shellWord(text)}`] });
    assertEquals(new TextDecoder().decode((await shell.output()).stdout), text);
  }
});
