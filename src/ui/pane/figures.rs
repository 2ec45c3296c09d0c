//! Figures: a row for each node over the time before the cursor, and small charts over the whole run.

use leptos::prelude::*;

use super::state::Pane;
use crate::sim::{Span, Time};
use crate::ui::list::List;
use crate::ui::panels::segments::{Segment, Segments};
use crate::view::{Chart, FigureRow, Scale};

/// How large a chart is, in pixels of its own.
const WIDE: f64 = 240.0;
const HIGH: f64 = 56.0;

/// What figures can be taken over.
const WINDOWS: [(&str, Option<Span>); 3] =
    [("the last 10 s", Some(Span::secs(10))), ("the last minute", Some(Span::secs(60))), ("all so far", None)];

/// The page.
#[component]
pub fn FiguresPage() -> impl IntoView {
    let pane = Pane::here();
    let options = Signal::derive(move || {
        let taken = pane.window.get();
        let segment = |(label, window): (&str, Option<Span>)| Segment {
            label: label.to_owned(),
            on: window == taken,
            refused: String::new(),
        };
        WINDOWS.map(segment).to_vec()
    });
    let pick = move |which: usize| pane.take_window(WINDOWS[which].1);
    let rows = Memo::new(move |_| pane.figures_state.with(|state| state.rows.clone()));
    let charts = Memo::new(move |_| pane.figures_state.with(|state| state.charts.clone()));
    let times = Memo::new(move |_| pane.figures_state.with(|state| (state.until, state.cursor)));
    view! {
        <div class="pane-tools">
            <Segments label="Over how much time" options pick=Callback::new(pick) />
            <span class="pane-count">"up to the cursor; times in milliseconds"</span>
        </div>
        <div class="figures-page">
            <div class="figures-table" tabindex="0" role="region" aria-label="Figures">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Of"</th>
                            <th scope="col" title="Handlings, answers or appended records a second">"per s"</th>
                            <th scope="col" title="Half took no longer">"p50"</th>
                            <th scope="col" title="95 in 100 took no longer">"p95"</th>
                            <th scope="col" title="99 in 100 took no longer">"p99"</th>
                            <th scope="col" title="Records that its groups have still to commit">"lag"</th>
                            <th scope="col" title="Rows of its outbox that are not published">"outbox"</th>
                            <th scope="col" title="Handlings of what had been handled before">"again"</th>
                            <th scope="col" title="The share of time in which its instances had work in hand">"busy"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <List each=move || rows.get() key=|row| format!("{row:?}") let:row>
                            <Row row />
                        </List>
                    </tbody>
                </table>
            </div>
            <div class="charts">
                <List each=move || charts.get() key=|chart| format!("{}{}{:?}", chart.title, chart.top, chart.lines) let:chart>
                    <ChartView chart times=times.get_untracked() />
                </List>
            </div>
        </div>
    }
}

#[component]
fn Row(row: FigureRow) -> impl IntoView {
    let pane = Pane::here();
    let of = row.of;
    let chosen = move || pane.of.get() == of;
    let cells = [row.throughput, row.p50, row.p95, row.p99, row.lag, row.outbox, row.again, row.busy];
    view! {
        <tr class:here=chosen>
            <th scope="row">
                <button type="button" title="Show its charts" aria-pressed=move || chosen().to_string() on:click=move |_| pane.take_row(of)>
                    {row.name}
                </button>
            </th>
            {cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
}

#[component]
fn ChartView(chart: Chart, times: (Time, Time)) -> impl IntoView {
    let (until, cursor) = times;
    let x = Scale { from: Time::ZERO, to: until, width: WIDE }.x(cursor);
    let line = |line: &crate::view::ChartLine| {
        let class = if line.name.is_empty() { "chart-line".to_owned() } else { format!("chart-line {}", line.name) };
        view! { <path class=class d=chart.path(line, WIDE, HIGH) /> }
    };
    let lines = chart.lines.iter().map(line).collect_view();
    view! {
        <figure class="chart">
            <figcaption>
                <b>{chart.title}</b>
                <span>{chart.now.clone()}</span>
            </figcaption>
            <svg viewBox=format!("0 -1 {WIDE} {}", HIGH + 2.0) preserveAspectRatio="none" role="img" aria-label=format!("{} over time, at most {}", chart.title, chart.top_text)>
                <path class="chart-ground" d=format!("M0 {HIGH}H{WIDE}") />
                {lines}
                <path class="d-cursor" d=format!("M{x:.1} 0V{HIGH}") />
            </svg>
            <small>{chart.top_text.clone()}</small>
        </figure>
    }
}
