import { assert, assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";
import {
  browserTest,
  openViewer,
  type OpenViewerOptions,
  screenshot,
  tinyRunFolder,
} from "../support/browser.ts";

const VIEWS = ["watch", "drive", "model", "runs"] as const;
const SIZES = {
  "1280 pixels": { viewport: { width: 1280, height: 800 } },
  "390 pixels": { viewport: { width: 390, height: 844 }, touch: true },
} satisfies Record<string, OpenViewerOptions>;

/** Opens a view with the tiny run's episode and waits until it has settled. */
async function openSettled(view: string, options: OpenViewerOptions = {}) {
  const hash = `view=${view}&run=tiny&ep=runs/tiny/recordings/test-seed-0.rec&t=40`;
  const viewer = await openViewer({ runs: await tinyRunFolder(), hash, ...options });
  await viewer.page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  await viewer.page.waitForTimeout(1500); // what follows the model: perception, dreams, curves
  return viewer;
}

/** Every rule of axe that pages are held to. */
const ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The one that depends on colours. */
const CONTRAST = ["color-contrast"];

/** What axe finds wrong, a line for each rule, with the first elements. */
async function findViolations(page: Page, rules: string[] = ALL_RULES): Promise<string[]> {
  await page.evaluate(axe.source); // through the debugger: the page's policy refuses foreign scripts
  return await page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { runOnly });
    return violations.map(({ id, help, nodes }) => {
      const where = nodes.slice(0, 4).map(({ html, any }) =>
        `\n    ${html.slice(0, 160)} ${any[0]?.message ?? ""}`
      );
      return `${id}: ${help} (${nodes.length})${where.join("")}`;
    });
  }, rules);
}

for (const view of VIEWS) {
  browserTest(
    `${view}: axe finds nothing, dark and light, at 1280 and at 390 pixels, and nothing scrolls sideways`,
    async () => {
      const found: string[] = [];
      for (const [size, options] of Object.entries(SIZES)) {
        const { page, close } = await openSettled(view, options);
        for (const [theme, rules] of [["dark", ALL_RULES], ["light", CONTRAST]] as const) {
          await page.emulateMedia({ colorScheme: theme });
          const violations = await findViolations(page, rules);
          found.push(...violations.map((violation) => `${size}, ${theme}: ${violation}`));
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (beyond > 0) found.push(`${size}, ${theme}: ${beyond} pixels stand out at the side`);
          await screenshot(page, `accessibility_${view}_${theme}_${options.viewport.width}`);
        }
        await close();
      }
      assertEquals(found.join("\n"), "");
    },
  );
}

browserTest("runs: axe finds nothing in any part of the comparison", async () => {
  const { page, close } = await openSettled("runs");
  const found: string[] = [];
  for (const part of ["Last values", "Settings", "Pictures"]) {
    await page.getByRole("tab", { name: part }).click();
    await page.locator("#runs-part .panel, #runs-part table").first().waitFor();
    found.push(...(await findViolations(page)).map((violation) => `${part}: ${violation}`));
  }
  assertEquals(found.join("\n"), "");
  await close();
});

browserTest("axe finds nothing in the dialogs", async () => {
  const { page, close } = await openSettled("watch");
  const found: string[] = [];
  for (const [name, key] of [["help", "?"], ["palette", "Control+k"], ["saving", "g"]]) {
    await page.keyboard.press(key);
    await page.locator("dialog:modal").waitFor();
    found.push(...(await findViolations(page)).map((violation) => `${name}: ${violation}`));
    await page.keyboard.press("Escape");
    await page.locator("dialog:modal").waitFor({ state: "detached" });
  }
  assertEquals(found.join("\n"), "");
  await close();
});

/** What the walk by keyboard found; kept in the page, since elements come and go as the page is used. */
interface Walk {
  /** Controls that were there as it began and still are, but never had the focus. */
  missed: string[];
  /** Those that had it without showing it. */
  unseen: string[];
  /** How many controls there were. */
  controls: number;
}

/** Notes from now on what has the focus. */
function beginWalk(page: Page) {
  return page.evaluate(() => {
    (document.activeElement as HTMLElement)?.blur();
    const reached = new Set<Element>(), unseen = new Set<string>();
    addEventListener("focusin", ({ target }) => {
      const element = target as HTMLElement;
      reached.add(element);
      // A label may show it for its input, as around a radio button, and a handle at its knob.
      const shown = [element, element.closest("label") ?? element];
      const outlined = shown.flatMap((part) => [
        getComputedStyle(part),
        getComputedStyle(part, "::before"),
        getComputedStyle(part, "::after"),
      ]).some(({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none"
      );
      if (!outlined || !element.checkVisibility()) unseen.add(element.outerHTML.slice(0, 120));
    });
    // Of a group of radio buttons, Tab reaches the one that is chosen; what is hidden or off is left out.
    const controls = [
      ...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"),
    ]
      .filter((element) =>
        !element.matches(":disabled, [type=hidden], [tabindex='-1'], [type=radio]:not(:checked)") &&
        element.checkVisibility({ visibilityProperty: true })
      );
    Object.assign(globalThis, { walk: { reached, unseen, controls } });
  });
}

function endWalk(page: Page): Promise<Walk> {
  return page.evaluate(() => {
    const { reached, unseen, controls } = (globalThis as unknown as {
      walk: { reached: Set<Element>; unseen: Set<string>; controls: Element[] };
    }).walk;
    const missed = controls.filter((element) => element.isConnected && !reached.has(element));
    return {
      missed: missed.map((element) => element.outerHTML.slice(0, 120)),
      unseen: [...unseen],
      controls: controls.length,
    };
  });
}

for (const view of VIEWS) {
  browserTest(`${view}: Tab reaches every control, shows where it is, and comes out again`, async () => {
    const { page, close } = await openSettled(view);
    await beginWalk(page);
    let outside = 0; // the last control's Tab leads out of the page; it may also do so when what has the focus goes away
    for (let presses = 0; presses < 400 && outside < 2; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement === document.body)) outside++;
    }
    const { missed, unseen, controls } = await endWalk(page);
    assert(controls > 10, `${view} has controls`);
    assertEquals(missed.join("\n"), "", "Tab passes them by");
    assertEquals(unseen.join("\n"), "", "focus cannot be seen");
    assertEquals(outside, 2, "Tab is caught inside the page");
    await close();
  });
}
