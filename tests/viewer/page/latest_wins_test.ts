import { assertEquals } from "@std/assert";
import { LatestWins } from "../../../viewer/page/state/latest_wins.ts";

/** Work that writes its name down, part by part. */
const work = (done: string[], name: string, rank: number, parts = 1) => ({
  rank,
  async *begin() {
    for (let part = 1; part <= parts; part++) {
      await Promise.resolve();
      done.push(parts === 1 ? name : `${name}.${part}`);
      if (part < parts) yield;
    }
  },
});
const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("only the newest wish of each asker is granted, one at a time, lower ranks first", async () => {
  const line = new LatestWins();
  const done: string[] = [];
  const [slider, strip] = [{}, {}];
  line.ask(strip, work(done, "strip 1", 1)); // begins at once
  line.ask(strip, work(done, "strip 2", 1));
  line.ask(slider, work(done, "slider 1", 0));
  line.ask(strip, work(done, "strip 3", 1));
  line.ask(slider, work(done, "slider 2", 0));
  await settled();
  assertEquals(done, ["strip 1", "slider 2", "strip 3"]);
});

Deno.test("long work lets lower ranks through and is finished before its asker's next wish", async () => {
  const line = new LatestWins();
  const done: string[] = [];
  const [slider, grid] = [{}, {}];
  line.ask(grid, work(done, "grid 1", 1, 3));
  line.ask(grid, work(done, "grid 2", 1));
  line.ask(slider, work(done, "slider", 0));
  await settled();
  assertEquals(done, ["grid 1.1", "slider", "grid 1.2", "grid 1.3", "grid 2"]);
});

Deno.test("what is forgotten is not begun, and not gone on with", async () => {
  const line = new LatestWins();
  const done: string[] = [];
  const [grid, gone] = [{}, {}];
  line.ask(grid, work(done, "grid", 1, 3));
  line.ask(gone, work(done, "gone", 0));
  line.forget(gone);
  line.forget(grid);
  await settled();
  assertEquals(done, ["grid.1"]);
  line.ask(grid, work(done, "again", 0));
  await settled();
  assertEquals(done, ["grid.1", "again"]);
});
