// What the browser tests share: a static host under a sub-path, a browser, and a page that remembers what went wrong in it.
import { createReadStream } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { dirname, extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../..");

/** The release page, as `scripts/test` or `scripts/dist` built it. */
export const DIST = resolve(process.env.CROSSTALK_DIST ?? join(ROOT, "dist"));
/** Where screenshots of the tests go. */
export const SHOTS = join(HERE, "shots");
/** The path that the page is served under: nothing may assume that it is at the root of its host. */
export const SUB_PATH = "/deep/sub/path/";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves `dir` under `SUB_PATH` on a free port, and 404 for all else.
 * `override` maps a path below `dir` to other content, or to a status: `{"boards/orders.json": "{"}` or `{"boards/x.json": 500}`.
 */
export async function serve(dir = DIST, override = {}) {
  if (!(await stat(join(dir, "index.html")).catch(() => null))) {
    throw new Error(`there is no page in ${dir}: run scripts/dist, or set CROSSTALK_DIST`);
  }
  const server = createServer(async (request, response) => {
    const answer = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    if (!path.startsWith(SUB_PATH)) return answer(404, "text/plain", "outside the sub-path");
    const name = path.slice(SUB_PATH.length) || "index.html";
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    if (name in override) {
      const given = override[name];
      return typeof given === "number" ? answer(given, "text/plain", "as told") : answer(200, type, given);
    }
    const file = normalize(join(dir, name));
    const found = file.startsWith(dir + sep) && (await stat(file).catch(() => null));
    if (!found || !found.isFile()) return answer(404, "text/plain", "not found");
    response.writeHead(200, { "content-type": type, "content-length": found.size });
    createReadStream(file).pipe(response);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}${SUB_PATH}`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A browser, and the built page on a host, for all tests of a file: `all.browser`, `all.host`. */
export function forAllTests() {
  const all = {};
  before(async () => {
    all.host = await serve();
    all.browser = await launch();
  });
  after(async () => {
    await all.browser?.close();
    await all.host?.close();
  });
  return all;
}

/**
 * A page at `url`, mounted, with `problems`: every console error, uncaught error and failed request since it was opened.
 * `options` go to the browser context: viewport, colorScheme, reducedMotion, hasTouch…; `first` runs in the page before all else.
 */
export async function open(browser, url, options = {}, first = () => {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  await page.addInitScript(first);
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => problems.push(`request failed: ${request.url()}: ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  await page.goto(url);
  await mounted(page).catch((error) => {
    throw new Error(`the page did not start: ${problems.join("; ") || error.message}`);
  });
  return { page, problems, close: () => context.close() };
}

/** Waits until the program has started and has replaced what was shown while it loaded. */
export async function mounted(page, timeout = 60_000) {
  await page.waitForFunction(() => window.wasmBindings !== undefined, null, { timeout });
  await page.waitForSelector("#loading", { state: "detached", timeout });
}

/** A screenshot in `SHOTS`, for people to look at; no test compares it. */
export async function shot(page, name, dir = SHOTS) {
  await mkdir(dir, { recursive: true });
  const path = join(dir, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** What the command line computed for each board, by the board's file name: `{"orders": "…"}`. */
export async function nativeHashes() {
  const path = process.env.CROSSTALK_HASHES ?? join(ROOT, "target/hashes.json");
  return JSON.parse(await readFile(path, "utf8"));
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe-core finds wrong with the page, or with what is `within` a place of it, one line a place; empty if nothing. */
export async function accessibilityProblems(page, within = "html") {
  // What is still fading in has not its colours yet.
  await page.evaluate(() => {
    const fading = document.getAnimations().filter((animation) => animation instanceof CSSAnimation);
    return Promise.allSettled(fading.map((animation) => animation.finished));
  });
  await page.addScriptTag({ path: join(HERE, "node_modules/axe-core/axe.min.js") });
  const run = ([place, values]) => window.axe.run(place, { runOnly: { type: "tag", values } });
  const found = await page.evaluate(run, [within, RULES]);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}`));
}
