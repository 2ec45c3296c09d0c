// Screenshots for people to look at: node tests/e2e/shots.mjs [FOLDER] [DIST] [--at SECONDS]
import { basename, resolve } from "node:path";
import { DIST, SHOTS, launch, open, serve, shot } from "./support.mjs";

const words = process.argv.slice(2);
const at = words.indexOf("--at");
// Of virtual time.
const seconds = at < 0 ? 12 : Number(words.splice(at, 2)[1]);
const [folder = SHOTS, dist = DIST] = words.map((word) => resolve(word));

const SIZES = [
  [1440, 900],
  [1024, 768],
  [390, 844],
];

const host = await serve(dist);
const browser = await launch();
let failed = false;
for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of SIZES) {
    const { page, problems, close } = await open(browser, host.url, { colorScheme, viewport: { width, height } });
    const reached = (seconds) => {
      const [minutes, rest] = document.querySelector(".clock").textContent.split(":").map(Number);
      return minutes * 60 + rest >= seconds;
    };
    await page.waitForFunction(reached, seconds, { timeout: 0 });
    console.log(basename(await shot(page, `${width}x${height}-${colorScheme}`, folder)), ...problems);
    failed ||= problems.length > 0;
    await close();
  }
}
await browser.close();
await host.close();
process.exitCode = failed ? 1 : 0;
