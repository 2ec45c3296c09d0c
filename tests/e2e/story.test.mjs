// The story of the product, told by clicking, on the release page under a sub-path.
import assert from "node:assert/strict";
import { test } from "node:test";
import { forAllTests, open, shot } from "./support.mjs";

const all = forAllTests();

/** Opens the page, plays faster, and fails on any console error at the end. */
async function story(tell) {
  const opened = await open(all.browser, all.host.url);
  try {
    await opened.page.locator(".card.service").first().waitFor();
    for (let press = 0; press < 4; press += 1) await opened.page.keyboard.press("]");
    await tell(opened.page);
    assert.deepEqual(opened.problems, []);
  } finally {
    await opened.close();
  }
}

const chip = (page, name, count) => page.locator(`.check-chip[aria-label^="${name}: ${count}"]`);
const time = (page) => page.getByRole("slider", { name: "Time", exact: true });
const now = async (page) => Number(await time(page).getAttribute("aria-valuenow"));
const until = (page, seconds) =>
  page.waitForFunction((s) => Number(document.querySelector('[role=slider][aria-label="Time"]')?.ariaValueNow) >= s, seconds);
const program = (page) => page.getByRole("list", { name: /^Program: on OrderPlaced/ });

/** Whether anything is drawn on a canvas. */
const drawnOn = (page, canvas) =>
  page.locator(canvas).evaluate((on) => on.getContext("2d").getImageData(0, 0, on.width, on.height).data.some((value) => value > 0));

/** Opens a board from the list. */
async function openBoard(page, title) {
  await page.getByRole("button", { name: "Boards" }).click();
  await page.getByRole("dialog", { name: "Boards" }).getByRole("button", { name: new RegExp(`^${title}`) }).click();
  await page.locator(".board-name, .top").getByText(title, { exact: false }).first().waitFor();
}

/** Steps the timeline's slider back with the keyboard until it is before `seconds`. */
async function backTo(page, seconds) {
  await time(page).focus();
  while ((await now(page)) > seconds) await page.keyboard.press("ArrowLeft");
}

test("an order is charged twice after a crash between commit and ack, and once with message tracking under the same seed", async () => {
  await story(async (page) => {
    // Orders flow from the shop through the outbox into the topic and are charged.
    await page.locator(".card.service").filter({ hasText: "Payments" }).filter({ hasText: /accounts [1-9]/ }).waitFor();
    await shot(page, "story-1-running");

    await page.getByRole("button", { name: "Pin a crash between commit and ack" }).click();
    await page.getByRole("dialog", { name: "Crash between commit and ack" }).getByRole("button", { name: "Pin it" }).click();
    await page.getByText("crashed here, once").first().waitFor();
    const crashed = await now(page);
    await page.locator(".card.service .crashed, .card.service .row.crashed").first().waitFor();

    await chip(page, "Done twice", 1).waitFor();
    const hint = page.locator(".hint");
    await hint.getByText(/^Order \d+ was charged twice\.$/).waitFor();
    await hint.getByText(/crashed between commit and ack/).waitFor();
    await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
    await shot(page, "story-2-charged-twice");

    // The verdict goes to its moment, and the story has its moments too.
    await chip(page, "Done twice", 1).click();
    await page.locator(".check-card").getByRole("button", { name: /charged twice/ }).click();
    const violated = await now(page);
    await hint.getByRole("button", { name: "Show how it happened" }).click();
    const steps = hint.locator(".steps button");
    assert.ok((await steps.count()) >= 3, "the story has steps");
    await steps.first().click();
    assert.ok((await now(page)) < violated, "a step of the story is earlier");

    // Back before the crash, and message tracking on. The old future stays.
    await backTo(page, crashed - 8);
    assert.equal(await chip(page, "Done twice", 0).count(), 1, "nothing has happened yet");
    await page.locator(".card.service").filter({ hasText: "Payments" }).locator("h3").click();
    await page.getByRole("radio", { name: "tracks ids", exact: true }).click();
    await program(page).getByText("track", { exact: true }).waitFor();
    await page.getByRole("button", { name: "2 branches" }).waitFor();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await until(page, violated + 12);
    await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
    assert.equal(await chip(page, "Done twice", 0).count(), 1, "charged once");
    assert.equal(await page.locator(".strip .failure, .strip [class*=fail]").count() > 0, true, "the crash happened all the same");
    await page.locator(".card.service").filter({ hasText: "payments" }).filter({ hasText: "crashed" }).waitFor();
    await shot(page, "story-3-charged-once");
  });
});

test("the partitions of a crashed instance move to the others after the session timeout", async () => {
  await story(async (page) => {
    await page.getByRole("tab", { name: "Group" }).click();
    // The last column of the partitions' table is each partition's owner.
    const owned = (by) =>
      page.waitForFunction((wanted) => {
        const cells = [...document.querySelectorAll(".inspector table tr")].map((row) => row.lastElementChild?.textContent?.trim());
        const owners = cells.filter((text) => /^payments-\d+$/.test(text));
        return owners.length === 3 && [...new Set(owners)].sort().join() === wanted;
      }, by);
    await owned("payments-1,payments-2,payments-3");

    await page.getByRole("button", { name: "What can be done to payments-2" }).click();
    await page.getByRole("menuitem", { name: "Crash payments-2", exact: true }).click();
    const crashed = await now(page);
    await owned("payments-1,payments-3");
    const moved = (await now(page)) - crashed;
    assert.ok(moved > 3, `the group needs its session timeout to notice, not ${moved} s`);
    await shot(page, "story-4-moved");
  });
});

test("a dual write is flagged, and the outbox removes it under the same seed", async () => {
  await story(async (page) => {
    await openBoard(page, "Dual write");
    await chip(page, "Row, no message", 1).waitFor();
    const hint = page.locator(".hint");
    await hint.getByRole("button", { name: "What would prevent it?" }).click();
    await page.getByRole("button", { name: /^Try again from just before it with/ }).click();
    const switched = await now(page);
    await page.locator(".inspector").getByText("outbox", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await until(page, switched + 30);
    assert.equal(await chip(page, "Row, no message", 0).count(), 1);
    
    // Both futures side by side: where they part, and what the checks say of each.
    await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("button", { name: "2 branches" }).click();
    const branches = page.getByRole("region", { name: "Branches" });
    assert.equal(await branches.locator(".branch-row").count(), 2);
    await branches.getByRole("row", { name: /Row, no message 1/ }).getByRole("button", { name: /^Compare with/ }).click();
    const split = page.getByRole("region", { name: "Comparison", exact: true });
    await split.locator(".here li", { hasText: "Row, no message 0" }).waitFor();
    await split.locator(".there li", { hasText: /Row, no message \d+ ?\d+ more/ }).waitFor();
    assert.equal(await split.locator(".twin .card").count(), await page.locator("main .card").count(), "both boards are drawn");
    assert.deepEqual(await drawnOn(page, ".twin canvas:last-of-type"), await drawnOn(page, "main > canvas:last-of-type"), "records lie in the lanes of both");
    await split.getByText(/^\d+ things? looks? different now$/).waitFor();
    await shot(page, "story-5-compared");
    await split.getByRole("button", { name: /^First difference 0:/ }).click();
    const parted = await now(page);
    assert.ok(parted >= switched - 1 && parted < switched + 30, "the cursor is where they part");

    // The strip of time moves both; the mark on it leads back to where they part.
    const rows = () => split.locator(".twin .card.service", { hasText: "Orders" }).locator(".card-foot").textContent();
    const then = await rows();
    await time(page).focus();
    await page.keyboard.press("End");
    await page.waitForFunction((before) => document.querySelector(".twin .card.service .card-foot")?.textContent !== before, then);
    await page.getByRole("button", { name: /First difference of the branches/ }).click();
    assert.equal(await now(page), parted);

    // In words, swapped, and left by the keyboard: the tree is there again, with the focus where it was.
    await split.getByRole("button", { name: "In words" }).click();
    const words = page.getByRole("region", { name: "Comparison in words" });
    await words.getByText("First difference at").waitFor();
    assert.ok((await words.getByRole("row").count()) > 2, "a row for each card and topic");
    await page.getByRole("button", { name: "Close the facts" }).click();
    await split.getByRole("button", { name: "Swap" }).click();
    await time(page).focus();
    await page.keyboard.press("End");
    await split.locator(".there li", { hasText: /Row, no message 0 ?\d+ fewer/ }).waitFor();
    await page.keyboard.press("Escape");
    await split.waitFor({ state: "detached" });
    await branches.waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label")?.startsWith("Compare with"));
  });
});
