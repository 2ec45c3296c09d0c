// The pane under the board, on the release build: all facts, one message, figures.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { rail } from "./states.mjs";
import { forAllTests, open } from "./support.mjs";

const all = forAllTests();
const pane = (page) => page.getByRole("region", { name: "Facts", exact: true });
const page_of = (page, name) => pane(page).getByRole("tab", { name, exact: true }).click();
const reaches = (page, seconds) =>
  page.waitForFunction((least) => {
    const [minutes, rest] = document.querySelector(".clock").textContent.split(":");
    return Number(minutes) * 60 + Number(rest) >= least;
  }, seconds);

async function at(page, seconds) {
  for (let press = 0; press < 5; press += 1) await page.keyboard.press("]");
  await reaches(page, seconds);
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
}

async function saved(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return readFile(await download.path(), "utf8");
}

test("The log shows every fact, leaves out what is not asked for, and each of its rows leads to its moment", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await at(page, 20);
  await rail(page, "Facts");
  const rows = pane(page).locator(".log-row");
  await rows.first().waitFor();
  await pane(page).getByLabel("packets and lines too").check();
  const [shown, of] = (await pane(page).getByRole("status").textContent()).match(/\d+/g).map(Number);
  assert.equal(shown, of, "all facts are rows");
  await pane(page).getByLabel("Find in the words").fill("appended OrderPlaced of order 3");
  await page.waitForFunction(() => document.querySelectorAll(".log-row").length === 1);
  await rows.first().getByRole("button", { name: /0:/ }).click();
  const time = await rows.first().locator("time").textContent();
  assert.equal(await page.locator(".clock").textContent(), time, "the cursor is there");
  const text = await saved(page, () => pane(page).getByRole("button", { name: "JSON Lines" }).click());
  const lines = text.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 1);
  assert.match(lines[0].words, /appended OrderPlaced of order 3/);
  assert.deepEqual(problems, []);
  await close();
});

test("A log of very many rows is scrolled through with the keyboard, and only rows in sight are on the page", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await at(page, 60);
  await rail(page, "Facts");
  await pane(page).getByLabel("packets and lines too").check();
  const log = pane(page).getByRole("region", { name: "Log" });
  await log.evaluate((element) => element.scrollTo(0, 0));
  await page.waitForFunction(() => document.querySelector('.log [data-row="0"]') !== null);
  assert.ok((await pane(page).locator(".log-row").count()) < 40);
  await page.locator('.log [data-row="0"]').focus();
  for (let row = 1; row <= 25; row += 1) {
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction((nth) => document.activeElement?.getAttribute("data-row") === String(nth), row);
  }
  assert.deepEqual(problems, []);
  await close();
});

test("A message is followed: its way is lit, its marks and its facts are chosen together, and it is saved as SVG and Mermaid", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await at(page, 25);
  await rail(page, "Facts");
  await pane(page).getByLabel("Find in the words").fill("order 4");
  await pane(page).locator(".log-row").first().hover();
  await pane(page).getByRole("button", { name: "Follow" }).first().click();
  const plot = pane(page).getByRole("img", { name: /^Space-time diagram of order 4:/ });
  await plot.waitFor();
  const lanes = await pane(page).locator(".diagram-lanes li").allTextContents();
  assert.ok(lanes.includes("web shop") && lanes.includes("broker") && lanes.some((lane) => lane.startsWith("payments-")), lanes.join());
  const mark = plot.locator("circle.d-mark.effect").first();
  await mark.click();
  await pane(page).locator(".journey-facts li.here").waitFor();
  assert.match(await pane(page).locator(".journey-facts li.here").textContent(), /changed by/);
  await plot.locator("circle.d-mark.effect.chosen").waitFor();
  await pane(page).locator(".journey-facts li", { hasText: "appended OrderPlaced" }).getByRole("button").click();
  await plot.locator(".d-mark.chosen").waitFor();
  const dimmed = await page.locator('.card', { has: page.locator("h3", { hasText: "Emails" }) }).evaluate((card) => getComputedStyle(card).opacity);
  assert.ok(Number(dimmed) < 1, "what it has not come to yet steps back");
  const svg = await saved(page, () => pane(page).getByRole("button", { name: "SVG" }).click());
  const drawn = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    return { error: parsed.querySelector("parsererror")?.textContent, arrows: parsed.querySelectorAll(".d-arrow").length };
  }, svg);
  assert.equal(drawn.error, undefined);
  assert.equal(drawn.arrows, await plot.locator(".d-arrow").count());
  const mermaid = await saved(page, () => pane(page).getByRole("button", { name: "Mermaid" }).click());
  assert.match(mermaid, /^sequenceDiagram\n {4}title order 4\n/);
  assert.match(mermaid, /p\d->>p\d: Produce: OrderPlaced of order 4/);
  assert.deepEqual(problems, []);
  await close();
});

test("Figures are those of the time before the cursor, and charts those of the row that is chosen", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await at(page, 40);
  await rail(page, "Facts");
  await page_of(page, "Figures");
  const row = pane(page).getByRole("row", { name: /^Payments/ });
  await row.waitFor();
  const before = await row.textContent();
  await row.getByRole("button").click();
  await pane(page).locator(".chart", { hasText: "busy" }).waitFor();
  await page.getByRole("slider", { name: "Time" }).focus();
  await page.keyboard.press("Home");
  await page.waitForFunction((old) => [...document.querySelectorAll(".figures-table tbody tr")].some((row) => row.textContent.startsWith("Payments") && row.textContent !== old), before);
  assert.deepEqual(problems, []);
  await close();
});

test("Play stops at a breakpoint that was chosen from lists and says which, and steps go by moments", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await at(page, 5);
  await rail(page, "Facts");
  await page_of(page, "Breakpoints");
  await pane(page).getByLabel("Stop when").selectOption({ label: "a key reaches a line" });
  await pane(page).getByRole("combobox", { name: "Key", exact: true }).selectOption({ label: "C" });
  await pane(page).getByRole("button", { name: "Add", exact: true }).click();
  await pane(page).getByText(/^key C reaches “/).waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.getByText(/^Stopped at 0:\d\d\.\d+: key C reaches “/).waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await pane(page).getByRole("button", { name: /^Take away the breakpoint/ }).click();
  await pane(page).getByText(/^Play stops nowhere by itself/).waitFor();

  const stood = await page.locator(".clock").textContent();
  await page.getByLabel("What a step goes by").selectOption({ label: "moment" });
  await page.getByRole("button", { name: "Step back", exact: true }).click();
  await page.waitForFunction((from) => document.querySelector(".clock").textContent < from, stood);
  assert.deepEqual(problems, []);
  await close();
});
