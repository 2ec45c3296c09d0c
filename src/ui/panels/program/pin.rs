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
const WHATS: [(PinDoes, &str); 4] =
    [(PinDoes::Crash, "crash"), (PinDoes::Pause, "pause"), (PinDoes::Fail, "fail"), (PinDoes::DropReply, "drop reply")];

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
    let set = move || {
        let Ok(back_after_ms) = wait.get_untracked() else { return };
        let pin = Pin {
            service: whom.service,
            gap: place,
            does: does.get_untracked(),
            often: often.get_untracked(),
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
    let whats = Signal::derive(move || WHATS.map(|(what, words)| segment(words, does.get() == what)).into());
    let times = Signal::derive(move || {
        vec![segment("once", often.get() == Often::Once), segment("always", often.get() == Often::Always)]
    });
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
                pick=move |at: usize| often.set(if at == 0 { Often::Once } else { Often::Always })
            />
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
            {move || wait.get().err().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
            <div class="pin-ends">
                <button type="submit" class="main">{if pin.is_some() { "Change the pin" } else { "Pin it" }}</button>
                {pin.map(|_| view! { <button type="button" on:click=clear>"Take it away"</button> })}
            </div>
        </form>
    }
}

fn in_seconds(ms: u32) -> String {
    (f64::from(ms) / 1e3).to_string()
}

fn milliseconds(seconds: &str) -> Result<u32, String> {
    let fits = |seconds: &f64| (0.1..=f64::from(LONGEST)).contains(seconds);
    let seconds = seconds.trim().parse::<f64>().ok().filter(fits);
    seconds.map(|seconds| (seconds * 1e3).round() as u32).ok_or_else(|| format!("It comes back after 0.1 to {LONGEST} s."))
}
