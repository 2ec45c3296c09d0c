//! Settings: typed with units, refused with a reason, found over the whole board; the switch of the timings.

use crosstalk::board::{Action, Edit, Place, Setting, Timings};
use crosstalk::editor::Operation;
use crosstalk::sim::{NodeId, WireId};
use crosstalk::ui::panels::hands::Tab;
use crosstalk::ui::panels::inspector::{BoardText, InspectorView};
use crosstalk::view::{Inspection, Selection, SettingHit, TimingChange};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{self, PAYMENTS};
use super::mounted::{Asked, Mounted, frame, mounted_with, typed};

fn hits() -> Vec<SettingHit> {
    let hit = |place, title: &str, row| SettingHit { place, title: title.into(), row };
    vec![
        hit(Place::Node(PAYMENTS), "Payments", fixtures::setting(Setting::Acks, 2, false)),
        hit(Place::Wire(WireId(4)), "The wire from order-events to Payments", fixtures::setting(Setting::Latency, 350, false)),
    ]
}

fn changes() -> Vec<TimingChange> {
    let (place, title) = (Place::Node(PAYMENTS), "Payments".to_owned());
    vec![TimingChange { place, title, setting: Setting::SessionTimeout, from: "6 s".into(), to: "45 s".into() }]
}

async fn shown(inspection: Option<Inspection>) -> Mounted {
    let panel = mounted_with(hits(), changes(), move || {
        let board = Signal::stored(BoardText { title: "Delivered twice".into(), ..BoardText::default() });
        let inspection = Signal::stored(inspection);
        view! { <InspectorView inspection selection=Signal::stored(Selection::Nothing) board marked=Signal::stored(Vec::new()) /> }
    })
    .await;
    panel.tab.set(Tab::Settings);
    tick().await;
    frame().await;
    panel
}

async fn settings() -> Mounted {
    shown(Some(Inspection::Service(Box::new(fixtures::service())))).await
}

fn set(setting: Setting, value: Option<u64>) -> Asked {
    Asked::Act(Action::Edit(Edit::Set { place: Place::Node(PAYMENTS), setting, value }))
}

fn refusals(panel: &Mounted) -> Vec<String> {
    panel.texts(".refused").into_iter().filter(|text| !text.is_empty()).collect()
}

#[wasm_bindgen_test]
async fn a_value_is_typed_with_its_unit_and_shown_with_it() {
    let panel = settings().await;
    let field = panel.find("[id='session.timeout.ms']");
    assert_eq!(leptos::wasm_bindgen::JsCast::unchecked_ref::<web_sys::HtmlInputElement>(&field).value(), "6 s");
    typed(&field, "9.5 s").await;
    typed(&field, "9500").await;
    let once = set(Setting::SessionTimeout, Some(9_500));
    assert_eq!(panel.asked(), [once.clone(), once], "nothing took the first one up");
}

#[wasm_bindgen_test]
async fn a_wrong_value_says_why_and_asks_for_nothing() {
    let panel = settings().await;
    let field = panel.find("[id='session.timeout.ms']");
    typed(&field, "10").await;
    assert_eq!(refusals(&panel), ["session.timeout.ms takes 100 ms to 3600000 ms, not 10"]);
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    typed(&field, "soon").await;
    assert_eq!(refusals(&panel), ["session.timeout.ms takes a time such as 300 ms, 1.5 s or 2 min, not “soon”"]);
    assert_eq!(panel.asked(), []);
    typed(&field, "9 s").await;
    assert_eq!(panel.asked(), [set(Setting::SessionTimeout, Some(9_000))]);
    assert_eq!(refusals(&panel), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn a_value_that_the_run_does_not_take_says_why_too_and_stays_in_the_field() {
    let panel = settings().await;
    *panel.refuse.lock().expect("one thread only") = Some("Broker takes session timeouts from 6 s.".into());
    let field = panel.find("[id='session.timeout.ms']");
    typed(&field, "2 s").await;
    assert_eq!(refusals(&panel), ["Broker takes session timeouts from 6 s."]);
    assert_eq!(leptos::wasm_bindgen::JsCast::unchecked_ref::<web_sys::HtmlInputElement>(&field).value(), "2 s");
}

#[wasm_bindgen_test]
async fn a_setting_with_words_is_chosen_and_one_of_the_boards_own_is_reset() {
    let panel = settings().await;
    typed(&panel.find("select#acks"), "1").await;
    panel.click("Reset instances to the board’s default").await;
    assert_eq!(panel.asked(), [set(Setting::Acks, Some(1)), set(Setting::Instances, None)]);
}

#[wasm_bindgen_test]
async fn a_search_finds_settings_anywhere_and_leads_to_their_place_and_field() {
    let panel = settings().await;
    typed(&panel.find(".find"), "acks").await;
    assert_eq!(panel.texts(".hits code"), ["acks", "latency.ms"]);
    assert!(panel.find(".settings").has_attribute("hidden"));
    panel.find(".hits li:last-child button").click();
    tick().await;
    assert_eq!(panel.asked(), [Asked::Select(Selection::Wire(WireId(4)))]);
    assert_eq!((panel.count(".hits li"), panel.tab.get_untracked()), (0, Tab::Settings));
    typed(&panel.find(".find"), "acks").await;
    panel.find(".hits button").click();
    tick().await;
    frame().await;
    frame().await;
    assert!(panel.find("select#acks").matches(":focus").expect("a selector"));
}

#[wasm_bindgen_test]
async fn the_timings_are_switched_after_a_look_at_what_changes() {
    let panel = shown(None).await;
    panel.find(".timings summary").click();
    frame().await;
    frame().await;
    assert_eq!(panel.texts(".changes tbody tr > *"), ["session.timeout.msPayments", "6 s", "45 s"]);
    panel.click("Real").await;
    assert_eq!(panel.asked(), [Asked::Make(Operation::Timings(Timings::Real))]);
    *panel.refuse.lock().expect("one thread only") = Some("They do not fit.".into());
    panel.click("Real").await;
    assert_eq!(refusals(&panel), ["They do not fit."]);
}

#[wasm_bindgen_test]
async fn a_clients_settings_are_on_its_page() {
    let panel = shown(Some(Inspection::Client(fixtures::client()))).await;
    typed(&panel.find(".settings .setting input"), "2 s").await;
    let place = Place::Node(NodeId(1));
    let edit = Edit::Set { place, setting: Setting::ArrivalInterval, value: Some(2_000) };
    assert_eq!(panel.asked(), [Asked::Act(Action::Edit(edit))]);
}
