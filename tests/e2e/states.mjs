// Every panel and state that a person can bring about: what axe-core looks at, and what people look at in screenshots.

export const card = (page, title) => page.locator(".card", { has: page.locator("h3", { hasText: new RegExp(`^${title}$`) }) });
export const pick = (page, title) => card(page, title).locator("h3").click();
const tab = (page, name) => page.getByRole("tab", { name, exact: true }).click();
export const rail = (page, name) => page.getByRole("navigation", { name: "Panels" }).getByRole("button", { name, exact: true }).click();

/**
 * Every panel and state that a person can bring about, in an order in which each can be reached from the one before.
 * What lies over others for a moment, and covers a part of them, is looked at by itself.
 */
export const STATES = [
  ["the first screen", async () => {}],
  ["the boards", (page) => rail(page, "Boards")],
  ["the palette", (page) => rail(page, "Add")],
  ["the failures", (page) => rail(page, "Break")],
  ["a failure that is chosen, with what it can happen to", async (page) => {
    await page.locator(".kinds").getByRole("button", { name: "Crash, then choose what", exact: true }).click();
    await page.locator('.mark-takers:not([d=""])').waitFor({ state: "attached" });
    // From far away the title lies over the first row.
    await card(page, "Payments").locator(".instance").last().hover();
    await page.locator(".said", { hasText: "Crash payments-3" }).waitFor();
  }],
  ["failures that are planned", async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("radio", { name: "planned", exact: true }).click();
    await page.getByRole("button", { name: "Cut Web shop to Orders" }).click();
    await page.locator(".plan li input").waitFor();
  }],
  ["a planned failure on the strip", async (page) => {
    await page.locator(".strip .item.planned").focus();
    await page.locator(".strip-tip").waitFor();
    await page.keyboard.press("Delete");
    await page.locator(".strip .item.planned").waitFor({ state: "detached" });
    await page.getByRole("radio", { name: "now", exact: true }).click();
  }],
  ["a wire over which nothing is read", async (page) => {
    const unread = page.locator(".wire.unread");
    // It stops what is assigned by then.
    for (let tries = 0; tries < 40 && !(await unread.count()); tries += 1) {
      await page.getByRole("button", { name: "Stop reading order-events to Payments" }).click();
      await page.waitForTimeout(500);
    }
    await unread.waitFor();
  }],
  ["a broker without power", async (page) => {
    await page.getByRole("button", { name: "Read on order-events to Payments" }).click();
    await page.getByRole("button", { name: "Power loss Broker" }).click();
    await page.locator(".card.broker.dark").waitFor();
  }],
  ["a wire that is slow and lossy", async (page) => {
    await page.getByRole("button", { name: "Restart Broker" }).click();
    await page.getByRole("button", { name: "Slow Web shop to Orders" }).click();
    await page.getByRole("button", { name: "Lossy Web shop to Orders" }).click();
    await page.locator(".wire.slow.lossy").waitFor();
  }],
  ["the outline", (page) => rail(page, "Outline")],
  ["the words", (page) => rail(page, "Words")],
  ["the look", async (page) => {
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Look" }).click();
  }, ".looks"],
  ["a service's program with a pin's card", async (page) => {
    await page.keyboard.press("Escape");
    await pick(page, "Payments");
    await tab(page, "Program");
    await page.getByRole("button", { name: "Pin a crash between commit and ack" }).click();
  }],
  ["a service's settings", async (page) => {
    await page.keyboard.press("Escape");
    await tab(page, "Settings");
  }],
  ["a setting that is refused", async (page) => {
    await page.getByLabel("session.timeout.ms").first().fill("1");
    await page.keyboard.press("Tab");
  }],
  ["a service's store", (page) => tab(page, "Store")],
  ["a consumer group", (page) => tab(page, "Group")],
  ["a group that rebalances", async (page) => {
    await rail(page, "Break");
    await page.getByRole("button", { name: "Crash payments-2" }).click();
    await page.keyboard.press("Escape");
    const steps = page.getByRole("combobox", { name: "What a step goes by" });
    await steps.selectOption({ label: "request" });
    const group = page.locator(".inspector .group");
    // On a phone the failures took the inspector's place.
    if (!(await group.isVisible())) {
      await pick(page, "Payments");
      await tab(page, "Group");
    }
    for (let step = 0; step < 40 && !(await group.innerText()).includes("deals the partitions"); step += 1) {
      await page.getByRole("button", { name: "Step", exact: true }).click();
    }
    await group.getByText("CompletingRebalance").waitFor();
    await steps.selectOption({ label: "fact" });
  }],
  ["a service's facts", (page) => tab(page, "Facts")],
  ["the broker", (page) => pick(page, "Broker")],
  ["the client", (page) => pick(page, "Web shop")],
  ["a wire", (page) => page.getByRole("button", { name: /^Wire order-events to Payments/ }).focus().then(() => page.keyboard.press("Enter"))],
  ["the board's own page", async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.locator("main").click({ position: { x: 480, y: 20 } });
  }],
  ["a violation and what would prevent it", async (page) => {
    await rail(page, "Boards");
    await page.getByRole("dialog", { name: "Boards" }).getByRole("button", { name: /^Delivered twice/ }).click();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press("]");
    await page.locator('.check-chip[aria-label^="Done twice: 1"]').waitFor();
    await page.locator(".transport").getByRole("button", { name: "Pause", exact: true }).click();
    await page.locator('.check-chip[aria-label^="Done twice: 1"]').click();
    await page.locator(".check-card").getByRole("button", { name: /charged twice/ }).click();
    await page.getByRole("button", { name: "What would prevent it?" }).click();
  }],
  ["what the run can be repeated with", async (page) => {
    await pick(page, "Payments");
    await tab(page, "Program");
    await page.locator(".inspector .reruns summary").click();
    await page.locator(".inspector .reruns li button").first().focus();
  }],
  ["two branches compared", async (page) => {
    await page.getByRole("button", { name: /^Try again from just before it with/ }).click();
    await page.getByRole("button", { name: "2 branches" }).click();
    await page.getByRole("button", { name: /^Compare with/ }).click();
    await page.getByRole("region", { name: "Comparison", exact: true }).locator(".there li").first().waitFor();
  }],
  ["two branches compared in words", async (page) => {
    await page.getByRole("button", { name: "In words" }).click();
    await page.getByRole("region", { name: "Comparison in words" }).waitFor();
  }],
  ["breakpoints", async (page) => {
    await page.getByRole("button", { name: "Stop comparing" }).click();
    await tab(page, "Breakpoints");
    await page.getByLabel("Stop when").selectOption({ label: "a group falls behind" });
    await page.locator(".pane").getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText(/^the group .* falls behind$/).waitFor();
    await page.getByRole("button", { name: /^Take away the breakpoint/ }).focus();
  }],
  ["a menu", async (page) => {
    await page.getByRole("button", { name: "Close the facts" }).click();
    await card(page, "Payments").locator(".instance").first().click({ button: "right" });
    await page.getByRole("menu").waitFor();
  }, ".menu"],
];

/** What a phone shows from below. */
export const SHEETS = ["Boards", "Add", "Break", "Inspect", "Time"];
