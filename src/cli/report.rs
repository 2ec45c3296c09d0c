//! What a run is reported as: text for people, JSON for programs.

use std::fmt::Write;
use std::time::Duration;

use crate::check::Check;
use crate::session::Session;
use crate::sim::Span;
use crate::view::title;

/// Checks, effects and throughput of a run.
pub struct Report {
    board: String,
    seed: u64,
    span: Span,
    facts: u32,
    hash: String,
    took: Duration,
    checks: Vec<CheckRow>,
    effects: Vec<EffectTotal>,
}

struct CheckRow {
    name: &'static str,
    violations: u64,
    pending: usize,
    sentences: Vec<String>,
}

struct EffectTotal {
    service: String,
    line: String,
    expected: u64,
    actual: u64,
}

/// How many violations of a check are told in words.
const TOLD: usize = 5;

impl Report {
    /// Reads a run.
    pub fn of(session: &Session, span: Span, took: Duration) -> Report {
        let (checks, board) = (session.checks(), session.board());
        let told = |check: Check| {
            let of_it = checks.violations().iter().filter(move |violation| violation.check == check).take(TOLD);
            of_it.map(|violation| format!("{} {}", violation.at, title(violation, board))).collect()
        };
        let rows = Check::ALL.map(|check| CheckRow {
            name: check.name(),
            violations: checks.count(check),
            pending: checks.pending(check),
            sentences: told(check),
        });
        let effects = checks.totals().map(|(service, line, totals)| EffectTotal {
            service: board.title_of(service).to_owned(),
            line: line_words(session, service, line),
            expected: totals.expected,
            actual: totals.actual,
        });
        Report {
            board: board.title.clone(),
            seed: session.seed(),
            span,
            facts: session.world().facts(),
            hash: session.world().hash().to_string(),
            took,
            checks: rows.into(),
            effects: effects.collect(),
        }
    }

    /// Whether a check is violated. A pending one is not.
    pub fn violated(&self) -> bool {
        self.checks.iter().any(|check| check.violations > 0)
    }

    fn facts_a_second(&self) -> u64 {
        let seconds = self.took.as_secs_f64();
        if seconds > 0.0 { (f64::from(self.facts) / seconds) as u64 } else { 0 }
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} · seed {} · {} of virtual time", self.board, self.seed, self.span);
        let _ = writeln!(text, "\nChecks");
        for check in &self.checks {
            let pending = if check.pending > 0 { format!(" ({} pending)", check.pending) } else { String::new() };
            let _ = writeln!(text, "  {:<16} {}{pending}", check.name, check.violations);
            for sentence in &check.sentences {
                let _ = writeln!(text, "      {sentence}");
            }
            if check.violations as usize > check.sentences.len() {
                let _ = writeln!(text, "      … and {} more", check.violations as usize - check.sentences.len());
            }
        }
        let _ = writeln!(text, "\nEffects {:>42} {:>8}", "expected", "actual");
        for effect in &self.effects {
            let _ = writeln!(
                text,
                "  {:<36} {:>11} {:>8}",
                format!("{}: {}", effect.service, effect.line),
                effect.expected,
                effect.actual
            );
        }
        let _ = writeln!(
            text,
            "\n{} facts in {:.1} ms: {} facts a second · hash {}",
            self.facts,
            self.took.as_secs_f64() * 1e3,
            self.facts_a_second(),
            self.hash
        );
        text
    }

    /// As JSON.
    pub fn json(&self) -> String {
        let checks: Vec<_> = self
            .checks
            .iter()
            .map(|check| {
                serde_json::json!({
                    "check": check.name, "violations": check.violations, "pending": check.pending, "first": check.sentences,
                })
            })
            .collect();
        let effects: Vec<_> = self
            .effects
            .iter()
            .map(|effect| {
                serde_json::json!({
                    "service": effect.service, "line": effect.line, "expected": effect.expected, "actual": effect.actual,
                })
            })
            .collect();
        let report = serde_json::json!({
            "board": self.board,
            "seed": self.seed,
            "virtual_us": self.span.0,
            "facts": self.facts,
            "hash": self.hash,
            "took_us": u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX),
            "facts_per_second": self.facts_a_second(),
            "violated": self.violated(),
            "checks": checks,
            "effects": effects,
        });
        format!("{report:#}\n")
    }
}

fn line_words(session: &Session, service: crate::sim::NodeId, line: crate::sim::LineId) -> String {
    let node = session.board().service(service);
    let found = node.and_then(|node| node.programs().flat_map(|(_, lines)| lines).find(|known| known.id == line));
    found.map_or_else(|| format!("line {}", line.0), |line| line.does.rest())
}
