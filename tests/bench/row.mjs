// Rows as lines for the table, and what is common to measuring.

/** Prints a measure: `sign` is "<=", ">=" or "-"; the table says whether the budget was met. */
export function row(name, measure, value, unit, sign, budget, figures) {
  console.log([name, measure, value, unit, sign, budget, figures].join("\t"));
}

/** The value that a share of all do not exceed: 0.5 for the median. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] : NaN;
}

export const median = (values) => percentile(values, 0.5);

/** Measures each once as a warm-up, then all in turn for so many rounds: a list of results for each. */
export async function inTurn(rounds, ...measures) {
  const results = measures.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [n, measure] of measures.entries()) {
      const result = await measure();
      if (round > 0) results[n].push(result);
    }
  }
  return results;
}

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));
