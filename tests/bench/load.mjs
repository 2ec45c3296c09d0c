// A first visit: what it fetches, and how long until the default board runs, against an empty page.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DIST, SUB_PATH, serve } from "../e2e/support.mjs";
import { inTurn, median, row, wait } from "./row.mjs";

const SLOWER = 4;

/** A page that notes when something first shows; `shows` runs in it and says whether it does. */
async function visit(browser, url, shows) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const fetched = [];
  page.on("response", (response) => fetched.push(new URL(response.url()).pathname));
  await page.addInitScript(`
    const shows = ${shows};
    const watch = () => {
      if (window.shownAt === undefined && shows()) window.shownAt = performance.now();
    };
    new MutationObserver(watch).observe(document, { subtree: true, childList: true, characterData: true });
  `);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.goto(url);
  const shown = await page.waitForFunction(() => window.shownAt, null, { timeout: 120_000, polling: 100 });
  const ms = await shown.jsonValue();
  // What comes a little later belongs to the visit as well.
  await wait(1500);
  await context.close();
  return { ms, fetched };
}

export async function load({ browser, host, empty }) {
  const blank = await serve(empty);
  const runs = () => /[1-9]/.test(document.querySelector("time.clock")?.textContent ?? "");
  const [ours, theirs] = await inTurn(
    5,
    () => visit(browser, host.url, String(runs)),
    () => visit(browser, blank.url, String(() => document.querySelector("main") !== null)),
  );
  await blank.close();
  const names = new Set(ours.flatMap((visit) => visit.fetched).filter((path) => path.startsWith(SUB_PATH)));
  let packed = 0;
  for (const path of names) {
    const name = decodeURIComponent(path.slice(SUB_PATH.length)) || "index.html";
    packed += gzipSync(await readFile(join(DIST, name)), { level: 9 }).length;
  }
  const [mine, blankly] = [ours, theirs].map((visits) => median(visits.map((visit) => visit.ms)));
  row("load", "a first visit, gzip", packed / 1000, " kB", "<=", 300, `${names.size} files`);
  const figures = `${mine.toFixed(0)} ms with the CPU slowed ${SLOWER}×, empty page ${blankly.toFixed(0)}`;
  row("load", "until the default board runs, against an empty page", mine / blankly, "×", "<=", 3, figures);
}
