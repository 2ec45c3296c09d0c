//! Rows: as lines for another program, and as the table that people read.

use std::process::ExitCode;

/// By how much a budget may be missed before that counts: machines are noisy.
const SLACK: f64 = 1.15;

/// What a measure is held to.
#[derive(Clone, Copy, Debug)]
pub enum Budget {
    /// At the most.
    AtMost(f64),
    /// At the least.
    AtLeast(f64),
    /// Nothing: for information.
    None,
}

/// One measure.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub measure: String,
    /// What came out.
    pub value: f64,
    /// `×` for a ratio, or a unit.
    pub unit: &'static str,
    /// What it is held to.
    pub budget: Budget,
    /// Absolute figures, for information.
    pub figures: String,
}

impl Row {
    /// A ratio with a budget.
    pub fn ratio(measure: impl Into<String>, value: f64, budget: Budget, figures: impl Into<String>) -> Row {
        Row { measure: measure.into(), value, unit: "×", budget, figures: figures.into() }
    }

    /// The row as one line: name, measure, value, unit, `<=`, `>=` or `-`, budget, figures, with tabs between them.
    pub fn line(&self, name: &str) -> String {
        let (sign, budget) = match self.budget {
            Budget::AtMost(budget) => ("<=", budget),
            Budget::AtLeast(budget) => (">=", budget),
            Budget::None => ("-", 0.0),
        };
        format!("{name}\t{}\t{}\t{}\t{sign}\t{budget}\t{}", self.measure, self.value, self.unit, self.figures)
    }
}

struct Read {
    cells: [String; 6],
    missed: bool,
}

fn read(line: &str) -> Option<Read> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [name, measure, value, unit, sign, budget, figures] = fields.as_slice() else { return None };
    let (value, budget): (f64, f64) = (value.parse().ok()?, budget.parse().ok()?);
    let (over, bound) = match *sign {
        "<=" => (if value <= budget { 0.0 } else { value / budget }, format!("≤ {}{unit}", short(budget))),
        ">=" => (if value >= budget { 0.0 } else { budget / value }, format!("≥ {}{unit}", short(budget))),
        _ => (0.0, String::new()),
    };
    let missed = over > SLACK || value.is_nan();
    let verdict = match *sign {
        "-" => "",
        _ if missed => "MISSED",
        _ if over > 0.0 => "within 15%",
        _ => "ok",
    };
    let cells = [
        (*name).to_owned(),
        (*measure).to_owned(),
        format!("{}{unit}", short(value)),
        bound,
        verdict.to_owned(),
        (*figures).to_owned(),
    ];
    Some(Read { cells, missed })
}

/// Three significant digits.
fn short(value: f64) -> String {
    let digits = if value == 0.0 { 0 } else { (2 - value.abs().log10().floor() as i32).clamp(0, 4) };
    let text = format!("{value:.*}", digits as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Prints the table of a file of lines; fails when a budget is missed by more than 15%.
pub fn table(file: &str) -> ExitCode {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let head = ["row", "measure", "is", "budget", "", "for information"].map(str::to_owned);
    let mut rows: Vec<Read> = text.lines().filter_map(read).collect();
    // Measures of one row stand together, be they native or from the browser.
    let names: Vec<String> = rows.iter().map(|row| row.cells[0].clone()).collect();
    rows.sort_by_key(|row| names.iter().position(|name| *name == row.cells[0]));
    let all: Vec<&[String; 6]> = std::iter::once(&head).chain(rows.iter().map(|row| &row.cells)).collect();
    let width = |column: usize| all.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    for cells in &all {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        println!("{}{}", line, cells[5]);
    }
    let missed = rows.iter().filter(|row| row.missed).count();
    if missed == 0 {
        return ExitCode::SUCCESS;
    }
    println!("\n{missed} of {} missed by more than 15%", rows.len());
    ExitCode::FAILURE
}
