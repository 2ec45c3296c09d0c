// A program built from an empty one by menus, broken between two of its lines, and repaired: by pointer, and by keys alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { card, pick } from "./states.mjs";
import { accessibilityProblems, DIST, forAllTests, open, serve } from "./support.mjs";

const all = forAllTests();

// The shop of the dual write, with nothing in the program of Orders and no pin.
let bare;
before(async () => {
  const whole = await serve(DIST);
  const board = await (await fetch(`${whole.url}boards/dual-write.json`)).json();
  await whole.close();
  board.pins = [];
  board.tries = [];
  board.services[0].handlers[0].lines = [];
  bare = await serve(DIST, { "boards/orders.json": JSON.stringify(board) });
});
after(() => bare?.close());

const LINES = [
  ["at the start", /^begin and commit/],
  ["after begin", /^track$/],
  ["after track", /^write .* insert/],
  ["after commit", /^publish OrderPlaced to order-events/],
  ["after publish", /^reply/],
];

const words = (page) => page.locator('.prog[aria-label^="Program: on PlaceOrder"] .line:not(.heading) .kw').allInnerTexts();
const violated = (page) => page.locator('.check-chip.bad[aria-label^="Row, no message: 1"]').waitFor({ timeout: 60_000 });

async function opened() {
  const { page, problems, close } = await open(all.browser, bare.url, {});
  await card(page, "Orders").waitFor();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  return { page, problems, close };
}

/** Plays on with one second of the clock taking little. */
async function fast(page) {
  for (let press = 0; press < 5; press += 1) await page.keyboard.press("]");
}

test("a dual write is built from an empty program by menus, broken by a pin between two lines, and repaired by moving a line", async () => {
  const { page, problems, close } = await opened();
  await pick(page, "Orders");
  await page.getByRole("button", { name: "Edit", exact: true }).first().click();
  for (const [place, line] of LINES) {
    await page.getByRole("button", { name: `Add a line ${place}`, exact: true }).click();
    await page.getByRole("menuitem", { name: line }).first().click();
  }
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.getByLabel("table", { exact: true }).fill("purchases");
  await page.getByLabel("table", { exact: true }).press("Enter");
  await page.getByRole("button", { name: "Done", exact: true }).click();
  assert.deepEqual(await words(page), ["begin", "track", "write", "commit", "publish", "reply"]);
  assert.match(await page.locator(".prog").first().innerText(), /purchases/);
  assert.match(await page.locator(".hazards").first().innerText(), /leaves the row without its message/);
  await page.getByRole("button", { name: "Pin a crash between commit and publish" }).click();
  await page.getByRole("radio", { name: "comes back" }).click();
  await page.getByRole("button", { name: "Pin it" }).click();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await fast(page);
  await violated(page);
  // The way out: the same message as a row of the transaction. The switch moves the line and brings a relay.
  await page.getByRole("radio", { name: "through an outbox" }).click();
  assert.deepEqual(await words(page), ["begin", "track", "write", "outbox", "commit", "reply"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Start again at 0" }).click();
  if (await page.getByRole("button", { name: "Play", exact: true }).count()) await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => Number(document.querySelector(".clock").textContent.split(":")[0]) >= 1, null, { timeout: 60_000 });
  assert.equal(await page.locator(".check-chip.bad").count(), 0, "nothing is violated any more");
  assert.deepEqual(problems, []);
  await close();
});

test("the same by the keyboard alone", async () => {
  const { page, problems, close } = await open(all.browser, bare.url, {});
  await card(page, "Orders").waitFor();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.innerText ?? "";
    });
  const until = async (key, wanted, presses = 60) => {
    for (let press = 0; press < presses; press += 1) {
      if (wanted.test(await focused())) return;
      await page.keyboard.press(key);
    }
    assert.fail(`${key} never came to ${wanted}: ${await focused()}`);
  };
  await press("Space");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await until("Tab", /^(Web shop|Orders|Payments|Emails|Broker)/);
  await until("ArrowLeft", /^Web shop/);
  await until("ArrowRight", /^Orders/);
  await press("Enter");
  await until("Tab", /^Edit$/);
  await press("Enter");
  for (const [place, line] of LINES) {
    await until("Tab", new RegExp(`^Add a line ${place}$`));
    await press("Enter");
    await page.getByRole("menu").waitFor();
    await until("ArrowDown", line);
    await press("Enter");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await until("Shift+Tab", /^Add a line at the start$/);
  }
  await until("Shift+Tab", /^Done$/);
  await press("Enter");
  assert.deepEqual(await words(page), ["begin", "track", "write", "commit", "publish", "reply"]);
  await until("Tab", /^Pin a crash between commit and publish$/);
  await press("Enter");
  await page.getByRole("dialog", { name: "Crash between commit and publish" }).waitFor();
  await until("Tab", /^stays down$/);
  await press("ArrowRight", "Enter");
  await until("Tab", /^Pin it$/);
  await press("Enter");
  await page.locator(".gap.pinned").waitFor();
  await until("Shift+Tab", /^Play$/, 120);
  await press("Enter");
  await fast(page);
  await violated(page);
  await until("Tab", /^after the commit$/, 120);
  await until("ArrowRight", /^through an outbox$/);
  await press("Enter");
  await page.waitForFunction(() => [...document.querySelectorAll(".prog .kw")].some((word) => word.textContent === "outbox"));
  assert.deepEqual(await words(page), ["begin", "track", "write", "outbox", "commit", "reply"]);
  await press("r");
  await until("Shift+Tab", /^(Play|Pause)$/, 120);
  if ((await focused()) === "Play") await press("Enter");
  await page.waitForFunction(() => Number(document.querySelector(".clock").textContent.split(":")[0]) >= 1, null, { timeout: 60_000 });
  assert.equal(await page.locator(".check-chip.bad").count(), 0, "nothing is violated any more");
  assert.deepEqual(problems, []);
  await close();
});
