//! The card that pins a crash in a gap, or takes the pin away.

use leptos::html;
use leptos::prelude::*;

use super::gap::Whom;
use crate::board::{Action, Gap, Often, Pin, PinAction, PinDoes};
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::keys::focus;
use crate::ui::panels::segments::{Segment, Segments};

/// After how many seconds a crashed process comes back at the most: an hour.
const LONGEST: u32 = 3_600;

/// What a pin can do, in the words of its switch.
const WHATS: [(PinDoes, &str); 5] = [
    (PinDoes::Crash, "crash"),
    (PinDoes::Pause, "pause"),
    (PinDoes::Fail, "fail"),
    (PinDoes::DropReply, "drop reply"),
    (PinDoes::Delay(1_000), "wait"),
];
/// How often it can, likewise.
const TIMES: [(Often, &str); 3] = [(Often::Once, "once"), (Often::Always, "always"), (Often::Nth(2), "on the nth time")];
/// The longest wait, in milliseconds, and the greatest number of a time.
const MOST_MS: u32 = 600_000;
const MOST_TIMES: u32 = 100_000;

/// Whether two pins do the same but for a number.
fn alike<T>(one: &T, other: &T) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// What a pin does, in the words of its card's heading.
const fn title_of(does: PinDoes) -> &'static str {
    match does {
        PinDoes::Crash => "Crash",
        PinDoes::Pause => "Pause",
        PinDoes::Fail => "Fail",
        PinDoes::DropReply => "Drop the reply",
        PinDoes::Delay(_) => "Wait",
    }
}

/// Whether the process comes to a stop there, so that it may come back.
const fn stops(does: PinDoes) -> bool {
    matches!(does, PinDoes::Crash | PinDoes::Pause)
}

fn segment(label: &str, on: bool) -> Segment {
    Segment { label: label.to_owned(), on, refused: String::new() }
}

/// What a pin would be, in a small card.
#[component]
pub fn PinCard(
    /// Whose gap it is.
    whom: Whom,
    /// The gap.
    place: Gap,
    /// Where it is: `between commit and ack`.
    between: Signal<String>,
    /// The pin that is there.
    pin: Option<Pin>,
    /// Closes the card.
    close: Callback<()>,
) -> impl IntoView {
    let hands = Hands::here();
    let does = RwSignal::new(pin.map(|pin| pin.does).unwrap_or_default());
    let key = RwSignal::new(pin.and_then(|pin| pin.key));
    let often = RwSignal::new(pin.map(|pin| pin.often).unwrap_or_default());
    let only = RwSignal::new(pin.and_then(|pin| pin.only));
    let back = RwSignal::new(pin.is_some_and(|pin| pin.back_after_ms.is_some()));
    let seconds = RwSignal::new(pin.and_then(|pin| pin.back_after_ms).map_or_else(|| "5".to_owned(), in_seconds));
    let wait =
        Memo::new(move |_| if back.get() && stops(does.get()) { milliseconds(&seconds.get()).map(Some) } else { Ok(None) });
    let card = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let Some(card) = card.get() {
            focus(&card);
        }
    });
    let delay = RwSignal::new(match pin.map(|pin| pin.does) {
        Some(PinDoes::Delay(ms)) => ms.to_string(),
        _ => "1000".to_owned(),
    });
    let nth = RwSignal::new(match pin.map(|pin| pin.often) {
        Some(Often::Nth(nth)) => nth.to_string(),
        _ => "2".to_owned(),
    });
    let what = Memo::new(move |_| match does.get() {
        PinDoes::Delay(_) => whole(&delay.get(), MOST_MS, "It waits 1 to 600000 ms.").map(PinDoes::Delay),
        other => Ok(other),
    });
    let when = Memo::new(move |_| match often.get() {
        Often::Nth(_) => whole(&nth.get(), MOST_TIMES, "A number from 1 to 100000.").map(Often::Nth),
        other => Ok(other),
    });
    let set = move || {
        let Ok(back_after_ms) = wait.get_untracked() else { return };
        let (Ok(does), Ok(often)) = (what.get_untracked(), when.get_untracked()) else { return };
        let pin = Pin {
            service: whom.service,
            gap: place,
            does,
            often,
            only: only.get_untracked(),
            key: key.get_untracked(),
            back_after_ms,
        };
        hands.act.run(Action::Pin(PinAction::Set(pin)));
        close.run(());
    };
    let clear = move |_| {
        hands.act.run(Action::Pin(PinAction::Clear { service: whom.service, gap: place }));
        close.run(());
    };
    let title = move || format!("{} {}", title_of(does.get()), between.get());
    let whats = Signal::derive(move || WHATS.map(|(what, words)| segment(words, alike(&does.get(), &what))).into());
    let times = Signal::derive(move || TIMES.map(|(times, words)| segment(words, alike(&often.get(), &times))).into());
    let returns = Signal::derive(move || {
        let (stays, returns) =
            if does.get() == PinDoes::Pause { ("stands still", "goes on") } else { ("stays down", "comes back") };
        vec![segment(stays, !back.get()), segment(returns, back.get())]
    });
    view! {
        <form
            class="pin-card"
            node_ref=card
            role="dialog"
            aria-label=title
            tabindex="-1"
            on:submit=move |event| {
                event.prevent_default();
                set();
            }
        >
            <b class="pin-title">{title}</b>
            // A relay handles no message that could fail.
            {(!whom.relay)
                .then(|| {
                    view! {
                        <Segments
                            label="What happens"
                            options=whats
                            pick=move |at: usize| does.set(WHATS.get(at).map(|(what, _)| *what).unwrap_or_default())
                        />
                    }
                })}
            <Segments
                label="How often"
                options=times
                pick=move |at: usize| often.set(TIMES.get(at).map(|(times, _)| *times).unwrap_or_default())
            />
            <Show when=move || matches!(often.get(), Often::Nth(_))>
                {number("only the time number", nth, MOST_TIMES, Signal::derive(move || when.get().is_err()), "")}
            </Show>
            <Show when=move || matches!(does.get(), PinDoes::Delay(_))>
                {number("for", delay, MOST_MS, Signal::derive(move || what.get().is_err()), "ms")}
            </Show>
            <Show when=move || whom.instances.with(|instances| !instances.is_empty())>
                <label class="pin-row">
                    <span>"the process"</span>
                    <select on:change:target=move |event| only.set(event.target().value().parse().ok())>
                        <option value="" selected=move || only.get().is_none()>"whichever comes first"</option>
                        <List each=move || whom.instances.get() key=|(ordinal, _)| *ordinal let:one>
                            <option value=one.0.to_string() selected=move || only.get() == Some(one.0)>
                                {one.1.clone()}
                            </option>
                        </List>
                    </select>
                </label>
            </Show>
            <Show when=move || whom.keys.with(|keys| !keys.is_empty())>
                <label class="pin-row">
                    <span>"for messages of"</span>
                    <select on:change:target=move |event| key.set(event.target().value().parse().ok())>
                        <option value="" selected=move || key.get().is_none()>"any key"</option>
                        <List each=move || whom.keys.get() key=|(key, _)| *key let:one>
                            <option value=one.0.to_string() selected=move || key.get() == Some(one.0)>
                                "key " {one.1.clone()}
                            </option>
                        </List>
                    </select>
                </label>
            </Show>
            <Show when=move || stops(does.get())>
                <Segments label="Afterwards" options=returns pick=move |at: usize| back.set(at == 1) />
            </Show>
            <Show when=move || back.get() && stops(does.get())>
                <label class="pin-row">
                    <span>"after"</span>
                    <input
                        type="number"
                        min="0.1"
                        max=LONGEST.to_string()
                        step="any"
                        aria-invalid=move || wait.get().is_err().to_string()
                        prop:value=move || seconds.get()
                        on:input:target=move |event| seconds.set(event.target().value())
                    />
                    <span>"s"</span>
                </label>
            </Show>
            {move || [wait.get().err(), what.get().err(), when.get().err()].into_iter().flatten().next().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
            <div class="pin-ends">
                <button type="submit" class="main">{if pin.is_some() { "Change the pin" } else { "Pin it" }}</button>
                {pin.map(|_| view! { <button type="button" on:click=clear>"Take it away"</button> })}
            </div>
        </form>
    }
}

/// A whole number that is typed, with its words before and after it.
fn number(before: &'static str, typed: RwSignal<String>, most: u32, refused: Signal<bool>, unit: &'static str) -> AnyView {
    view! {
        <label class="pin-row">
            <span>{before}</span>
            <input
                type="number"
                min="1"
                max=most.to_string()
                aria-invalid=move || refused.get().to_string()
                prop:value=move || typed.get()
                on:input:target=move |event| typed.set(event.target().value())
            />
            <span>{unit}</span>
        </label>
    }
    .into_any()
}

fn whole(text: &str, most: u32, refused: &str) -> Result<u32, String> {
    let number = text.trim().parse::<u32>().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| refused.to_owned())
}

fn in_seconds(ms: u32) -> String {
    (f64::from(ms) / 1e3).to_string()
}

fn milliseconds(seconds: &str) -> Result<u32, String> {
    let fits = |seconds: &f64| (0.1..=f64::from(LONGEST)).contains(seconds);
    let seconds = seconds.trim().parse::<f64>().ok().filter(fits);
    seconds.map(|seconds| (seconds * 1e3).round() as u32).ok_or_else(|| format!("It comes back after 0.1 to {LONGEST} s."))
}
