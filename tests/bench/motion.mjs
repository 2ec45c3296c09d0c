// What the page's script takes: while a large board runs, while nothing moves, while a card is dragged.
import { execFileSync } from "node:child_process";
import { open } from "../e2e/support.mjs";
import { median, percentile, row, wait } from "./row.mjs";
import { traced } from "./trace.mjs";

/** Until the slow requests of the busy board fill its wires. */
const FILL = 40_000;

async function withBoard(browser, host, text) {
  const opened = await open(browser, host.url);
  const taken = await opened.page.evaluate((text) => window.wasmBindings.open_board(text), text);
  if (!taken) throw new Error("the page does not take the board");
  await wait(1000);
  return opened;
}

const board = (native, ...kind) => execFileSync(native, ["board", ...kind], { encoding: "utf8", maxBuffer: 1 << 26 });

export async function frame({ browser, host, native }) {
  const { page, close } = await withBoard(browser, host, board(native, "100", "200", "busy"));
  await page.keyboard.press("Space");
  await wait(FILL);
  const dots = execFileSync(native, ["once", "dots", "40"], { encoding: "utf8" }).trim();
  const { frames, longest } = await traced(browser, page, () => wait(8000));
  await close();
  const [middle, worst] = [median(frames), percentile(frames, 0.99)];
  const figures = `${frames.length} frames in 8 s, some ${dots} dots`;
  row("frame", "100 nodes, 200 wires at 1×: script a frame, median", middle, " ms", "<=", 4, figures);
  row("frame", "the same, 99th percentile", worst, " ms", "<=", 8, figures);
  row("frame", "the same, longest task", longest, " ms", "<=", 50, figures);
}

export async function idle({ browser, host }) {
  const { page, close } = await open(browser, host.url);
  await wait(2000);
  await page.keyboard.press("Space");
  await wait(2000);
  const { asked, frames } = await traced(browser, page, () => wait(3000));
  await close();
  const figures = `${frames.reduce((sum, ms) => sum + ms, 0).toFixed(1)} ms of script in 3 s`;
  row("idle", "paused: frames asked for in 3 s", asked, "", "<=", 0, figures);
}

export async function drag({ browser, host, native }) {
  const { page, close } = await withBoard(browser, host, board(native, "300", "600", "calm"));
  const card = await page.evaluate(() => {
    const middle = (box) => ({ x: box.x + box.width / 2, y: box.y + Math.min(10, box.height / 2) });
    const seen = ({ x, y }, card) => card.contains(document.elementFromPoint(x, y));
    for (const card of document.querySelectorAll(".card")) {
      const at = middle(card.getBoundingClientRect());
      if (seen(at, card)) return at;
    }
    return null;
  });
  if (!card) throw new Error("no card of the large board is in sight");
  await page.mouse.move(card.x, card.y);
  await page.mouse.down();
  const { frames, longest } = await traced(browser, page, async () => {
    for (let step = 1; step <= 150; step++) {
      await page.mouse.move(card.x + step * 2, card.y + Math.sin(step / 10) * 60);
      await wait(8);
    }
  });
  await page.mouse.up();
  await close();
  const figures = `${frames.length} frames, 99th percentile ${percentile(frames, 0.99).toFixed(1)} ms, longest task ${longest.toFixed(0)} ms`;
  row("drag", "300 nodes, 600 wires: script a frame, median", median(frames), " ms", "<=", 4, figures);
}
