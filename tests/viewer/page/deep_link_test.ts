import { assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { CAMERA_MODES } from "../../../viewer/page/state/camera_mode.ts";
import { decodeLink, encodeLink, type LinkState } from "../../../viewer/page/state/link.ts";
import { PANES } from "../../../viewer/page/state/panes.ts";
import { VIEWS } from "../../../viewer/page/state/session.ts";

const NAMES = [
  "default-2",
  "runs/a b/recordings/test-seed-0.rec",
  "scripted:7",
  "agent:läuft & läuft:3",
  "50 %",
  "a+b=c#d",
];

function randomLink(stream: RandomStream): LinkState {
  const maybe = <T>(value: T) => stream.uniform() < 0.6 ? value : undefined;
  const whole = (limit: number) => Math.floor(stream.uniform() * limit);
  const pick = <T>(from: readonly T[]) => from[whole(from.length)];
  const panes = PANES.filter(() => stream.uniform() < 0.5);
  const from = whole(1000);
  const link = {
    view: maybe(pick(VIEWS)),
    run: maybe(pick(NAMES)),
    ep: maybe(pick(NAMES)),
    t: maybe(whole(1001)),
    dream: maybe(stream.uniform() < 0.2 ? "off" as const : whole(1001)),
    horizon: maybe(1 + whole(250)),
    temp: maybe(whole(31) / 20),
    n: maybe(1 + whole(16)),
    seed: maybe(whole(2 ** 31 - 1)),
    driver: maybe(pick(["recorded", "agent"] as const)),
    panes: panes.length > 0 ? panes : undefined,
    with: maybe(["rssm-1", "a b", "50 %"].slice(whole(3))),
    range: maybe([from, from + whole(200)] as const),
    camera: maybe(pick(CAMERA_MODES)),
    drive: maybe(`place:dream,track:${whole(100)}`),
    latents: maybe(`z:3,hold:3:-1.5/7:${whole(4)}`),
  };
  return Object.fromEntries(Object.entries(link).filter(([, value]) => value !== undefined));
}

Deno.test("a link says again what was put into it, for many states", () => {
  const stream = new RandomStream(1);
  for (let i = 0; i < 1000; i++) {
    const link = randomLink(stream);
    assertEquals(decodeLink(`#${encodeLink(link)}`), link);
  }
});

Deno.test("a link reads as people would write it", () => {
  const link = encodeLink({
    view: "watch",
    run: "default-2",
    ep: "runs/default-2/recordings/test-seed-0.rec",
    t: 340,
    dream: 300,
    temp: 0.8,
    panes: ["real", "dream"],
    range: [100, 200],
  });
  assertEquals(
    link,
    "view=watch&run=default-2&ep=runs/default-2/recordings/test-seed-0.rec&t=340&dream=300&temp=0.8&panes=real,dream" +
      "&range=100-200",
  );
  assertEquals(decodeLink("#ep=12&t=340&dream=300&temp=0.8&panes=real,dream"), {
    ep: "12",
    t: 340,
    dream: 300,
    temp: 0.8,
    panes: ["real", "dream"],
  });
  assertEquals(decodeLink("#with=rssm-1,,storm-1,rssm-1"), { with: ["rssm-1", "storm-1"] });
  assertEquals(decodeLink("#with=,"), {});
});

Deno.test("what a link cannot mean is ignored, and the rest of it holds", () => {
  assertEquals(
    decodeLink("#view=nowhere&t=12&temp=99&n=0&seed=-1&range=9-3&panes=sky&driver=me&colour=red"),
    { t: 12 },
  );
  assertEquals(decodeLink("t=1e3&dream=NaN&n=2.5&seed=0x10&horizon=&run="), {});
  assertEquals(decodeLink("#t=%E0%A4%A&view=runs&t=5"), { view: "runs" });
  assertEquals(decodeLink("#__proto__=1&constructor=2&toString=3"), {});
});

Deno.test("no rubbish makes reading fail, or hides what stands beside it", () => {
  const stream = new RandomStream(2);
  const signs = "view=&#%?+,-;\u0000\ud800ä😀019.eE";
  for (let i = 0; i < 2000; i++) {
    const length = Math.floor(stream.uniform() * 40);
    const text = Array.from({ length }, () => signs[Math.floor(stream.uniform() * signs.length)]).join("");
    assertEquals(decodeLink(`${text}&t=7`).t, 7, text);
  }
});

Deno.test("a name that is not well-formed text can still be linked to", () => {
  assertEquals(decodeLink(encodeLink({ run: "half\ud800" })), { run: "half\ufffd" });
});
