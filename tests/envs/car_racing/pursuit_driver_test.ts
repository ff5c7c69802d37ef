import { assert } from "@std/assert";
import { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";

Deno.test("the pursuit driver finishes its laps at over 900 points", () => {
  const env = new CarRacing();
  const driver = new PursuitDriver();
  let sum = 0;
  let laps = 0;
  for (let seed = 600; seed < 610; seed++) {
    env.reset({ seed });
    driver.reset();
    for (let k = 0; k < 1000; k++) {
      const { reward, terminated, info } = env.advance(driver.act(env.view));
      sum += reward;
      if (info.lapFinished) laps++;
      if (terminated) break;
    }
  }
  assert(sum / 10 > 900, `mean ${sum / 10}`);
  assert(laps >= 9, `${laps} of 10 laps`);
});

Deno.test("a lower top speed is kept", () => {
  const env = new CarRacing();
  env.reset({ seed: 1 });
  const driver = new PursuitDriver({ topSpeed: 30 });
  let fastest = 0;
  for (let k = 0; k < 300; k++) {
    env.advance(driver.act(env.view));
    fastest = Math.max(fastest, Math.hypot(env.view.velocity.x, env.view.velocity.y));
  }
  assert(fastest > 25 && fastest < 40, `${fastest} u/s`);
});
