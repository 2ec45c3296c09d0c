// The stage by hand: cards are dragged and their wires follow, failures are offered where the thing is, time has its keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { card } from "./states.mjs";
import { forAllTests, open } from "./support.mjs";

const all = forAllTests();

const clock = async (page) => {
  const [minutes, seconds] = (await page.locator(".clock").innerText()).split(":").map(Number);
  return minutes * 60 + seconds;
};
/** A page with the default board, standing still. */
async function still(options) {
  const opened = await open(all.browser, all.host.url, options);
  await card(opened.page, "Payments").waitFor();
  await opened.page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  return opened;
}

test("a card follows the mouse in steps of the grid, and its wires follow the card", async () => {
  const { page, problems, close } = await still();
  const emails = card(page, "Emails");
  const line = page.getByRole("button", { name: /^Wire order-events to Emails/ }).locator("path.line:not(.leaving)");
  const [from, curve] = [await emails.boundingBox(), await line.getAttribute("d")];
  const style = () => emails.evaluate((element) => element.style.transform.match(/-?\d+(\.\d+)?/g).map(Number));
  await page.mouse.move(from.x + 60, from.y + 15);
  await page.mouse.down();
  await page.mouse.move(from.x + 31, from.y + 71, { steps: 6 });
  await page.mouse.up();
  await page.waitForFunction(([line, before]) => line.getAttribute("d") !== before, [await line.elementHandle(), curve]);
  const to = await emails.boundingBox();
  assert.ok(to.x < from.x - 15 && to.y > from.y + 40, "it went where it was dragged");
  assert.deepEqual((await style()).map((length) => length % 16), [0, 0]);
  assert.deepEqual(problems, []);
  await close();
});

test("a drag with Space or the middle button and the wheel move the camera, Ctrl and the wheel zoom, Shift+1 brings all back", async () => {
  const { page, close } = await still();
  const broker = card(page, "Broker");
  const percent = page.locator(".percent");
  const [home, whole] = [await broker.boundingBox(), await percent.innerText()];
  await page.mouse.click(700, 110);
  await page.mouse.down({ button: "middle" });
  await page.mouse.move(670, 110, { steps: 4 });
  await page.mouse.up({ button: "middle" });
  await page.keyboard.down("Space");
  await page.mouse.down();
  await page.mouse.move(640, 140, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Space");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const dragged = await broker.boundingBox();
  assert.ok(Math.abs(dragged.x - home.x + 60) < 2 && Math.abs(dragged.y - home.y - 30) < 2);
  await page.mouse.wheel(0, 50);
  await page.waitForFunction(([card, y]) => Math.abs(card.getBoundingClientRect().y - y + 50) < 2, [await broker.elementHandle(), dragged.y]);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await page.waitForFunction(([shown, before]) => shown.textContent !== before, [await percent.elementHandle(), whole]);
  await page.keyboard.press("Shift+Digit1");
  assert.equal(await percent.innerText(), whole);
  await close();
});

test("what can be done to a process is offered where it is, by mouse and by keyboard", async () => {
  const { page, close } = await still();
  const node = ["Wire from here", "Rename", "Duplicate", "Copy", "Delete"];
  const row = page.locator(".instance", { hasText: "payments-2" });
  await row.click({ button: "right" });
  assert.deepEqual(await page.getByRole("menuitem").allInnerTexts(), ["Crash payments-2", "Pause payments-2", "Crash payments-2 in 5 s…", ...node]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".instance.paused", { hasText: "payments-2" }).waitFor();
  await row.getByRole("button", { name: "What can be done to payments-2" }).focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await page.getByRole("menuitem").allInnerTexts(), ["Let payments-2 go on", "Crash payments-2", "Crash payments-2 in 5 s…", ...node]);
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("menuitem").count(), 0);
  const wire = page.getByRole("button", { name: /^Wire Web shop to Orders/ });
  await wire.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Cut it both ways", exact: true }).click();
  await page.getByRole("button", { name: "Wire Web shop to Orders, cut" }).waitFor();
  await close();
});

test("time has its keys, except where something is typed; a board that stands still asks for no frames", async () => {
  const { page, close } = await still();
  await page.locator(".stage").focus().catch(() => {});
  await page.evaluate(() => document.activeElement?.blur());
  const stood = await clock(page);
  await page.keyboard.press(".");
  const stepped = await clock(page);
  assert.ok(stepped >= stood);
  await page.keyboard.press("Space");
  await page.waitForFunction((from) => document.querySelector(".clock").textContent > from, await page.locator(".clock").innerText());
  await page.keyboard.press("Space");
  await page.evaluate(() => {
    const ask = window.requestAnimationFrame;
    window.asked = 0;
    window.requestAnimationFrame = (draw) => ((window.asked += 1), ask.call(window, draw));
  });
  // Polled by a timer: what waits by frames would ask for them itself.
  const quiet = () => {
    const still = window.asked === window.askedBefore;
    window.askedBefore = window.asked;
    return still;
  };
  await page.waitForFunction(quiet, null, { polling: 500 });
  const before = await clock(page);
  await page.getByLabel("Seed").focus();
  await page.keyboard.press(".");
  assert.equal(await clock(page), before, "a dot in the seed's field is a dot");
  await close();
});

test("a record in a lane shows its header, its body and its way so far, each step of which goes to its moment", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await card(page, "Payments").waitFor();
  for (let press = 0; press < 4; press += 1) await page.keyboard.press("]");
  await card(page, "Payments").filter({ hasText: /accounts [3-9]/ }).waitFor();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  const lane = await page.locator(".rail-lane").first().boundingBox();
  await page.mouse.click(lane.x + 18, lane.y + lane.height / 2);
  const inspector = page.locator(".inspector");
  await inspector.getByRole("heading", { name: "OrderPlaced" }).waitFor();
  const text = await inspector.innerText();
  for (const part of ["order-events", "order", "customer", "amount"]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.match(text, /\d+\.\d\d/, "money has two decimals");
  const stood = await page.locator(".clock").innerText();
  await inspector.getByRole("button", { name: /appended/ }).first().click();
  await page.waitForFunction((before) => document.querySelector(".clock").textContent < before, stood);
  assert.deepEqual(problems, []);
  await close();
});

test("on a phone the board pans and zooms with fingers, and a card moves by one", async () => {
  const context = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, problems, close } = await open(all.browser, all.host.url, context);
  await card(page, "Payments").waitFor();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).tap();
  const touch = await page.context().newCDPSession(page);
  const send = (type, points) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const percent = page.locator(".percent");
  const whole = await percent.innerText();
  // Between two cards, where nothing else is pressed.
  const [above, below] = [await card(page, "Web shop").boundingBox(), await card(page, "Orders").boundingBox()];
  const free = (above.y + above.height + below.y) / 2;
  await send("touchStart", [[150, free], [240, free]]);
  for (let step = 1; step <= 6; step += 1) await send("touchMove", [[150 - 10 * step, free], [240 + 10 * step, free]]);
  await send("touchEnd", []);
  await page.waitForFunction(([shown, before]) => shown.textContent !== before, [await percent.elementHandle(), whole]);
  assert.ok(parseInt(await percent.innerText(), 10) > parseInt(whole, 10), "spread fingers zoom in");
  await page.getByRole("button", { name: "Fit the board" }).tap();
  const emails = card(page, "Emails");
  const from = await emails.boundingBox();
  const [x, y] = [from.x + from.width / 2, from.y + 6];
  await send("touchStart", [[x, y]]);
  for (let step = 1; step <= 6; step += 1) await send("touchMove", [[x, y + 10 * step]]);
  await send("touchEnd", []);
  await page.waitForFunction(([card, before]) => card.getBoundingClientRect().y > before + 20, [await emails.elementHandle(), from.y]);
  assert.deepEqual(problems, []);
  await close();
});
