// The rows that need a browser: node tests/bench/browser.mjs ROW…, called by scripts/bench with paths in the environment.
import { launch, serve } from "../e2e/support.mjs";
import { memory, seek, wasm } from "./core.mjs";
import { dots } from "./dots.mjs";
import { load } from "./load.mjs";
import { drag, frame, idle } from "./motion.mjs";
import { row } from "./row.mjs";

const ROWS = { wasm, seek, memory, dots, frame, idle, drag, load };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in ROWS));
if (names.length === 0 || unknown.length > 0) {
  console.error(`usage: browser.mjs ROW…, of ${Object.keys(ROWS).join(", ")}`);
  process.exit(2);
}
const { CROSSTALK_BENCH: native, CROSSTALK_EMPTY: empty } = process.env;
const host = await serve();
for (const name of names) {
  console.error(`measuring ${name} in the browser…`);
  // A browser of its own for each row, so that none inherits another's processes.
  const browser = await launch();
  try {
    await ROWS[name]({ browser, host, native, empty });
  } catch (error) {
    // The other rows are measured all the same; the table counts this one as missed.
    row(name, "could not be measured", NaN, "", "<=", 0, error.message.split("\n")[0]);
  } finally {
    await browser.close();
  }
}
await host.close();
