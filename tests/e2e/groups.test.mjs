// A consumer group: its members and timers in the inspector, and a rebalance gone through by its requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pick, rail } from "./states.mjs";
import { forAllTests, open, shot } from "./support.mjs";

const all = forAllTests();

test("a rebalance is gone through request by request, and the group shows what each member does", async () => {
  const { page, problems, close } = await open(all.browser, all.host.url);
  try {
    await page.locator(".card.service").first().waitFor();
    await pick(page, "Payments");
    await page.getByRole("tab", { name: "Group", exact: true }).click();
    const group = page.locator(".inspector .group");
    await group.getByText("Stable", { exact: true }).waitFor();
    await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
    const members = group.locator(".members > li");
    assert.equal(await members.count(), 3);
    assert.ok((await members.first().innerText()).includes("is thrown out, unless it is heard"), "its session's timer is shown");

    // One member dies: its timer runs down, and steps by requests tell how the others take over.
    await rail(page, "Break");
    await page.getByRole("button", { name: "Crash payments-2" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: "What a step goes by" }).selectOption({ label: "request" });
    const said = page.locator(".notice p");
    const told = [];
    for (let step = 0; step < 40; step += 1) {
      const before = (await said.count()) ? await said.innerText() : "";
      await page.getByRole("button", { name: "Step", exact: true }).click();
      await page.waitForFunction((before) => (document.querySelector(".notice p")?.innerText ?? before) !== before, before);
      told.push(await said.innerText());
      if (step > 2 && told.at(-1).includes("got the answer to SyncGroup")) break;
      if ((await group.innerText()).includes("deals the partitions")) await shot(page, "a group deals its partitions");
    }
    for (const request of ["a session timed out", "sent JoinGroup", "got JoinGroup", "sent SyncGroup"]) {
      assert.ok(told.some((line) => line.includes(request)), `nobody ${request}: ${told.join("\n")}`);
    }
    await group.getByText("Stable", { exact: true }).waitFor();
    assert.equal(await members.count(), 2);

    // And back to before the coordinator noticed.
    for (let step = told.length; step > 0 && (await members.count()) === 2; step -= 1) {
      await page.getByRole("button", { name: "Step back" }).click();
    }
    await page.waitForFunction(() => document.querySelectorAll(".inspector .group .members > li").length === 3);
    assert.deepEqual(problems, []);
  } finally {
    await close();
  }
});
