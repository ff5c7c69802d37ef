import { assertEquals } from "@std/assert";
import { MetricsWriter } from "../../generative/train/mod.ts";
import { formatMetrics } from "../../tasks/model_report.ts";
import { HELD_OUT, runCharts } from "../../tasks/model_results.ts";

Deno.test("metrics are told as they were measured, also those that are not finite", () => {
  const metrics = { loss: 1.5, kl: NaN, high: Infinity, read: "-Infinity", older: null } as const;
  assertEquals(formatMetrics(metrics), "loss 1.5, kl NaN, high Infinity, read -Infinity, older ?");
});

Deno.test("a page's curves leave out what is not finite", () => {
  const folder = Deno.makeTempDirSync();
  const draw = (losses: number[]) => {
    Deno.removeSync(folder, { recursive: true });
    const writer = new MetricsWriter(folder);
    losses.forEach((loss, step) => writer.write("vae", step, { loss }));
    losses.forEach((loss, step) => writer.write(HELD_OUT, step, { loss }));
    return runCharts(folder, "vae").losses;
  };
  assertEquals(draw([3, 2, NaN, Infinity]), draw([3, 2]));
  Deno.removeSync(folder, { recursive: true });
});
