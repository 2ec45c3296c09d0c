// The program has stopped: the page says so, and gives the file that shows it again.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { forAllTests, mounted, open, shot } from "./support.mjs";

const all = forAllTests();

/** Opens the page, crashes payments-2, and then the program. */
async function stopped() {
  const opened = await open(all.browser, all.host.url);
  const { page } = opened;
  await page.locator(".card.service").first().waitFor();
  await page.waitForFunction(() => Number(document.querySelector('[role=slider][aria-label="Time"]')?.ariaValueNow) >= 2);
  await page.getByRole("button", { name: "What can be done to payments-2" }).click();
  await page.getByRole("menuitem", { name: "Crash payments-2", exact: true }).click();
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.evaluate(() => {
    try {
      window.wasmBindings.panic_now();
    } catch {
      // That is what it is for.
    }
  });
  const dialog = page.getByRole("alertdialog", { name: "Crosstalk has stopped" });
  await dialog.waitFor();
  return { ...opened, dialog };
}

test("the file of a stopped run can be saved, and opened again", async () => {
  const { page, dialog, close } = await stopped();
  await shot(page, "crash");
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("link", { name: "Save the file" }).click()]);
  const path = await download.path();
  const saved = JSON.parse(await readFile(path, "utf8"));
  assert.deepEqual(Object.keys(saved).sort(), ["document", "path", "seed", "time_us"]);
  assert.equal(saved.document.schema, 1);
  assert.ok(Number.isInteger(saved.seed));
  assert.ok(saved.time_us >= 2e6);
  assert.deepEqual(saved.path.map(({ action }) => Object.keys(action)), [["process"]]);
  assert.ok(saved.path[0].at_us <= saved.time_us);

  await page.reload();
  await mounted(page);
  await page.locator(".card.service").first().waitFor();
  await page.getByRole("button", { name: "Boards" }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "run.json", mimeType: "application/json", buffer: await readFile(path) });
  await page.locator(".notice").getByText(/A saved run, at its beginning/).waitFor();
  await close();
});

test("the dialog has the focus, and nothing behind it does", async () => {
  const { page, dialog, close } = await stopped();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Save the file");
  assert.equal(await page.locator(".page").evaluate((it) => it.inert), true);
  assert.equal(await dialog.getByRole("link", { name: "Reload the page" }).count(), 1);
  await close();
});
