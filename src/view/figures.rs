//! Figures of a run: a row for each node at the cursor, and small charts over the whole run.

use crate::check::metrics::{Metrics, Of};
use crate::session::Session;
use crate::sim::{Span, Time};

use super::reading::Reading;
use super::scale::Scale;

/// How many places a chart has from its left end to its right.
const POINTS: u32 = 120;

/// A node's figures over the time before the cursor; `–` for what it does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureRow {
    /// Of what.
    pub of: Of,
    /// Its name; `all handlings` for the row of the whole board.
    pub name: String,
    /// Handlings, answers or appends a second.
    pub throughput: String,
    /// How long half of them took at most, in milliseconds.
    pub p50: String,
    /// How long 95 in 100 took at most.
    pub p95: String,
    /// How long 99 in 100 took at most.
    pub p99: String,
    /// Records to be committed still.
    pub lag: String,
    /// Rows to be published still.
    pub outbox: String,
    /// Handlings of what had been handled before.
    pub again: String,
    /// The share of time with work in hand.
    pub busy: String,
}

/// A line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLine {
    /// Its name: `p95`; empty where there is only one.
    pub name: &'static str,
    /// Its value at each place, from the left; none where there is none.
    pub points: Vec<Option<f64>>,
}

/// A small chart over the time that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows: `latency`.
    pub title: &'static str,
    /// Its lines.
    pub lines: Vec<ChartLine>,
    /// The value at its upper edge, never 0.
    pub top: f64,
    /// The value at its upper edge, as it is shown.
    pub top_text: String,
    /// The value at the cursor, as it is shown.
    pub now: String,
}

impl Chart {
    /// A line as the description of a path in a box of this size: a step for each place, with gaps where there is no value.
    pub fn path(&self, line: &ChartLine, width: f64, height: f64) -> String {
        let step = width / f64::from(POINTS);
        let mut path = String::new();
        let mut pen_down = false;
        for (nth, point) in line.points.iter().enumerate() {
            let Some(value) = point else {
                pen_down = false;
                continue;
            };
            let (x, y) = (nth as f64 * step, height - value / self.top * height);
            let to = if pen_down { 'L' } else { 'M' };
            path.push_str(&format!("{to}{x:.1} {y:.1}H{:.1}", x + step));
            pen_down = true;
        }
        path
    }
}

/// The figures of a run, added to as it goes on.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    metrics: Metrics,
    read: Reading,
}

impl Figures {
    /// Looks at so many facts more; all over again where the path of actions has changed. Returns whether all were looked at.
    pub fn catch_up(&mut self, session: &Session, most: usize) -> bool {
        let facts = session.all_facts();
        if self.read.is_stale(session) {
            *self = Figures { read: Reading::of(session), ..Figures::default() };
        }
        let end = facts.len().min(self.read.seen.saturating_add(most));
        facts.between(self.read.seen, end).iter().for_each(|entry| self.metrics.see(entry));
        self.read.seen = end;
        end == facts.len()
    }

    /// A row for all of the board and for each client, service and broker: over so much time before the cursor.
    pub fn rows(&self, session: &Session, window: Span) -> Vec<FigureRow> {
        let board = session.board();
        let nodes = board.clients.iter().map(|client| client.id);
        let nodes =
            nodes.chain(board.services.iter().map(|service| service.id)).chain(board.brokers.iter().map(|broker| broker.id));
        let named = nodes.map(|node| (Of::Node(node), board.title_of(node).to_owned()));
        let all = std::iter::once((Of::All, "all handlings".to_owned()));
        all.chain(named).map(|(of, name)| self.row(session.now(), window, of, name)).collect()
    }

    fn row(&self, to: Time, window: Span, of: Of, name: String) -> FigureRow {
        let from = to - window;
        let none = || "–".to_owned();
        let took = self.metrics.latency(of, from, to);
        let ms = |span: Option<Span>| span.map_or_else(none, milliseconds);
        let count = |value: Option<u32>| value.map_or_else(none, |value| value.to_string());
        let busy = match of {
            Of::Node(node) => self.metrics.utilisation(node, from, to),
            Of::All => None,
        };
        FigureRow {
            of,
            name,
            throughput: format!("{:.1}", self.metrics.throughput(of, from, to)),
            p50: ms(took.map(|took| took.p50)),
            p95: ms(took.map(|took| took.p95)),
            p99: ms(took.map(|took| took.p99)),
            lag: count(self.metrics.lag(of, to)),
            outbox: count(self.metrics.outbox(of, to)),
            again: self.metrics.redeliveries(of, from, to).to_string(),
            busy: busy.map_or_else(none, |share| format!("{:.0} %", share * 100.0)),
        }
    }

    /// The charts of a node, or of all of the board, over the time of a scale: those that have anything to show.
    pub fn charts(&self, session: &Session, of: Of, scale: Scale) -> Vec<Chart> {
        let now = session.now();
        let step = Span(scale.span().0 / u64::from(POINTS));
        let known = session.frontier();
        let place = |nth: u32| {
            let from = scale.from + Span(step.0 * u64::from(nth));
            (from <= known).then(|| (from, (from + step).min(known)))
        };
        let over = |value: &dyn Fn(Time, Time) -> Option<f64>| -> Vec<Option<f64>> {
            (0..POINTS).map(|nth| place(nth).and_then(|(from, to)| value(from, to))).collect()
        };
        let one = |points| vec![ChartLine { name: "", points }];
        let metrics = &self.metrics;
        let ms = |span: Span| span.0 as f64 / 1_000.0;
        let took: Vec<_> = (0..POINTS).map(|nth| place(nth).and_then(|(from, to)| metrics.latency(of, from, to))).collect();
        let latency = vec![
            ChartLine { name: "p99", points: took.iter().map(|took| took.map(|took| ms(took.p99))).collect() },
            ChartLine { name: "p95", points: took.iter().map(|took| took.map(|took| ms(took.p95))).collect() },
            ChartLine { name: "p50", points: took.iter().map(|took| took.map(|took| ms(took.p50))).collect() },
        ];
        let mut charts = vec![
            chart("per second", one(over(&|from, to| Some(metrics.throughput(of, from, to)))), "", at(now, scale)),
            chart("latency", latency, " ms", at(now, scale)),
            chart("lag", one(over(&|_, to| metrics.lag(of, to).map(f64::from))), "", at(now, scale)),
            chart("outbox", one(over(&|_, to| metrics.outbox(of, to).map(f64::from))), "", at(now, scale)),
            chart("again", one(over(&|from, to| Some(f64::from(metrics.redeliveries(of, from, to))))), "", at(now, scale)),
        ];
        if let Of::Node(node) = of {
            let busy = over(&|from, to| metrics.utilisation(node, from, to).map(|share| share * 100.0));
            charts.push(chart("busy", one(busy), " %", at(now, scale)));
        }
        charts.retain(|chart| {
            chart.lines.iter().any(|line| line.points.iter().any(|point| point.is_some_and(|value| value > 0.0)))
        });
        charts
    }
}

/// The place of the cursor in a chart.
fn at(now: Time, scale: Scale) -> usize {
    let share = scale.x(now) / scale.width;
    ((share * f64::from(POINTS)) as usize).min(POINTS as usize - 1)
}

fn chart(title: &'static str, lines: Vec<ChartLine>, unit: &str, cursor: usize) -> Chart {
    let points = lines.iter().flat_map(|line| line.points.iter().flatten());
    let top = rounded_up(points.copied().fold(0.0, f64::max));
    let named = |line: &ChartLine| {
        let value = (*line.points.get(cursor)?)?;
        let name = if line.name.is_empty() { String::new() } else { format!("{} ", line.name) };
        Some(format!("{name}{}{unit}", short(value)))
    };
    let now: Vec<String> = lines.iter().filter_map(named).collect();
    let now = if now.is_empty() { "–".to_owned() } else { now.join(" · ") };
    Chart { title, lines, top, top_text: format!("{}{unit}", short(top)), now }
}

/// The next of 1, 2, 5, 10, 20, 50, … that is no less.
fn rounded_up(value: f64) -> f64 {
    let mut top = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if top * factor >= value || top > 1e15 {
                return top * factor;
            }
        }
        top *= 10.0;
    }
}

fn short(value: f64) -> String {
    if value < 10.0 && value.fract() > 0.0 { format!("{value:.1}") } else { format!("{value:.0}") }
}

fn milliseconds(span: Span) -> String {
    short(span.0 as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::super::played::orders_after;
    use super::*;
    use crate::board::Action;
    use crate::sim::NodeId;

    fn figures(session: &Session) -> Figures {
        let mut figures = Figures::default();
        while !figures.catch_up(session, 1_000) {}
        figures
    }

    #[test]
    fn there_is_a_row_for_the_board_and_each_node_with_dashes_for_what_it_does_not_have() {
        let session = orders_after(60);
        let rows = figures(&session).rows(&session, Span::secs(30));
        assert_eq!(
            rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
            ["all handlings", "Web shop", "Orders", "Payments", "Emails", "Broker"]
        );
        assert_eq!((rows[1].lag.as_str(), rows[1].busy.as_str(), rows[2].lag.as_str()), ("–", "–", "–"));
        assert!(rows[2].outbox != "–" && rows[3].lag != "–" && rows[3].busy.ends_with(" %"), "{rows:#?}");
        let number = |text: &str| text.parse::<f64>().expect("a number");
        assert!(number(&rows[3].p50) <= number(&rows[3].p99));
    }

    #[test]
    fn charts_stop_where_the_run_has_got_to_and_show_only_what_there_is() {
        let session = orders_after(30);
        let scale = Scale { from: Time::ZERO, to: Time::ZERO + Span::secs(60), width: 240.0 };
        let figures = figures(&session);
        let charts = figures.charts(&session, Of::Node(NodeId(4)), scale);
        let titles: Vec<_> = charts.iter().map(|chart| chart.title).collect();
        assert_eq!(titles, ["per second", "latency", "lag", "busy"]);
        for chart in &charts {
            for line in &chart.lines {
                assert!(line.points[POINTS as usize / 2 + 1..].iter().all(Option::is_none), "{}", chart.title);
                assert!(line.points.iter().flatten().all(|value| *value <= chart.top));
                assert!(!chart.path(line, 240.0, 40.0).contains("NaN"));
            }
        }
        assert!(charts[1].now.contains("p50") || charts[1].now == "–", "{}", charts[1].now);
    }

    #[test]
    fn figures_follow_the_cursor_back_and_begin_anew_on_another_path() {
        let mut session = orders_after(60);
        let mut figures = figures(&session);
        let late = figures.rows(&session, Span::secs(10));
        session.seek(Time::ZERO + Span::secs(8));
        assert_ne!(figures.rows(&session, Span::secs(10)), late);
        session.act(Action::Send { client: NodeId(1) }).expect("a client sends");
        while !figures.catch_up(&session, usize::MAX) {}
        assert_eq!(figures.read.seen, session.all_facts().len());
    }

    #[test]
    fn the_upper_edge_of_a_chart_is_a_round_number() {
        assert_eq!([0.0, 0.4, 1.0, 1.2, 4.0, 7.0, 12.0, 730.0].map(rounded_up), [1.0, 1.0, 1.0, 2.0, 5.0, 10.0, 20.0, 1_000.0]);
    }
}
