// The same facts in the browser as on the command line, by hash, both in release builds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { forAllTests, nativeHashes, open } from "./support.mjs";

const all = forAllTests();

test("every board has the same facts in the browser as on the command line", async (t) => {
  const hashes = Object.entries(await nativeHashes());
  assert.ok(hashes.length >= 3, "there are boards to compare");
  const { page, problems, close } = await open(all.browser, all.host.url);
  for (const [board, hash] of hashes) {
    const text = await (await fetch(`${all.host.url}boards/${board}.json`)).text();
    const [said, ms] = await page.evaluate((text) => {
      const began = performance.now();
      return [window.wasmBindings.run_board(text, 1, 60), performance.now() - began];
    }, text);
    const [own, facts] = said.split(" ");
    assert.equal(own, hash, board);
    t.diagnostic(`${board}: ${facts} facts in ${ms.toFixed(1)} ms`);
  }
  assert.deepEqual(problems, []);
  await close();
});
