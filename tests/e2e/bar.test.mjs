// The bar at the top has room for everything at any width, also where much is violated.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { DIST, accessibilityProblems, forAllTests, open, serve } from "./support.mjs";

const all = forAllTests();

/** The dual write, with a crash before an ack, a poison message, and one more service that acknowledges too early. */
async function muchIsViolated() {
  const board = JSON.parse(await readFile(join(DIST, "boards/dual-write.json"), "utf8"));
  const payments = board.services.find(({ title }) => title === "Payments");
  const emails = board.services.find(({ title }) => title === "Emails");
  const lines = structuredClone(payments.handlers[0].lines);
  const ack = lines.find((line) => line.do === "ack");
  const early = [ack, ...lines.filter((line) => line !== ack)];
  board.services.push({ id: 40, title: "Ledger", x: 936, y: 800, handlers: [{ ...payments.handlers[0], lines: early }] });
  board.wires.push({ id: 40, is: { consume: { to: 40, topic: "order-events", group: "ledger" } } });
  const commit = lines.find((line) => line.do === "commit");
  board.pins.push(
    { service: payments.id, gap: { after: commit.id }, does: "crash", often: "once" },
    { service: 40, gap: { after: ack.id }, does: "crash", often: { nth: 2 }, back_after_ms: 4000 },
    { service: emails.id, gap: { after: emails.handlers[0].lines[0].id }, does: "fail", often: "always", key: 1 },
  );
  return JSON.stringify(board);
}

/** What of the bar is cut off, lies outside of the window, or lies upon something else in it. */
const misplaced = (page) =>
  page.evaluate(() => {
    const bar = document.querySelector(".top");
    const shown = [...bar.querySelectorAll("button, input, select, .clock, .speed span, .pending")].filter((it) => it.offsetParent && !it.closest(".check-card"));
    const name = (it) => it.ariaLabel || it.textContent.trim() || it.className;
    const rect = new Map(shown.map((it) => [it, it.getBoundingClientRect()]));
    const frame = bar.getBoundingClientRect();
    const outside = (it) => {
      const { left, right, top, bottom } = rect.get(it);
      return left < 0 || right > innerWidth || top < frame.top || bottom > frame.bottom;
    };
    const cut = (it) => it.matches("button") && it.scrollWidth > it.clientWidth + 1;
    const upon = (one, other) => {
      const [a, b] = [rect.get(one), rect.get(other)];
      return !one.contains(other) && !other.contains(one) && a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
    };
    return [
      ...shown.filter(outside).map((it) => `${name(it)} is outside`),
      ...shown.filter(cut).map((it) => `${name(it)} is cut`),
      ...shown.flatMap((one, at) => shown.slice(at + 1).filter((other) => upon(one, other)).map((other) => `${name(one)} on ${name(other)}`)),
    ];
  });

test("at every moment of a run the bar shows only what it has room for", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  for (let press = 0; press < 6; press += 1) await page.keyboard.press("]");
  for (const width of [1440, 1200, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (let look = 0; look < 12; look += 1) {
      // What has changed is measured in the frame after it.
      const widths = await page.evaluate(async () => {
        const row = document.querySelector(".verdict");
        const fits = () => row.scrollWidth <= row.clientWidth;
        for (let frame = 0; frame < 4; frame += 1) {
          await new Promise((drawn) => requestAnimationFrame(drawn));
          if (fits()) return null;
        }
        return [row.dataset.fit, row.scrollWidth, row.clientWidth];
      });
      assert.equal(widths, null, `at ${width}`);
      await page.waitForTimeout(150);
    }
  }
  assert.deepEqual(problems, []);
  await close();
});

test("with five violated checks nothing of the bar is cut off, and all of them can be reached by keyboard", async () => {
  const host = await serve(DIST, { "boards/orders.json": await muchIsViolated() });
  try {
    const { page, problems, close } = await open(all.browser, host.url);
    for (let press = 0; press < 8; press += 1) await page.keyboard.press("]");
    const button = page.locator(".all-checks");
    await page.waitForFunction(() => document.querySelector(".how-bad")?.textContent.startsWith("5"), null, { timeout: 60_000 });
    await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
    for (const width of [1920, 1440, 1200, 1101, 1024, 701, 390, 360]) {
      await page.setViewportSize({ width, height: 844 });
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
      assert.deepEqual(await misplaced(page), [], `at ${width}`);

      await button.focus();
      await page.keyboard.press("Enter");
      const rows = page.locator(".all-checks-list button");
      await rows.first().waitFor();
      const names = (await rows.locator("b").allTextContents()).slice(0, 5);
      assert.deepEqual(names, ["Done twice", "Row, no message", "Stuck", "Poison", "Committed early"], "what is violated comes first");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      const card = page.getByRole("region", { name: "Done twice", exact: true });
      await card.waitFor();
      const box = await card.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width, `the card is in the window at ${width}`);
      await page.keyboard.press("Escape");
      await card.waitFor({ state: "detached" });
      const focused = await page.evaluate(() => document.activeElement?.matches(".check-chip") && document.activeElement.offsetParent !== null);
      assert.ok(focused, `the focus is on what stands for the check at ${width}`);
    }
    assert.deepEqual(await accessibilityProblems(page, ".top"), []);
    assert.deepEqual(problems, []);
    await close();
  } finally {
    await host.close();
  }
});
