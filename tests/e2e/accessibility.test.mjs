// axe-core on every panel in every theme, and what moves when little motion is asked for: nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SHEETS, STATES, card, rail } from "./states.mjs";
import { accessibilityProblems, forAllTests, open } from "./support.mjs";

const all = forAllTests();

const THEMES = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["light, high contrast", { contrast: "more" }],
  ["dark, high contrast", { colorScheme: "dark", contrast: "more" }],
];

for (const [theme, options] of THEMES) {
  test(`axe-core finds nothing wrong on any panel: ${theme}`, async () => {
    const { page, problems, close } = await open(all.browser, all.host.url, options);
    await card(page, "Payments").waitFor();
    for (const [state, bringAbout, within] of STATES) {
      await bringAbout(page);
      assert.deepEqual(await accessibilityProblems(page, within), [], state);
    }
    assert.deepEqual(problems, []);
    await close();
  });
}

test("axe-core finds nothing wrong on a phone's sheets", async () => {
  const { page, close } = await open(all.browser, all.host.url, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await card(page, "Payments").waitFor();
  for (const sheet of SHEETS) {
    await rail(page, sheet);
    assert.deepEqual(await accessibilityProblems(page), [], sheet);
  }
  await close();
});

test("with little motion asked for, nothing moves by itself: no dot, no transition, no animation", async () => {
  const { page, close } = await open(all.browser, all.host.url, { reducedMotion: "reduce" });
  await card(page, "Payments").filter({ hasText: /accounts [1-9]/ }).waitFor({ timeout: 60_000 });
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0, "no transition and no animation runs");
  const timed = await page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      const lasts = (text) => text.split(",").some((time) => parseFloat(time) > 0);
      return (style.animationName !== "none" && lasts(style.animationDuration)) || (style.transitionProperty !== "none" && lasts(style.transitionDuration));
    }).length,
  );
  assert.equal(timed, 0, "none would run");
  await close();
});
