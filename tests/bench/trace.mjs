// What a page's main thread did, from the browser's own trace.

const SCRIPT = new Set(["FireAnimationFrame", "EventDispatch", "TimerFire", "FunctionCall", "RunMicrotasks", "EvaluateScript"]);
const CATEGORIES = ["devtools.timeline", "toplevel", "disabled-by-default-devtools.timeline", "__metadata"];

/** Traces the page while `work` runs: milliseconds of script in each frame, how many frames asked for one, the longest task. */
export async function traced(browser, page, work) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return digest(traceEvents);
}

function digest(events) {
  const frames = events.filter((event) => event.name === "FireAnimationFrame" && event.ph === "X");
  const main = mainThread(events, frames);
  const own = events.filter((event) => event.ph === "X" && event.pid === main.pid && event.tid === main.tid);
  const script = outermost(own.filter((event) => SCRIPT.has(event.name)));
  const tasks = own.filter((event) => event.name === "RunTask" || event.name === "ThreadControllerImpl::RunTask");
  const starts = frames.filter((event) => event.pid === main.pid).map((event) => event.ts).sort((a, b) => a - b);
  const each = starts.map(() => 0);
  let frame = 0;
  for (const event of script) {
    // What comes before a frame counts for it: its events, then its animation.
    while (frame < starts.length && starts[frame] < event.ts) frame++;
    if (frame < starts.length) each[frame] += event.dur / 1000;
  }
  return { frames: each, asked: starts.length, longest: Math.max(0, ...tasks.map((event) => event.dur / 1000)) };
}

/** The thread that runs frames, or, where none did, the renderer's main thread. */
function mainThread(events, frames) {
  if (frames.length > 0) return frames[0];
  return events.find((event) => event.name === "thread_name" && event.args.name === "CrRendererMain") ?? {};
}

/** Events that lie within no other, in the order of time. */
function outermost(events) {
  const sorted = [...events].sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  let end = -Infinity;
  return sorted.filter((event) => {
    if (event.ts < end) return false;
    end = event.ts + event.dur;
    return true;
  });
}
