// Moving dots: the page's painter against SVG circles and against a canvas with an arc for each.
import { fileURLToPath } from "node:url";
import { open, serve } from "../e2e/support.mjs";
import { inTurn, median, row } from "./row.mjs";

const OURS = 120;
const ARCS = 60;
const CIRCLES = 20;

/** Seconds of CPU that all of the browser's processes have taken. */
async function cpu(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, each) => sum + each.cpuTime, 0);
}

export async function dots({ browser, host }) {
  const session = await browser.newBrowserCDPSession();
  const baselines = await serve(fileURLToPath(new URL("pages", import.meta.url)));
  const ours = await open(browser, host.url);
  // Nothing but the dots is to move.
  await ours.page.keyboard.press("Space");
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const plain = await context.newPage();
  await plain.goto(baselines.url);

  /** Milliseconds of CPU a frame, and frames a second. */
  const measure = (page, painter, n, frames) => async () => {
    await page.bringToFront();
    const before = await cpu(session);
    const took = await page.evaluate(
      async ([painter, n, frames]) => {
        const began = performance.now();
        const paint = painter === "ours" ? window.wasmBindings.paint_dots : window[painter];
        await paint(n, frames);
        return performance.now() - began;
      },
      [painter, n, frames],
    );
    return { cpu: (((await cpu(session)) - before) * 1000) / frames, rate: (frames * 1000) / took };
  };
  const [mine, arcs, circles] = await inTurn(
    3,
    measure(ours.page, "ours", 10_000, OURS),
    measure(plain, "arcs", 10_000, ARCS),
    measure(plain, "svgCircles", 10_000, CIRCLES),
  );
  const [many] = await inTurn(3, measure(ours.page, "ours", 20_000, OURS));
  await context.close();
  await ours.close();
  await baselines.close();

  const each = (results) => median(results.map((result) => result.cpu));
  const rate = (results) => median(results.map((result) => result.rate));
  const said = (results) => `${each(results).toFixed(1)} ms a frame, ${rate(results).toFixed(0)} fps`;
  row("dots", "10,000, CPU against SVG circles", each(mine) / each(circles), "×", "<=", 0.1, `${said(mine)}; circles ${said(circles)}`);
  row("dots", "10,000, CPU against an arc each", each(mine) / each(arcs), "×", "<=", 0.4, `${said(mine)}; arcs ${said(arcs)}`);
  row("dots", "20,000, frames a second", rate(many), "", ">=", 50, said(many));
}
