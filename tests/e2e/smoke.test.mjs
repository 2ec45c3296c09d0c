// The release page starts under any path, as any static host would serve it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessibilityProblems, forAllTests, open, shot } from "./support.mjs";

const all = forAllTests();

test("the page starts under a sub-path, and nothing goes wrong", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  assert.equal(await page.title(), "Crosstalk");
  assert.equal(await page.locator("#loading").count(), 0, "what was shown while loading is gone");
  await shot(page, "smoke");
  assert.deepEqual(problems, []);
  await close();
});

test("the page says that it is loading before the program is there", async () => {
  const context = await all.browser.newContext();
  const page = await context.newPage();
  await page.route("**/*.wasm", () => {}); // never answered
  await page.goto(all.host.url, { waitUntil: "domcontentloaded" });
  assert.match(await page.locator("#loading[role=status]").innerText(), /Loading Crosstalk/);
  await context.close();
});

test("the page says what it needs where scripts are off", async () => {
  const context = await all.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(all.host.url);
  assert.match(await page.locator("body > noscript").innerText(), /JavaScript/);
  assert.equal(await page.locator("#loading").isVisible(), false, "it does not claim to be loading for ever");
  await context.close();
});

test("axe-core finds nothing wrong on the first screen", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await open(all.browser, all.host.url, { colorScheme });
    assert.deepEqual(await accessibilityProblems(page), [], colorScheme);
    await close();
  }
});
