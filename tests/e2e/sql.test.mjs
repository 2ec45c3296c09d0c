// The SQL console: a real database engine, fetched when it is first asked, on a copy of a store at the cursor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { card, pick } from "./states.mjs";
import { accessibilityProblems, forAllTests, open } from "./support.mjs";

const all = forAllTests();

async function console_(page) {
  await card(page, "Orders").filter({ hasText: /orders [1-9]/ }).waitFor({ timeout: 60_000 });
  await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
  await pick(page, "Orders");
  await page.getByRole("tab", { name: "Store", exact: true }).click();
  await page.getByRole("button", { name: "Ask in SQL" }).click();
  const field = page.getByLabel("A question in SQL");
  const ask = async (question) => {
    await field.fill(question);
    await field.press("Control+Enter");
    await page.locator(".sql-run .main:not([disabled])").waitFor();
  };
  return { field, ask };
}

test("a question in SQL is answered from the tables at the cursor, and the engine is fetched only then", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url, {});
  const fetched = [];
  page.on("request", (request) => request.url().includes("/sqlite/") && fetched.push(request.url()));
  const { ask } = await console_(page);
  assert.deepEqual(fetched, [], "nothing is fetched before a question is asked");
  const shown = await card(page, "Orders").locator("text=/orders \\d+/").first().innerText();
  const rows = Number(/orders (\d+)/.exec(shown)[1]);
  await ask("SELECT count(*) AS n FROM orders");
  await page.locator(".sql-result td").first().waitFor();
  assert.equal(await page.locator(".sql-result th").innerText(), "n");
  assert.equal(Number(await page.locator(".sql-result td").innerText()), rows);
  assert.ok(fetched.length >= 2, "the engine and its worker");
  await ask('SELECT o."key", count(*) FROM outbox o GROUP BY 1 ORDER BY 1');
  assert.ok((await page.locator(".sql-result tbody tr").count()) > 0);
  assert.deepEqual(await accessibilityProblems(page), []);
  assert.deepEqual(problems, []);
  await close();
});

test("a question that is wrong, that writes, or that never ends is refused in words, and the next one is answered", async () => {
  const { page, close } = await open(all.browser, all.host.url, {});
  const { ask } = await console_(page);
  const refused = page.locator(".sql .refused");
  await ask("SELEC 1");
  assert.match(await refused.innerText(), /syntax error/);
  await ask("DELETE FROM orders");
  assert.match(await refused.innerText(), /readonly|read-only|query_only/i);
  await ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
  assert.match(await refused.innerText(), /longer than \d+ seconds/);
  await ask("SELECT 1 + 1 AS two");
  assert.equal(await page.locator(".sql-result td").innerText(), "2");
  await close();
});
