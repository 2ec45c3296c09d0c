//! What came of a question in SQL.

use leptos::prelude::*;

/// How many rows of a result are shown.
pub const SHOWN: usize = 200;

/// A result: a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The first [`SHOWN`] rows.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub count: usize,
}

/// What came of the question that was asked last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// None was asked.
    None,
    /// The engine is at it, or on its way.
    Asking,
    /// Why it could not be answered.
    Refused(String),
    /// A table for each statement that gave one, and of which moment they tell.
    Found(Vec<Found>, String),
}

impl Answer {
    /// Whether the engine is at it.
    pub fn is_asking(&self) -> bool {
        *self == Answer::Asking
    }

    /// In a few words.
    pub fn state(&self) -> String {
        match self {
            Answer::None => String::new(),
            Answer::Asking => "Asking…".to_owned(),
            Answer::Refused(_) => "Not answered.".to_owned(),
            Answer::Found(found, moment) => {
                let rows: usize = found.iter().map(|one| one.count).sum();
                format!("{rows} {}. {moment}", if rows == 1 { "row" } else { "rows" })
            }
        }
    }
}

/// The tables that were found, or why there are none.
#[component]
pub fn Results(
    /// What came of the question.
    answer: RwSignal<Answer>,
) -> impl IntoView {
    move || {
        answer.with(|answer| match answer {
            Answer::None | Answer::Asking => ().into_any(),
            Answer::Refused(why) => view! { <p class="refused" role="alert">{why.clone()}</p> }.into_any(),
            Answer::Found(found, _) if found.is_empty() => {
                view! { <p class="quiet">"Done. This statement gives no table."</p> }.into_any()
            }
            Answer::Found(found, _) => found.iter().map(table).collect_view().into_any(),
        })
    }
}

fn table(found: &Found) -> AnyView {
    let more = found.count.saturating_sub(found.rows.len());
    let row = |row: &Vec<String>| view! { <tr>{row.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}</tr> };
    view! {
        <div class="sql-result" tabindex="0" role="region" aria-label="Result">
            <table>
                <thead>
                    <tr>{found.columns.iter().map(|column| view! { <th scope="col">{column.clone()}</th> }).collect_view()}</tr>
                </thead>
                <tbody>{found.rows.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="quiet">{format!("and {more} more rows")}</p> })}
    }
    .into_any()
}
