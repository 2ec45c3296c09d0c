// The core in a tab: as fast as natively, seeking in a long run, and what that takes of memory.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { open } from "../e2e/support.mjs";
import { inTurn, percentile, row } from "./row.mjs";

const SECONDS = 2000;
const FACTS = 1_000_000;
const SEEKS = 300;

const defaultBoard = () => readFile(new URL("../../public/boards/orders.json", import.meta.url), "utf8");

export async function wasm({ browser, host, native }) {
  const text = await defaultBoard();
  const { page, close } = await open(browser, host.url);
  const inTab = () =>
    page.evaluate(
      ([text, seconds]) => {
        const once = () => {
          const began = performance.now();
          const facts = window.wasmBindings.check_board(text, seconds);
          return ((performance.now() - began) * 1e6) / facts;
        };
        return Math.min(once(), once(), once(), once());
      },
      [text, SECONDS],
    );
  const natively = () => {
    const said = execFileSync(native, ["once", "world", String(SECONDS)], { encoding: "utf8" });
    return Number(said.split(" ")[0]);
  };
  const [tab, plain] = (await inTurn(4, inTab, natively)).map((values) => Math.min(...values));
  await close();
  const figures = `${tab.toFixed(0)} ns a fact, natively ${plain.toFixed(0)}`;
  row("wasm", "default board with checks, Chromium against native", tab / plain, "×", "<=", 1.6, figures);
}

/** A page with a recorded run of a million facts in it. */
async function longRun(browser, host) {
  const opened = await open(browser, host.url, {}, () => {
    addEventListener("TrunkApplicationStarted", (event) => (window.wasmMemory = event.detail.wasm.memory));
  });
  await opened.page.keyboard.press("Space");
  const megabytes = await opened.page.evaluate(
    async ([text, facts]) => {
      const before = window.wasmMemory.buffer.byteLength;
      const run = (window.run = new window.wasmBindings.RecordedRun(text));
      while (run.facts() < facts) {
        run.play(run.now() + 20);
        await new Promise((next) => setTimeout(next));
      }
      return [before, window.wasmMemory.buffer.byteLength].map((bytes) => bytes / 2 ** 20);
    },
    [await defaultBoard(), FACTS],
  );
  return { ...opened, megabytes };
}

export async function memory({ browser, host }) {
  const { megabytes, close } = await longRun(browser, host);
  await close();
  const [before, after] = megabytes;
  const figures = `all of the page's wasm memory; ${before.toFixed(0)} MiB before the run`;
  row("memory", "a million facts and snapshots, in the tab", after, " MiB", "<=", 96, figures);
}

export async function seek({ browser, host }) {
  const { page, close } = await longRun(browser, host);
  const { whole, seeks } = await page.evaluate(async (count) => {
    const { run } = window;
    const end = run.now();
    const timed = (work) => {
      const began = performance.now();
      work();
      return performance.now() - began;
    };
    const wholes = [];
    for (let round = 0; round < 3; round++) {
      run.seek(0);
      wholes.push(timed(() => run.play(end)));
    }
    const seeks = [];
    for (let n = 0; n < count; n++) {
      // Even in the long run, and the same each time.
      seeks.push(timed(() => run.seek(((n * 0.618034) % 1) * end)));
      if (n % 20 === 0) await new Promise((next) => setTimeout(next));
    }
    return { whole: Math.min(...wholes), seeks };
  }, SEEKS);
  await close();
  const worst = percentile(seeks, 0.99);
  const figures = `median ${percentile(seeks, 0.5).toFixed(1)} ms; all of it ${whole.toFixed(0)} ms`;
  row("seek", "the same in the tab, against running it all", worst / whole, "×", "<=", 0.02, figures);
  row("seek", "the same in the tab, 99th percentile", worst, " ms", "<=", 100, figures);
}
