import { assertEquals, assertMatch } from "@std/assert";
import { applyDriving, presentDriving } from "../../../viewer/page/drive/drive_link.ts";
import {
  assisted,
  autopilot,
  chooseSeed,
  driveDreamSeed,
  drivePlace,
  driver,
  driveSeed,
  driveTemperature,
  followsEpisode,
  ghostShown,
  longDrive,
  reconstructionShown,
} from "../../../viewer/page/drive/drive_settings.ts";
import { applyLatents, presentLatents } from "../../../viewer/page/latents/latents_link.ts";
import {
  belongTo,
  choose,
  chooseSecond,
  held,
  hold,
  ordering,
  path,
  picked,
  pickedAbout,
  pickedEnds,
  pickedSecond,
  seed,
  traversalShape,
} from "../../../viewer/page/latents/latents_state.ts";
import type { Lab } from "../../../viewer/lab/lab.ts";
import { acting, actingFields } from "../../../viewer/page/state/acting.ts";
import { model } from "../../../viewer/page/state/session.ts";
import { presentLink } from "../../../viewer/page/state/deep_link.ts";
import { firstLook } from "../../../viewer/page/state/first_look.ts";
import { decodeLink, encodeLink } from "../../../viewer/page/state/link.ts";
import { linkCaution } from "../../../viewer/page/state/link_caution.ts";
import { panes, togglePane } from "../../../viewer/page/state/panes.ts";

const driving = () => [
  drivePlace.value,
  driver.value,
  autopilot.value,
  followsEpisode.value,
  longDrive.value,
  driveTemperature.value,
  driveDreamSeed.value,
  assisted.value,
  ghostShown.value,
  reconstructionShown.value,
];
const DRIVING = ["reality", "human", "controller", true, false, 1, 0, true, true, true];

Deno.test("a link brings back how one drives, through the page's address", () => {
  assertEquals([presentDriving(), driving()], [undefined, DRIVING]);
  drivePlace.value = "dream";
  driver.value = "agent";
  autopilot.value = "scripted";
  chooseSeed(0); // another episode's seed would not be 0
  longDrive.value = true;
  driveTemperature.value = 0.35;
  driveDreamSeed.value = 12;
  assisted.value = ghostShown.value = reconstructionShown.value = false;
  const before = driving();
  const link = decodeLink(encodeLink({ view: "drive", drive: presentDriving() })).drive!;
  applyDriving("");
  assertEquals([presentDriving(), driving()], [undefined, DRIVING]);
  applyDriving(link);
  assertEquals([driving(), driveSeed.value], [before, 0]);
  applyDriving("place:moon,wheel:me,track:-4,seconds:7,temp:99,seed:1.5,assist:maybe,,:");
  assertEquals(driving(), DRIVING);
});

Deno.test("a link brings back what the run's agent is asked for, as far as it may be", () => {
  const shape = { type: "number" } as const;
  const askedReturn = {
    help: "",
    details: "",
    wanted: "a number",
    shape,
    default: 200,
    usual: [-9, 200] as const,
  };
  const driver = { environment: "CartPole-v1", frameSkip: 1, acting: { askedReturn } };
  const card = { id: 1, kind: "asked", name: "asked", parameters: {}, latentSize: 0, abilities: [], driver };
  assertEquals(actingFields.value, {});
  model.value = { status: "ready", value: { card, lab: {} as Lab } };
  acting.value = { askedReturn: -3.5 };
  assertEquals(presentDriving(), "ask-askedReturn:-3.5");
  applyDriving("");
  assertEquals([acting.value, presentDriving()], [{}, undefined]);
  applyDriving("ask-askedReturn:-3.5,ask-courage:7");
  assertEquals(acting.value, { askedReturn: -3.5 });
  for (const wrong of ["much", "201", "", "200"]) { // the last is the default
    applyDriving(`ask-askedReturn:${wrong}`);
    assertEquals(acting.value, {}, wrong);
  }
  applyDriving("");
  model.value = { status: "empty" };
});

const latents = (): unknown[] => [
  picked.value,
  pickedSecond.value,
  [...held.value],
  pickedEnds.value,
  path.value,
  pickedAbout.value,
  traversalShape.value,
  ordering.value,
  seed.value,
];
const LATENTS: unknown[] = [
  undefined,
  undefined,
  [],
  { A: undefined, B: undefined },
  "linear",
  undefined,
  "strip",
  "telling",
  0,
];

Deno.test("a link brings back what was set in the latents, through the page's address", () => {
  applyLatents("", "default-2");
  assertEquals([presentLatents(), latents()], [undefined, LATENTS]);
  choose(3);
  chooseSecond(17);
  hold(3, -1.25);
  hold(11, 2);
  pickedEnds.value = { A: 0, B: 130 };
  path.value = "spherical";
  pickedAbout.value = "prior";
  traversalShape.value = "grid";
  ordering.value = "index";
  seed.value = 9;
  const before = latents();
  const link = decodeLink(encodeLink({ view: "model", latents: presentLatents() })).latents!;
  applyLatents("", "default-2");
  assertEquals(latents(), LATENTS);
  applyLatents(link, "default-2");
  belongTo("default-2"); // as the view does when it opens
  assertEquals(latents(), before);
  applyLatents("z:-1,with:x,hold:3:1.5/7/8:--2/9:1e9,a:1.5,along:hill,seed:-1", "default-2");
  assertEquals(latents(), LATENTS.with(2, [[3, 1.5]]));
  applyLatents("", undefined);
});

Deno.test("a link holds values for hundreds of dimensions", () => {
  const many = Array.from({ length: 512 }, (_, i) => `${i}:-1.234`).join("/");
  assertEquals(decodeLink(encodeLink({ latents: `hold:${many}` })).latents, `hold:${many}`);
});

Deno.test("a link that others cannot follow says so, and what to do", () => {
  const caution = (hostname: string, more: { served?: boolean; local?: boolean } = {}) =>
    linkCaution({ hostname, served: true, local: false, ...more });
  for (const hostname of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
    assertMatch(caution(hostname)!, /this machine only: .*--hostname.*--export/);
    assertMatch(caution(hostname, { served: false })!, /this machine only: .*web server/);
    assertMatch(caution(hostname, { local: true })!, /save its recording/);
  }
  assertEquals(["192.168.1.7", "somnium.example.org", "localhost.example.org"].map((name) => caution(name)), [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("panes that are as at first are not in the link, however they came there", () => {
  const before = presentLink().panes;
  togglePane("compare");
  assertEquals(presentLink().panes, panes.value);
  togglePane("compare");
  assertEquals([before, presentLink().panes], [undefined, undefined]);
});

Deno.test("an episode opens where something is to be seen, and its dream starts before that", () => {
  const look = (env: string, steps: number, stepLength = 1) =>
    firstLook({ header: { env }, steps, stepLength } as Parameters<typeof firstLook>[0]);
  assertEquals(look("CarRacing-v3", 1000), { look: 100, dream: 60 });
  assertEquals(look("CarRacing-v3", 250, 4), { look: 25, dream: 15 });
  assertEquals(look("CarRacing-v3", 40), { look: 20, dream: 12 });
  assertEquals(look("CarRacing-v3", 0), { look: 0, dream: 0 });
  assertEquals(look("CartPole-v1", 500), { look: 0, dream: 0 });
});
