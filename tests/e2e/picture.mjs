// The picture of the page in the README: node tests/e2e/picture.mjs [DIST]. The same board, the same seed, the same moment.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DIST, launch, open, serve } from "./support.mjs";

const dist = process.argv[2] ? resolve(process.argv[2]) : DIST;
const file = fileURLToPath(new URL("../../public/picture.png", import.meta.url));

const host = await serve(dist);
const browser = await launch();
const { page, problems, close } = await open(browser, host.url, { viewport: { width: 1440, height: 900 } });
await page.getByRole("button", { name: "Boards" }).first().click();
await page.getByRole("dialog", { name: "Boards" }).getByRole("button", { name: /^Delivered twice/ }).click();
for (let press = 0; press < 5; press += 1) await page.keyboard.press("]");
await page.locator('.check-chip[aria-label^="Done twice: 1"]').waitFor();
await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
// The check leads to its own moment, which is the same in every run.
await page.locator('.check-chip[aria-label^="Done twice: 1"]').click();
await page.locator(".check-card").getByRole("button", { name: /charged twice/ }).click();
await page.locator(".hint").getByText("was charged twice").waitFor();
await page.locator(".card.service").filter({ hasText: "Payments" }).locator("h3").click();
await page.evaluate(() => document.activeElement?.blur());
await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
await page.screenshot({ path: file });
console.log(file, ...problems);
await close();
await browser.close();
await host.close();
process.exitCode = problems.length > 0 ? 1 : 0;
