//! What orders should have done, and what they did.

use leptos::prelude::*;

use crate::ui::list::List;
use crate::ui::panels::hold::part;
use crate::view::{EffectRow, ServiceInspection};

/// The table "Expected and actual", where the service writes.
#[component]
pub fn Effects(service: Signal<ServiceInspection>) -> impl IntoView {
    let heading = part(service, |service| service.effects_heading.clone());
    let rows = part(service, |service| service.effects.clone());
    view! {
        <Show when=move || !heading.with(String::is_empty)>
            <div class="block effects">
                <h4>"Expected and actual"</h4>
                <Show
                    when=move || rows.with(|rows| !rows.is_empty())
                    fallback=|| view! { <p class="quiet">"No order has been accepted yet."</p> }
                >
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">"order"</th>
                                <th scope="col">"expected"</th>
                                <th scope="col">{move || heading.get()}</th>
                                <th scope="col"><span class="unseen">"verdict"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <List each=move || rows.get() key=key let:row>
                                <EffectLine row />
                            </List>
                        </tbody>
                    </table>
                </Show>
            </div>
        </Show>
    }
}

fn key(row: &EffectRow) -> (String, String, String, String) {
    (row.intent.clone(), row.expected.clone(), row.actual.clone(), row.verdict.clone())
}

#[component]
fn EffectLine(row: EffectRow) -> impl IntoView {
    let wrong = !row.verdict.is_empty();
    view! {
        <tr class:wrong=wrong>
            <th scope="row">{row.intent}</th>
            <td>{row.expected}</td>
            <td>{row.actual}</td>
            <td>{row.verdict}</td>
        </tr>
    }
}
