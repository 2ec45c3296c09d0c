// Failures by hand: planned from the keyboard, broken under a message, carried along the strip of time, and gone back over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rail } from "./states.mjs";
import { forAllTests, open, shot } from "./support.mjs";

const all = forAllTests();

async function story(tell) {
  const opened = await open(all.browser, all.host.url);
  try {
    await opened.page.locator(".card.service").first().waitFor();
    await tell(opened.page);
    assert.deepEqual(opened.problems, []);
  } finally {
    await opened.close();
  }
}

const time = (page) => page.getByRole("slider", { name: "Time", exact: true });
const now = async (page) => Number(await time(page).getAttribute("aria-valuenow"));
const pause = (page) => page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
/** Lets time run for so many seconds from the beginning, and stands still. */
async function standsAfter(page, seconds) {
  await page.waitForFunction((least) => Number(document.querySelector('[role=slider][aria-label="Time"]')?.ariaValueNow) >= least, seconds);
  await pause(page);
}

/** The pixels of the board's canvases, once they have been drawn for what is shown now. */
const drawings = (page) =>
  page.evaluate(
    () =>
      new Promise((drawn) => {
        const read = () => drawn([...document.querySelectorAll("main > canvas")].map((canvas) => canvas.toDataURL()));
        requestAnimationFrame(() => requestAnimationFrame(read));
      }),
  );

test("a failure is planned by keyboard alone, moved, and happens at its time", async () => {
  await story(async (page) => {
    await standsAfter(page, 2);
    await page.getByRole("button", { name: /^Wire Web shop to Orders/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: /in 5 s…$/ }).waitFor();
    const name = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    for (let press = 0; press < 20 && !(await name()).includes("in 5 s"); press += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");

    // The time of what was planned has the focus: arrows move it.
    const field = page.locator(".plan li input");
    await field.waitFor();
    await page.waitForFunction(() => document.activeElement?.matches(".plan li input"));
    const before = Number(await field.inputValue());
    assert.ok(before > (await now(page)) + 4, "five seconds from now");
    for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowDown");
    await page.waitForFunction((at) => Math.abs(Number(document.querySelector(".plan li input")?.value) - at) < 0.01, before - 0.3);
    assert.ok(await field.evaluate((it) => it === document.activeElement), "it keeps the focus");
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Play", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Wire Web shop to Orders, cut/ }).waitFor();
    await pause(page);
    const cut = (await now(page)) - (before - 0.3);
    assert.ok(cut >= 0 && cut < 2, `it is cut at its time, not ${cut} s after it`);
  });
});

test("the connection under an answer is broken: the request is sent again, and is handled a second time", async () => {
  await story(async (page) => {
    await pause(page);
    // The first request on the wire, wherever it is on it: it is chosen with a click.
    const breaks = page.getByRole("button", { name: "Break this message" });
    const wire = page.getByRole("button", { name: /^Wire Web shop to Orders/ }).locator("path.line:not(.leaving)");
    const spots = () =>
      wire.evaluate((path) => {
        const [map, length] = [path.getScreenCTM(), path.getTotalLength()];
        return [...Array(30).keys()].map((n) => {
          const { x, y } = path.getPointAtLength((length * (n + 0.5)) / 30).matrixTransform(map);
          return [x, y];
        });
      });
    for (let step = 0; step < 60 && !(await breaks.isVisible()); step += 1) {
      await page.keyboard.press(".");
      for (const [x, y] of await spots()) {
        await page.mouse.click(x, y);
        if (await breaks.isVisible()) break;
      }
    }
    const told = () => page.locator(".path").innerText();
    const handled = async () => (await told()).split("began to handle PlaceOrder").length - 1;

    // It is followed until its answer is on the way: by then the order has been written.
    await page.getByLabel("What a step goes by").selectOption({ label: "message" });
    const step = page.getByRole("button", { name: "Step", exact: true });
    for (let press = 0; press < 30 && !((await told()).includes("finished PlaceOrder") && (await breaks.isVisible())); press += 1) await step.click();
    assert.equal(await handled(), 1);
    await breaks.focus();
    await page.keyboard.press("Enter");
    await breaks.waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.waitForFunction(() => document.querySelector(".path")?.innerText.split("began to handle PlaceOrder").length === 3);
    await pause(page);
    const path = await told();
    const [lost, again] = [path.indexOf("lost the connection before PlaceOrder"), path.search(/sent PlaceOrder of order \d+ again, attempt 2/)];
    assert.ok(lost > 0 && again > lost, `it was lost, and then sent again, in ${path}`);
    await page.getByRole("button", { name: /the connection of a packet on the wire from Web shop to Orders was broken$/ }).waitFor();
    await shot(page, "failures-sent-again");
  });
});

test("what is planned is carried along the strip by the mouse, let go with Escape, and put back by one undo", async () => {
  await story(async (page) => {
    await standsAfter(page, 2);
    await rail(page, "Break");
    await page.getByRole("radio", { name: "planned", exact: true }).click();
    await page.getByRole("button", { name: "Crash Broker" }).click();
    await page.keyboard.press("Escape");
    const mark = page.locator(".strip .item.planned");
    const at = async () => Number(await mark.getAttribute("data-at")) / 1e6;
    const planned = await at();
    const drag = async (by) => {
      const box = await mark.boundingBox();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + by, y, { steps: 4 });
      await page.locator(".strip .item.carried").waitFor();
    };
    await drag(60);
    const shown = await at();
    assert.ok(shown > planned, "it follows the mouse");
    assert.ok((await page.locator(".strip-tip").innerText()).length > 0, "and says its time");
    await page.keyboard.press("Escape");
    await page.locator(".strip .item.carried").waitFor({ state: "detached" });
    await page.mouse.up();
    assert.equal(await at(), planned, "Escape leaves it where it was");

    await drag(60);
    await page.mouse.up();
    await page.locator(".strip .item.carried").waitFor({ state: "detached" });
    assert.equal(await at(), shown, "it is where it was put");
    await drag(-2000);
    assert.ok((await at()) > (await now(page)), "nothing is planned before now");
    await page.keyboard.press("Escape");
    await page.mouse.up();

    await page.getByRole("button", { name: /^Undo/ }).first().click();
    await page.waitForFunction((us) => document.querySelector(".strip .item.planned")?.dataset.at === us, String(Math.round(planned * 1e6)));
    assert.equal(await mark.count(), 1, "it is planned all the same");
  });
});

test("a failure is dragged from its button onto a row and onto a wire: what takes it lights up, what does not says why", async () => {
  await story(async (page) => {
    await standsAfter(page, 2);
    await rail(page, "Break");
    const lit = () => page.locator(".mark-takers").evaluate((marks) => marks.getAttribute("d").length > 0);
    const middle = async (thing) => {
      const box = await thing.boundingBox();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const lift = async (name) => {
      const button = page.locator(".break-panel").getByRole("button", { name, exact: true });
      await button.scrollIntoViewIfNeeded();
      await page.mouse.move(...(await middle(button)));
      await page.mouse.down();
    };
    const row = page.locator(".instance", { hasText: "emails-1" });
    const down = page.locator(".instance.crashed", { hasText: /emails-1|payments-1/ });

    await lift("Crash payments-1");
    assert.equal(await lit(), false, "a press takes nothing up");
    await page.mouse.move(...(await middle(page.locator(".card", { has: page.getByRole("heading", { name: "Web shop" }) }))), { steps: 5 });
    await page.locator(".said", { hasText: "“Crash” is for an instance, a relay or a broker." }).waitFor();
    assert.equal(await lit(), true);
    await page.mouse.move(...(await middle(row)), { steps: 5 });
    await page.locator(".said", { hasText: "Crash emails-1" }).waitFor();
    await shot(page, "failures-dragged");
    await page.keyboard.press("Escape");
    assert.equal(await lit(), false);
    await page.mouse.up();
    assert.equal(await down.count(), 0, "Escape leaves all as it was");

    await lift("Crash payments-1");
    await page.mouse.move(...(await middle(row)), { steps: 5 });
    await page.mouse.up();
    await page.locator(".instance.crashed", { hasText: "emails-1" }).waitFor();
    assert.equal(await down.count(), 1, "and nothing else crashed");

    await lift("Cut order-events to Emails");
    const wire = page.getByRole("button", { name: /^Wire Web shop to Orders/ });
    const on = await wire.locator("path.line:not(.leaving)").evaluate((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return [x, y];
    });
    await page.mouse.move(...on, { steps: 5 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Wire Web shop to Orders, cut" }).waitFor();
  });
});

test("a failure is chosen first: with a press, then keys, and what it happens to after that; a second press chooses it no more", async () => {
  await story(async (page) => {
    await standsAfter(page, 2);
    await rail(page, "Break");
    const crash = page.locator(".kinds").getByRole("button", { name: "Crash, then choose what", exact: true });
    const lit = () => page.locator(".mark-takers").evaluate((marks) => marks.getAttribute("d").length > 0);
    await crash.click();
    assert.equal(await lit(), true);
    await crash.click();
    assert.equal(await lit(), false, "the second press ends it");

    await crash.click();
    await page.locator(".card", { has: page.getByRole("heading", { name: "Web shop" }) }).click();
    await page.locator(".said", { hasText: "“Crash” is for an instance, a relay or a broker." }).waitFor();
    await page.locator(".instance", { hasText: "emails-1" }).click();
    await page.locator(".instance.crashed", { hasText: "emails-1" }).waitFor();
    assert.equal(await lit(), false);

    await crash.focus();
    await page.keyboard.press("Enter");
    await page.locator(".said", { hasText: /^Crash / }).waitFor();
    const first = await page.locator(".said").innerText();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((before) => document.querySelector(".said")?.innerText !== before, first);
    const second = (await page.locator(".said").innerText()).replace(/^Crash /, "");
    await page.keyboard.press("Enter");
    await page.locator(".instance.crashed", { hasText: second }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.dataset.verb), "Crash", "the focus is back where it came from");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    assert.equal(await lit(), false);
    assert.equal(await page.locator(".instance.crashed").count(), 2);
  });
});

test("two presses on the lane of failures ahead of the cursor plan a failure for that moment, and so does P", async () => {
  await story(async (page) => {
    await standsAfter(page, 2);
    const plot = await page.locator(".strip-plot").boundingBox();
    const stood = await now(page);
    const [x, y] = [plot.x + 76 + (plot.width - 96) * 0.75, plot.y + 42];
    await page.mouse.dblclick(x, y);
    const field = page.getByLabel("Seconds since the beginning");
    await field.waitFor();
    await page.waitForFunction(() => document.activeElement?.matches(".when input"));
    assert.equal(await now(page), stood, "the cursor stays where it was");
    const at = Number(await field.inputValue());
    assert.ok(at > stood + 1, `${at} s lies ahead`);
    await page.getByRole("button", { name: "Cut Web shop to Orders" }).click();
    await page.locator(".strip .item.planned").waitFor();
    assert.equal(Number(await page.locator(".strip .item.planned").getAttribute("data-at")) / 1e6, at);
    await shot(page, "failures-planned-on-strip");

    // One press there goes to that moment, as anywhere on the strip.
    await page.mouse.click(x - 60, y);
    await page.waitForFunction((from) => Number(document.querySelector('[role=slider][aria-label="Time"]').ariaValueNow) > from, stood);
    await page.keyboard.press("Escape");
    await time(page).focus();
    await page.keyboard.press("p");
    await page.waitForFunction(() => document.activeElement?.matches(".when input"));
    assert.ok(Number(await field.inputValue()) > (await now(page)) + 4);
  });
});

test("quiet time is skipped: play goes to what happens next, and the strip says what was passed over", async () => {
  await story(async (page) => {
    await pause(page);
    await page.getByRole("button", { name: "Start again at 0" }).click();
    // The first request is sent at 4 s: before that, groups are given their partitions.
    const quiet = page.getByRole("switch", { name: "Skip quiet time" });
    assert.equal(await quiet.getAttribute("aria-checked"), "false");
    await page.keyboard.press("q");
    assert.equal(await quiet.getAttribute("aria-checked"), "true");
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.locator(".skipped", { hasText: /^skipped \d/ }).waitFor();
    await page.locator(".strip-skipped", { hasText: /^skipped \d/ }).waitFor();
    await pause(page);
    assert.ok((await page.locator(".skips").getAttribute("d")).startsWith("M"));
    await shot(page, "failures-quiet-skipped");
    await page.reload();
    await page.locator(".card.service").first().waitFor();
    assert.equal(await quiet.getAttribute("aria-checked"), "true", "it is remembered");
  });
});

test("a step back across a rebalance and forward again shows the same screen", async () => {
  await story(async (page) => {
    await standsAfter(page, 2);
    await page.getByRole("tab", { name: "Group" }).click();
    await page.getByRole("button", { name: "What can be done to payments-2" }).click();
    await page.getByRole("menuitem", { name: "Crash payments-2", exact: true }).click();
    await page.getByLabel("What a step goes by").selectOption({ label: "moment" });
    const [step, back] = ["Step", "Step back"].map((name) => page.getByRole("button", { name, exact: true }));
    const clock = page.locator(".clock");
    const goes = async (button) => {
      const stood = await clock.innerText();
      await button.click();
      await page.waitForFunction((from) => document.querySelector(".clock").innerText !== from, stood);
    };
    /** What a person reads, and what is drawn of records and messages. */
    const screen = async () => ({
      at: await clock.innerText(),
      board: await page.locator(".card").allInnerTexts(),
      inspector: await page.locator(".inspector").innerText(),
      drawn: await drawings(page),
    });
    const settled = page.getByRole("button", { name: /payments: generation 2/ });
    for (let press = 0; press < 4 && (await settled.count()) === 0; press += 1) await goes(step);
    await settled.waitFor();
    const after = await screen();
    await goes(back);
    await goes(back);
    const before = await screen();
    assert.notEqual(before.inspector, after.inspector, "the partitions had other owners");
    await goes(step);
    await goes(step);
    assert.deepEqual(await screen(), after);
    await goes(back);
    await goes(back);
    assert.deepEqual(await screen(), before);
  });
});
