// What has the focus can be taken away: the browser then says that the focus leaves, when its signals are gone already.
import assert from "node:assert/strict";
import { test } from "node:test";
import { forAllTests, open } from "./support.mjs";

const all = forAllTests();

test("a gap, its card and a setting that have the focus go with the inspector's page, and nothing breaks", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  const payments = () => page.locator(".card.service").filter({ hasText: "Payments" }).locator("h3").click();
  const away = () => page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));
  const gap = page.getByRole("button", { name: "Pin a crash between commit and ack" });
  await page.locator(".card.service").first().waitFor();

  await payments();
  await gap.focus();
  await away();
  await gap.waitFor({ state: "detached" });

  await payments();
  await gap.click();
  await page.getByRole("radio", { name: "always" }).focus();
  await page.locator(".card.service").filter({ hasText: "Orders" }).locator("h3").evaluate((card) => card.click());
  await payments();

  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("session.timeout.ms").fill("9");
  await page.locator("main").click({ position: { x: 500, y: 20 } });
  await page.getByRole("heading", { name: "Payments" }).first().waitFor();

  await page.locator(".check-chip").first().focus();
  await payments();
  assert.deepEqual(problems, []);
  await close();
});
