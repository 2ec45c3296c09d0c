//! The switch between classroom and real timings, with what it would change.

use leptos::prelude::*;

use super::about::BoardText;
use crate::board::Timings;
use crate::editor::Operation;
use crate::ui::panels::gloss::words;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::keys::unfolded;
use crate::ui::panels::segments::{Segment, Segments};

const BOTH: [Timings; 2] = [Timings::Classroom, Timings::Real];

const fn name(timings: Timings) -> &'static str {
    match timings {
        Timings::Classroom => "Classroom",
        Timings::Real => "Real",
    }
}

const fn other(timings: Timings) -> Timings {
    match timings {
        Timings::Classroom => Timings::Real,
        Timings::Real => Timings::Classroom,
    }
}

/// A name that can go on in the next line behind each of its dots.
fn breakable(name: &'static str) -> AnyView {
    name.split_inclusive('.').map(|part| view! { {part} <wbr /> }).collect_view().into_any()
}

/// The switch.
#[component]
pub fn TimingsSwitch() -> impl IntoView {
    let hands = Hands::here();
    let board = expect_context::<Signal<BoardText>>();
    let now = Memo::new(move |_| board.with(|board| board.timings));
    let open = RwSignal::new(false);
    let why = RwSignal::new(None::<String>);
    let options = Signal::derive(move || {
        BOTH.map(|one| Segment { label: name(one).to_owned(), on: one == now.get(), refused: String::new() }).to_vec()
    });
    let pick = move |at: usize| {
        if let Some(timings) = BOTH.get(at) {
            why.set(hands.make.run(Operation::Timings(*timings)));
        }
    };
    let changes = move || {
        let all = hands.preview.run(other(now.get()));
        if all.is_empty() {
            return view! { <p class="quiet">"Nothing: every setting that would change has a value of its own."</p> }.into_any();
        }
        let row = |change: crate::view::TimingChange| {
            view! {
                <tr>
                    <th scope="row">{breakable(change.setting.info().name)} <small>{change.title}</small></th>
                    <td>{change.from}</td>
                    <td>{change.to}</td>
                </tr>
            }
        };
        view! {
            <table class="changes">
                <thead>
                    <tr>
                        <th scope="col">"setting"</th>
                        <th scope="col">"now"</th>
                        <th scope="col">"then"</th>
                    </tr>
                </thead>
                <tbody>{all.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <div class="block timings">
            <h4>"Timings"</h4>
            <Segments label="Which defaults the settings have" options pick />
            <p class="why">
                {words("Classroom timings are slow enough to be watched. Real timings are the defaults of the real systems. A value of a setting’s own stays.")}
            </p>
            {move || why.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
            <details class="table" on:toggle=move |event| open.set(unfolded(&event))>
                <summary>
                    <span>{move || match other(now.get()) {
                        Timings::Real => "What real timings would change",
                        Timings::Classroom => "What classroom timings would change",
                    }}</span>
                </summary>
                {move || open.get().then(changes)}
            </details>
        </div>
    }
}
