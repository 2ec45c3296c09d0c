// Screenshots for people to look at: node tests/e2e/shots.mjs [FOLDER] [DIST] [--at SECONDS] [--states]
// With --states every panel and state in each size and theme, else the first screen.
import { basename, resolve } from "node:path";
import { SHEETS, STATES, rail } from "./states.mjs";
import { DIST, SHOTS, launch, open, serve, shot } from "./support.mjs";

const words = process.argv.slice(2);
const at = words.indexOf("--at");
// Of virtual time.
const seconds = at < 0 ? 12 : Number(words.splice(at, 2)[1]);
const all = words.indexOf("--states");
if (all >= 0) words.splice(all, 1);
const [folder = SHOTS, dist = DIST] = words.map((word) => resolve(word));

const SIZES = [
  { viewport: { width: 1440, height: 900 } },
  { viewport: { width: 1024, height: 768 } },
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
];
const MORE_THEMES = {
  contrast: { contrast: "more" },
  "dark-contrast": { colorScheme: "dark", contrast: "more" },
  forced: { forcedColors: "active" },
};
const THEMES = { light: {}, dark: { colorScheme: "dark" } };
if (all >= 0) Object.assign(THEMES, MORE_THEMES);

/** What is pictured on a page, in order: a name and how one gets there from the one before. */
function states(isPhone) {
  if (all < 0) return [["first", async () => {}]];
  if (!isPhone) return STATES.map(([name, bringAbout]) => [name, bringAbout]);
  const sheets = SHEETS.map((sheet) => [sheet, (page) => rail(page, sheet)]);
  return [["first", async () => {}], ...sheets];
}

const reached = (seconds) => {
  const [minutes, rest] = document.querySelector(".clock").textContent.split(":").map(Number);
  return minutes * 60 + rest >= seconds;
};

const host = await serve(dist);
const browser = await launch();
let failed = false;
for (const [theme, options] of Object.entries(THEMES)) {
  for (const size of SIZES) {
    const { width, height } = size.viewport;
    const { page, problems, close } = await open(browser, host.url, { ...options, ...size });
    await page.waitForFunction(reached, seconds, { timeout: 0 });
    for (const [at, [name, bringAbout]] of states(size.isMobile).entries()) {
      await bringAbout(page);
      await page.waitForFunction(() => document.getAnimations().every((moving) => moving.playState !== "running"));
      const label = `${String(at).padStart(2, "0")}-${name.replaceAll(/[^a-z]+/gi, "-")}-${width}x${height}-${theme}`;
      console.log(basename(await shot(page, label, folder)), ...problems);
    }
    failed ||= problems.length > 0;
    await close();
  }
}
await browser.close();
await host.close();
process.exitCode = failed ? 1 : 0;
