// The default board built from nothing: by the mouse alone, by the keyboard alone; undone and redone; and hands on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { card } from "./states.mjs";
import { accessibilityProblems, DIST, forAllTests, open, serve } from "./support.mjs";

const all = forAllTests();

const EMPTY = JSON.stringify({ schema: 1, title: "Untitled", seed: 1, messages: [], clients: [], services: [], brokers: [], wires: [] });
let bare;
before(async () => {
  bare = await serve(DIST, { "boards/orders.json": EMPTY });
});
after(() => bare?.close());

const topic = (page) => page.locator('[data-topic="order-events"]');
const text = (page) => page.evaluate(() => window.wasmBindings.document());
const run = (page, board) => page.evaluate((board) => window.wasmBindings.run_board(board, 1, 60), board);
const middle = async (locator) => {
  const box = await locator.boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
};

/** An empty board that stands still. */
async function empty(options) {
  const opened = await open(all.browser, bare.url, options);
  await opened.page.getByText("An empty board.").waitFor();
  await opened.page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  return opened;
}

/** What was built runs as the shipped board does; undoing all of it leads back to the first document, redoing it to the last. */
async function proven(page, first) {
  const built = await text(page);
  const shipped = await (await fetch(`${all.host.url}boards/orders.json`)).text();
  assert.equal(await run(page, built), await run(page, shipped), "the same facts at 60 s");
  const step = (name) => page.getByRole("button", { name, exact: true });
  for (const [name, end] of [["Undo", first], ["Redo", built]]) {
    for (let presses = 0; (await step(name).getAttribute("aria-disabled")) !== "true"; presses += 1) {
      assert.ok(presses < 40, `${name} ends`);
      await step(name).click();
    }
    assert.equal(await text(page), end, `${name}, all of it`);
  }
}

test("the default board is built with the mouse alone, runs as the shipped one, and is undone and redone", async () => {
  const { page, problems, close } = await empty();
  const first = await text(page);
  const drag = async ([x, y], [toX, toY]) => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move((x + toX) / 2, (y + toY) / 2, { steps: 3 });
    await page.mouse.move(toX, toY, { steps: 3 });
    await page.mouse.up();
  };
  await page.getByRole("button", { name: "Add a client" }).click();
  const piece = (name) => page.locator(".piece", { has: page.locator("b", { hasText: new RegExp(`^${name}$`) }) });
  for (const [name, title, place] of [
    ["Client", "Web shop", [520, 110]],
    ["Orders", "Orders", [520, 300]],
    ["Topic", "Broker", [800, 110]],
    ["Payments", "Payments", [520, 520]],
  ]) {
    await drag(await middle(piece(name)), place);
    await card(page, title).waitFor();
  }
  assert.deepEqual(await accessibilityProblems(page), []);
  // A click arms, and a click on the board puts it there.
  await page.mouse.click(...(await middle(piece("Emails"))));
  await page.getByText("Click the board to put Emails there.").waitFor();
  await page.mouse.click(830, 480);
  await card(page, "Emails").waitFor();
  await page.getByRole("button", { name: "Close Add" }).click();
  await page.getByRole("button", { name: "Fit the board" }).click();

  const handle = async (thing) => {
    await thing.hover({ position: { x: 40, y: 10 } });
    return middle(thing.locator("> .handle"));
  };
  const head = async (title) => middle(card(page, title).locator("h3"));
  await drag(await handle(card(page, "Web shop")), await head("Orders"));
  await page.locator(".wire[aria-label='Wire Web shop to Orders']").waitFor();
  await drag(await handle(card(page, "Orders")), await middle(topic(page)));
  const asked = page.getByRole("dialog", { name: "Wire Orders to order-events" });
  await asked.getByRole("radio", { name: /^outbox OrderPlaced/ }).click();
  assert.match(await asked.innerText(), /\+ outbox OrderPlaced/);
  assert.deepEqual(await accessibilityProblems(page), []);
  await asked.getByRole("button", { name: "Connect" }).click();
  await page.locator(".wire[aria-label^='Wire Orders to order-events']").waitFor();
  await drag(await handle(topic(page)), await head("Payments"));
  await page.locator(".wire[aria-label^='Wire order-events to Payments']").waitFor();
  // Two clicks do what a drag does.
  await page.mouse.click(...(await handle(topic(page))));
  await page.mouse.click(...(await head("Emails")));
  await page.locator(".wire[aria-label^='Wire order-events to Emails']").waitFor();
  await proven(page, first);
  assert.deepEqual(problems, []);
  await close();
});

test("the default board is built with the keyboard alone, runs as the shipped one, and is undone and redone", async () => {
  const { page, problems, close } = await open(all.browser, bare.url);
  await page.getByText("An empty board.").waitFor();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press("Space");
  const first = await text(page);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.innerText ?? "");
  const until = async (key, wanted, read = focused) => {
    for (let presses = 0; presses < 30; presses += 1) {
      if (wanted.test(await read())) return;
      await press(key);
    }
    assert.fail(`${key} never came to ${wanted}: ${await read()}`);
  };
  const put = async (name, title, ...moves) => {
    await press("a");
    await page.waitForFunction(() => document.activeElement?.classList.contains("piece"));
    await until("Tab", name);
    await press("Enter");
    await page.getByText("Click the board to put").waitFor();
    await press(...moves, "Enter");
    await card(page, title).waitFor();
    await page.waitForFunction((title) => document.activeElement?.getAttribute("aria-label")?.startsWith(title), title);
  };
  const far = (key, times) => Array(times).fill(`Shift+${key}`);
  await put(/^Client/, "Web shop", ...far("ArrowLeft", 6));
  await press("Escape", "Escape");
  await put(/^Orders/, "Orders", ...far("ArrowLeft", 2));
  await press("Escape", "Escape");
  await press("a");
  await page.waitForFunction(() => document.activeElement?.classList.contains("piece"));
  await until("Tab", /^Topic/);
  await press("Enter", ...far("ArrowRight", 3), "Enter");
  await page.waitForFunction(() => document.activeElement?.dataset.topic === "order-events");
  await press("Escape", "Escape");
  await put(/^Payments/, "Payments", ...far("ArrowRight", 10), ...far("ArrowUp", 2));
  await press("Escape", "Escape");
  await put(/^Emails/, "Emails", ...far("ArrowRight", 10), ...far("ArrowDown", 2));
  await press("Escape", "Escape");

  const heard = () => page.locator(".heard").innerText();
  const chosen = (name) => until("Tab", new RegExp(`^To ${name}$`), () => page.evaluate(() => document.querySelector(".heard").textContent));
  const wired = (label) => page.waitForFunction((label) => document.activeElement?.getAttribute("aria-label")?.startsWith(label), label);
  await until("ArrowLeft", /^Web shop/);
  await press("c");
  await chosen("Orders");
  await press("Enter");
  await wired("Wire Web shop to Orders");
  await press("ArrowRight");
  await until("ArrowRight", /^Orders/);
  await press("c");
  await chosen("order-events");
  await press("Enter");
  await page.getByRole("dialog", { name: "Wire Orders to order-events" }).waitFor();
  await press("ArrowDown", "Enter");
  await wired("Wire Orders to order-events");
  await press("ArrowRight");
  for (const name of ["Payments", "Emails"]) {
    await until("ArrowLeft", /^order-events/);
    await press("c");
    await chosen(name);
    await press("Enter");
    await wired(`Wire order-events to ${name}`);
  }
  assert.ok((await heard()).length > 0);
  await proven(page, first);
  assert.deepEqual(problems, []);
  await close();
});

test("several are selected by a frame, moved, duplicated, deleted and renamed; Escape and a blur leave nothing behind", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await card(page, "Payments").waitFor();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  const first = await text(page);
  await page.keyboard.press("Escape");
  await card(page, "Payments").locator("h3").click();
  await page.keyboard.press("Control+d");
  await card(page, "Payments 2").waitFor();
  await page.keyboard.press("F2");
  await page.keyboard.type("Refunds");
  await page.keyboard.press("Enter");
  await card(page, "Refunds").waitFor();
  await page.keyboard.press("Delete");
  await card(page, "Refunds").waitFor({ state: "detached" });
  await page.keyboard.press("Control+a");
  assert.ok((await page.locator(".card.selected").count()) >= 5);
  await page.keyboard.press("Escape");
  const box = await card(page, "Emails").boundingBox();
  await page.mouse.move(box.x + 40, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 90, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  const { x, y } = await card(page, "Emails").boundingBox();
  assert.deepEqual([Math.round(x), Math.round(y)], [Math.round(box.x), Math.round(box.y)], "Escape puts it back");
  await topic(page).hover({ position: { x: 40, y: 8 } });
  const [hx, hy] = await middle(topic(page).locator("> .handle"));
  await page.mouse.move(hx, hy);
  await page.mouse.down();
  await page.mouse.move(hx - 500, hy + 200, { steps: 4 });
  assert.ok((await page.locator(".mark-wire").getAttribute("d")).length > 0);
  await page.evaluate(() => window.dispatchEvent(new Event("blur")));
  assert.equal(await page.locator(".mark-wire").getAttribute("d"), "");
  await page.mouse.up();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Control+z");
  assert.equal(await text(page), first);
  assert.deepEqual(problems, []);
  await close();
});

test("a wire that ends on the empty board makes what it leads to in one step; a copy is pasted; what is lost is found", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await card(page, "Payments").waitFor();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  const first = await text(page);
  await topic(page).hover({ position: { x: 40, y: 8 } });
  const [x, y] = await middle(topic(page).locator("> .handle"));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 40, y + 300, { steps: 4 });
  await page.mouse.up();
  const asked = page.getByRole("dialog", { name: "Wire From order-events to something new" });
  await asked.getByRole("radio", { name: /^Emails: read OrderPlaced/ }).click();
  await asked.getByLabel("Consumer group").fill("mailers");
  await page.keyboard.press("Enter");
  await card(page, "Emails 2").waitFor();
  await page.locator(".wire[aria-label*='mailers'], .wire[aria-label*='Emails 2']").waitFor();
  await page.keyboard.press("Control+z");
  await card(page, "Emails 2").waitFor({ state: "detached" });
  assert.equal(await text(page), first, "one step");

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await card(page, "Orders").locator("h3").click();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await card(page, "Orders 2").waitFor();
  await page.keyboard.press("Control+x");
  await card(page, "Orders 2").waitFor({ state: "detached" });

  const back = page.getByRole("button", { name: "Back to content" });
  assert.equal(await back.count(), 0);
  await page.mouse.move(700, 110);
  for (let turn = 0; turn < 4; turn += 1) await page.mouse.wheel(0, 900);
  await back.click();
  await back.waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
  await close();
});

test("on a phone a thing is put by two taps, moved, wired by its handle, and broken by a long press", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await card(page, "Payments").waitFor();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).tap();
  const touch = await page.context().newCDPSession(page);
  const send = (type, points) => touch.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const drag = async ([x, y], [toX, toY]) => {
    await send("touchStart", [[x, y]]);
    for (let step = 1; step <= 8; step += 1) await send("touchMove", [[x + ((toX - x) * step) / 8, y + ((toY - y) * step) / 8]]);
    await send("touchEnd", []);
  };
  await page.locator(".rail").getByRole("button", { name: "Add" }).tap();
  await page.locator(".piece", { hasText: "Emails" }).first().tap();
  await page.locator(".drawer").waitFor({ state: "detached" });
  await page.touchscreen.tap(200, 200);
  const added = card(page, "Emails 2");
  await added.waitFor();
  const from = await added.boundingBox();
  await drag([from.x + 20, from.y + 5], [from.x + 40, from.y + 45]);
  await page.waitForFunction(([card, y]) => card.getBoundingClientRect().y > y + 15, [await added.elementHandle(), from.y]);
  await topic(page).evaluate((topic) => topic.focus());
  await drag(await middle(topic(page).locator("> .handle")), await middle(added));
  await page.locator(".wire[aria-label^='Wire order-events to Emails 2']").waitFor({ state: "attached" });
  const [x, y] = await middle(card(page, "Payments").locator(".instance").first());
  await send("touchStart", [[x, y]]);
  await page.getByRole("menuitem", { name: /^Crash payments-\d+$/ }).waitFor();
  await send("touchEnd", []);
  await page.getByRole("menuitem", { name: /^Crash payments-\d+$/ }).tap();
  await card(page, "Payments").locator(".instance.crashed").waitFor();
  assert.deepEqual(problems, []);
  await close();
});
