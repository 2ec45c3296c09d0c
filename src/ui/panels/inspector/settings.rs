//! Settings: names, sentences, values with their limits, and the defaults beside them.

use leptos::prelude::*;

use super::find::FindSetting;
use super::timings::TimingsSwitch;
use crate::board::{Place, Source, Unit};
use crate::ui::list::List;
use crate::ui::panels::gloss::words;
use crate::ui::panels::hands::{Hands, SetTo};
use crate::ui::panels::hold::hold;
use crate::ui::panels::keys::focus;
use crate::ui::panels::words::applies;
use crate::view::SettingRow;

/// All settings of a node or a wire, and a search over those of the whole board.
#[component]
pub fn SettingsPage(
    /// Whose they are.
    place: Place,
    /// The settings.
    rows: Signal<Vec<SettingRow>>,
) -> impl IntoView {
    let hands = Hands::here();
    let searching = RwSignal::new(false);
    // Whoever looked for a setting of this place is led to its field.
    Effect::new(move |_| {
        let wanted = hands.wanted.get().filter(|(whose, _)| *whose == place);
        let Some((_, setting)) = wanted.filter(|(_, wanted)| rows.with(|rows| rows.iter().any(|row| row.setting == *wanted)))
        else {
            return;
        };
        hands.wanted.set(None);
        request_animation_frame(move || {
            if let Some(field) = document().get_element_by_id(setting.info().name) {
                focus(&field);
            }
        });
    });
    view! {
        <div class="block">
            <FindSetting busy=searching />
        </div>
        <div class="settings" hidden=move || searching.get()>
            <List each=move || rows.get() key=|row| row.setting let:row>
                {
                    let setting = row.setting;
                    let row = hold(rows, row, move |rows| rows.iter().find(|row| row.setting == setting).cloned());
                    view! { <SettingField place row /> }
                }
            </List>
            <TimingsSwitch />
        </div>
    }
}

/// Whose default the real one is.
fn whose(source: Source) -> String {
    match source {
        Source::Crosstalk => "real default ".to_owned(),
        system => format!("{}’s default ", system.name()),
    }
}

/// One setting.
#[component]
pub fn SettingField(
    /// Whose it is.
    place: Place,
    /// The setting as it stands.
    row: Signal<SettingRow>,
) -> impl IntoView {
    let hands = Hands::here();
    let setting = row.with_untracked(|row| row.setting);
    let (info, limits) = (setting.info(), row.with_untracked(|row| row.limits.clone()));
    // What was typed and not taken stays in the field, with the reason under it.
    let draft = RwSignal::new(None::<String>);
    let refused = RwSignal::new(None::<String>);
    let value = Memo::new(move |_| row.with(|row| row.value));
    let own = Memo::new(move |_| row.with(|row| row.own));
    let give = move |value: Option<u64>| {
        let why = hands.set.run(SetTo { place, setting, value });
        if why.is_none() {
            draft.try_set(None);
        }
        refused.try_set(why);
    };
    let take = move |text: String| {
        // A field that is taken away says what was typed in it, too late.
        let Some(now) = value.try_get_untracked() else { return };
        match setting.parse(&text) {
            Ok(typed) if typed == now => {
                draft.set(None);
                refused.set(None);
            }
            Ok(typed) => {
                draft.set(Some(text));
                give(Some(typed));
            }
            Err(why) => {
                draft.set(Some(text));
                refused.set(Some(why));
            }
        }
    };
    let settle = move || {
        // Nothing is left to end when the whole inspector goes.
        let _gone = hands.settle.try_run(());
    };
    let field = match info.unit {
        Unit::Choice(choices) => view! {
            <select
                id=info.name
                aria-describedby=format!("{}-about", info.name)
                on:change:target=move |event| take(event.target().value())
                on:blur=move |_| settle()
            >
                {(0_u64..)
                    .zip(choices)
                    .map(|(at, word)| {
                        view! { <option value=*word selected=move || value.get() == at>{*word}</option> }
                    })
                    .collect_view()}
            </select>
        }
        .into_any(),
        Unit::Ms | Unit::Count | Unit::Bytes => view! {
            <input
                id=info.name
                autocomplete="off"
                spellcheck="false"
                inputmode=if info.unit == Unit::Count { "numeric" } else { "text" }
                aria-describedby=format!("{0}-why {0}-about", info.name)
                aria-invalid=move || refused.with(Option::is_some).to_string()
                prop:value=move || draft.get().unwrap_or_else(|| row.with(|row| row.text.clone()))
                on:input:target=move |event| {
                    let text = event.target().value();
                    // It is judged while it is typed only if it was refused before.
                    if refused.with_untracked(Option::is_some) {
                        refused.set(setting.parse(&text).err());
                    }
                    draft.set(Some(text));
                }
                on:change:target=move |event| take(event.target().value())
                on:blur=move |_| settle()
            />
        }
        .into_any(),
    };
    view! {
        <div class="setting" class:own=own>
            <label for=info.name>{info.name}</label>
            <span class="field">{field}</span>
            <p class="refused" role="alert" id=format!("{}-why", info.name)>{move || refused.get()}</p>
            <div class="about" id=format!("{}-about", info.name)>
                <p>{words(info.sentence)}</p>
                <p class="limits">{limits} " · " {applies(info.applies)}</p>
                <p class="limits">
                    "board’s default " <b>{move || row.with(|row| row.default.clone())}</b> " · " {whose(info.source)}
                    <b>{move || row.with(|row| row.real.clone())}</b>
                    <Show when=move || own.get()>
                        <button
                            type="button"
                            class="link"
                            aria-label=format!("Reset {} to the board’s default", info.name)
                            on:click=move |_| give(None)
                        >
                            "Reset"
                        </button>
                    </Show>
                </p>
            </div>
        </div>
    }
}
