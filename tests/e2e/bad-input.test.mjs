// Bad boards in the page: a message, and what was open stays.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { DIST, launch, open, serve } from "./support.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const whole = await readFile(`${DIST}/boards/dual-write.json`, "utf8");
const changed = (change) => {
  const board = JSON.parse(whole);
  change(board);
  return JSON.stringify(board);
};

for (const [what, content, named] of [
  ["empty", " ", /empty/],
  ["cut short", whole.slice(0, whole.length / 2), /line \d+/],
  ["of a wrong type", changed((board) => (board.services[0].title = 7)), /services\[0\]\.title/],
  ["with a number out of range", changed((board) => (board.brokers[0].topics[0].partitions = 65)), /1 to 64 partitions, not 65/],
  ["100,000 brackets deep", "[".repeat(100_000), /line 1/],
  ["of a schema that is not known", changed((board) => (board.schema = 99)), /version 99/],
]) {
  test(`a board ${what} is refused with a sentence, and what was open stays`, async () => {
    const host = await serve(DIST, { "boards/dual-write.json": content });
    const { page, problems, close } = await open(browser, host.url);
    await page.locator(".card.service").first().waitFor();
    await page.getByRole("button", { name: "Boards" }).click();
    await page.getByRole("dialog", { name: "Boards" }).getByRole("button", { name: /^Dual write/ }).click();
    const notice = page.locator(".notice-place");
    await notice.getByText(/cannot be opened/).waitFor();
    assert.match(await notice.innerText(), named);
    assert.match(await page.locator("header").first().innerText(), /Orders through an outbox/);
    assert.equal(await page.locator(".card.service").count(), 3);
    assert.deepEqual(problems, []);
    await close();
    await host.close();
  });
}
