import { assertEquals } from "@std/assert";
import { LatestWins } from "../../../viewer/page/latents/latest_wins.ts";

Deno.test("only the newest wish of each asker is granted, one at a time, lower ranks first", async () => {
  const line = new LatestWins();
  const done: string[] = [];
  let [active, most] = [0, 0];
  const job = (name: string, rank: number) => ({
    rank,
    async start() {
      most = Math.max(most, ++active);
      await Promise.resolve();
      done.push(name);
      active--;
    },
  });
  const [slider, strip] = [{}, {}];
  line.ask(strip, job("strip 1", 1)); // starts at once
  line.ask(strip, job("strip 2", 1));
  line.ask(slider, job("slider 1", 0));
  line.ask(strip, job("strip 3", 1));
  line.ask(slider, job("slider 2", 0));
  const gone = {};
  line.ask(gone, job("gone", 0));
  line.forget(gone);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(done, ["strip 1", "slider 2", "strip 3"]);
  assertEquals(most, 1);
});
