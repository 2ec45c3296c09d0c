//! Settings: names, sentences, values with their limits, and the defaults beside them.

use leptos::prelude::*;

use crate::board::{Edit, Place, Setting, Unit};
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::hold;
use crate::ui::panels::words::applies;
use crate::view::SettingRow;

/// All settings of a node or a wire.
#[component]
pub fn SettingsPage(
    /// Whose they are.
    place: Place,
    /// The settings.
    rows: Signal<Vec<SettingRow>>,
) -> impl IntoView {
    view! {
        <div class="settings">
            <List each=move || rows.get() key=|row| row.setting let:row>
                {
                    let setting = row.setting;
                    let row = hold(rows, row, move |rows| rows.iter().find(|row| row.setting == setting).cloned());
                    view! { <SettingField place row /> }
                }
            </List>
        </div>
    }
}

/// What has been typed as a value, or why it is none.
fn parsed(setting: Setting, text: &str) -> Result<u64, String> {
    let info = setting.info();
    let unit = if info.unit == Unit::Ms { " ms" } else { "" };
    let value = text.trim().parse::<u64>();
    let value = value.map_err(|_| format!("{} takes a whole number from {} to {}{unit}", info.name, info.min, info.max))?;
    setting.check(value).map(|()| value)
}

/// A number with its thousands set apart.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let apart = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.char_indices().flat_map(|(at, digit)| apart(at).then_some(',').into_iter().chain([digit])).collect()
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
    let info = setting.info();
    let unit = if info.unit == Unit::Ms { " ms" } else { "" };
    let draft = RwSignal::new(None::<String>);
    let refused = Memo::new(move |_| draft.with(|draft| draft.as_deref().and_then(|text| parsed(setting, text).err())));
    let value = Memo::new(move |_| row.with(|row| row.value));
    let own = Memo::new(move |_| row.with(|row| row.own));
    let set = move |value: Option<u64>| hands.edit(Edit::Set { place, setting, value });
    // A value that is not taken stays in the field, with the reason under it.
    let take = move |text: String| match parsed(setting, &text) {
        Ok(typed) => {
            draft.try_set(None);
            // A field that is taken away says what was typed in it, too late.
            if value.try_get_untracked().is_some_and(|value| value != typed) {
                set(Some(typed));
            }
        }
        Err(_) => {
            draft.try_set(Some(text));
        }
    };
    let field = match info.unit {
        Unit::Choice(words) => view! {
            <select id=info.name on:change:target=move |event| take(event.target().value())>
                {(0_u64..)
                    .zip(words)
                    .map(|(at, word)| {
                        view! { <option value=at.to_string() selected=move || value.get() == at>{*word}</option> }
                    })
                    .collect_view()}
            </select>
            <span class="unit"></span>
        }
        .into_any(),
        Unit::Ms | Unit::Count => view! {
            <input
                id=info.name
                type="number"
                inputmode="numeric"
                min=info.min.to_string()
                max=info.max.to_string()
                step="1"
                aria-describedby=format!("{}-about", info.name)
                aria-invalid=move || refused.with(Option::is_some).to_string()
                prop:value=move || draft.get().unwrap_or_else(|| value.get().to_string())
                on:input:target=move |event| {
                    draft.try_set(Some(event.target().value()));
                }
                on:change:target=move |event| take(event.target().value())
            />
            <span class="unit">{unit.trim()}</span>
        }
        .into_any(),
    };
    view! {
        <div class="setting" class:own=own>
            <label for=info.name>{info.name}</label>
            <span class="field">{field}</span>
            <div class="about" id=format!("{}-about", info.name)>
                <p>{info.sentence}</p>
                <p class="limits">
                    {(!matches!(info.unit, Unit::Choice(_))).then(|| format!("{} to {}{unit} · ", grouped(info.min), grouped(info.max)))}
                    {applies(info.applies)}
                </p>
                <p class="limits">
                    "board’s default " <b>{move || row.with(|row| row.default.clone())}</b> " · real default "
                    <b>{move || row.with(|row| row.real.clone())}</b>
                    <Show when=move || own.get()>
                        <button
                            type="button"
                            class="link"
                            aria-label=format!("Reset {} to the board’s default", info.name)
                            on:click=move |_| {
                                draft.set(None);
                                set(None);
                            }
                        >
                            "Reset"
                        </button>
                    </Show>
                </p>
            </div>
            {move || refused.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
    }
}
