import { assertEquals } from "@std/assert";
import { meaningsOf } from "../../../viewer/setting_meanings.ts";

Deno.test("meaningsOf() gives one text where kinds agree, one for each where they do not, none where none is known", () => {
  const seed = { help: "Seed.", details: "0 or more; default: 1" };
  const epochs = (standard: number) => ({ help: "Passes.", details: `default: ${standard}` });
  const meanings = { vae: { seed, epochs: epochs(5) }, gan: { seed, epochs: epochs(9) } };
  assertEquals(meaningsOf("seed", ["vae", "gan", "vae"], meanings), [seed]);
  assertEquals(meaningsOf("epochs", ["vae", "gan"], meanings), [
    { kind: "vae", ...epochs(5) },
    { kind: "gan", ...epochs(9) },
  ]);
  assertEquals(meaningsOf("epochs", ["gan", "unknown"], meanings), [epochs(9)]);
  assertEquals(meaningsOf("nested.batch", ["vae"], meanings), []);
  assertEquals(meaningsOf("name", ["constructor"], meanings), []);
});
