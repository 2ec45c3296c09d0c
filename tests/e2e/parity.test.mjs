// The same facts in the browser as on the command line, by hash, both in release builds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, nativeHashes, open, serve } from "./support.mjs";

let host, browser;
before(async () => {
  host = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.close();
});

test("every board has the same facts in the browser as on the command line", async (t) => {
  const hashes = Object.entries(await nativeHashes());
  assert.ok(hashes.length >= 3, "there are boards to compare");
  const { page, problems, close } = await open(browser, host.url);
  for (const [board, hash] of hashes) {
    const text = await (await fetch(`${host.url}boards/${board}.json`)).text();
    const said = await page.evaluate((text) => window.wasmBindings.run_board(text, 1, 60), text);
    assert.equal(said.split(" ")[0], hash, board);
    t.diagnostic(`${board}: ${said}`);
  }
  assert.deepEqual(problems, []);
  await close();
});
