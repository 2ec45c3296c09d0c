// The same failures with another pattern, and messages that wait, on the release build.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pick, rail } from "./states.mjs";
import { forAllTests, open } from "./support.mjs";

const all = forAllTests();
const pane = (page) => page.getByRole("region", { name: "Facts", exact: true });
const split = (page) => page.getByRole("region", { name: "Comparison", exact: true });
const pause = (page) => page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();

async function broken(page) {
  await rail(page, "Boards");
  await page.getByRole("dialog", { name: "Boards" }).getByRole("button", { name: /^Delivered twice/ }).click();
  for (let press = 0; press < 5; press += 1) await page.keyboard.press("]");
  await page.locator('.check-chip[aria-label^="Done twice: "].bad').waitFor();
  await pause(page);
}

test("The same failures are repeated with another pattern by the keyboard, and both runs stand beside each other", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await broken(page);
  await pick(page, "Payments");
  await page.getByRole("tab", { name: "Program", exact: true }).click();
  const choices = page.locator(".inspector .reruns");
  await choices.locator("summary").focus();
  await page.keyboard.press("Enter");
  await choices.getByRole("button", { name: "Payments tracks ids", exact: true }).focus();
  await page.keyboard.press("Enter");
  await split(page).getByText("Payments tracks ids", { exact: true }).waitFor();
  await split(page).locator(".here li", { hasText: "Done twice 0" }).waitFor();
  await split(page).locator(".there li", { hasText: /Done twice \d+ ?\d+ more/ }).waitFor();
  await page.keyboard.press("Escape");
  await split(page).waitFor({ state: "detached" });

  // Any pattern of any service, from the page of branches.
  await page.getByRole("button", { name: "2 branches" }).click();
  const tree = page.getByRole("region", { name: "Branches" });
  await tree.getByRole("row", { name: /Payments tracks ids/ }).waitFor();
  await tree.locator("summary").click();
  await tree.getByRole("button", { name: /^Payments is idempotent/ }).click();
  await split(page).getByText("Payments is idempotent", { exact: true }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("What would prevent a violation is tried from the start with the same failures in one click", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  await broken(page);
  await page.getByRole("button", { name: "What would prevent it?" }).click();
  await page.getByRole("button", { name: "The same failures from the start, compared" }).click();
  await split(page).locator(".here li", { hasText: "Done twice 0" }).waitFor();
  await split(page).getByRole("button", { name: /^First difference 0:/ }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("A request that waits is asked why, and the answer leads to the wire that was cut", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  // The shop is connected by then, so that what is cut is the way of its requests.
  await page.waitForFunction(() => Number(document.querySelector(".clock").textContent.split(":")[1]) >= 3);
  await page.keyboard.press("]");
  await rail(page, "Break");
  await page.getByRole("button", { name: "Cut Web shop to Orders" }).click();
  const clock = () => page.locator(".clock").textContent();
  const cut = await clock();
  await page.waitForFunction(
    (since) => {
      const seconds = (text) => Number(text.split(":")[0]) * 60 + Number(text.split(":")[1]);
      return seconds(document.querySelector(".clock").textContent) > seconds(since) + 3;
    },
    cut,
  );
  await pause(page);
  await rail(page, "Facts");
  await pane(page).getByRole("tab", { name: "One message", exact: true }).click();
  await pane(page).getByRole("button", { name: "Follow the newest request" }).click();
  await pane(page).getByRole("button", { name: "What does it wait for?" }).click();
  const hint = page.locator(".hint");
  await hint.getByText(/waits for its answer\.$/).waitFor();
  await hint.getByText(/^The wire from Web shop to Orders is cut since 0:/).waitFor();
  await hint.getByRole("button", { name: "Show how it happened" }).click();
  await hint.locator(".steps button", { hasText: /cut/ }).first().click();
  assert.ok((await clock()) <= cut, "the cursor is where the wire was cut");
  assert.deepEqual(problems, []);
  await close();
});
