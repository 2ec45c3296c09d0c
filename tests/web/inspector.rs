//! The inspector: pages, names, processes, several things, words, and what is left when it goes.

use crosstalk::board::{Action, Edit, Place, ProcessAction, ProcessDoes, Setting};
use crosstalk::editor::{Axis, Item, Line, Operation};
use crosstalk::net::Cut;
use crosstalk::sim::{NodeId, RecordId, TopicId, WireId};
use crosstalk::ui::panels::gloss::GlossCard;
use crosstalk::ui::panels::glossary::WordsView;
use crosstalk::ui::panels::hands::Tab;
use crosstalk::ui::panels::inspector::{BoardText, InspectorView};
use crosstalk::view::{Inspection, ItemRow, MessageInspection, Selection};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{self, PAYMENTS, instance};
use super::mounted::{Asked, Mounted, frame, mounted, script, typed};

async fn shown(inspection: Option<Inspection>) -> (Mounted, RwSignal<Option<Inspection>>) {
    let inspection = RwSignal::new(inspection);
    let board = Signal::stored(BoardText {
        title: "Delivered twice".into(),
        about: "A consumer group hands a partition over.".into(),
        fingerprint: "00ff".into(),
        ..BoardText::default()
    });
    let selection = Signal::stored(Selection::Nothing);
    let marked = Signal::stored(Vec::new());
    (mounted(move || view! { <InspectorView inspection selection board marked /> }).await, inspection)
}

fn service() -> Option<Inspection> {
    Some(Inspection::Service(Box::new(fixtures::service())))
}

fn set(setting: Setting, value: Option<u64>) -> Asked {
    Asked::Act(Action::Edit(Edit::Set { place: Place::Node(PAYMENTS), setting, value }))
}

#[wasm_bindgen_test]
async fn a_service_has_a_tab_for_each_page_with_content() {
    let mut bare = fixtures::service();
    bare.groups.clear();
    bare.facts.clear();
    let (panel, inspection) = shown(Some(Inspection::Service(Box::new(bare)))).await;
    assert_eq!(panel.texts("[role=tab]"), ["Program", "Settings", "Store"]);
    assert_eq!(panel.texts(".program-name"), ["relay"]);
    inspection.set(service());
    tick().await;
    assert_eq!(panel.texts("[role=tab]"), ["Program", "Settings", "Store", "Group", "Facts"]);
    panel.click("Facts").await;
    assert_eq!(panel.tab.get_untracked(), Tab::Facts);
    panel.find(".facts button").click();
    assert_eq!(panel.asked(), [Asked::Seek(fixtures::violated())]);
}

#[wasm_bindgen_test]
async fn processes_are_crashed_resumed_started_and_stopped() {
    let (panel, _) = shown(service()).await;
    for name in
        ["Crash payments-1", "Restart payments-2", "Resume payments-3", "Start one more instance", "Stop the last instance"]
    {
        panel.click(name).await;
    }
    let does = |ordinal, does| Asked::Act(Action::Process(ProcessAction { who: instance(ordinal), does }));
    assert_eq!(
        panel.asked(),
        [
            does(0, ProcessDoes::Crash),
            does(1, ProcessDoes::Restart),
            does(2, ProcessDoes::Resume),
            set(Setting::Instances, Some(4)),
            set(Setting::Instances, Some(2)),
        ]
    );
}

#[wasm_bindgen_test]
async fn an_effect_too_many_is_marked() {
    let (panel, _) = shown(service()).await;
    assert_eq!(panel.texts(".effects tr.wrong td"), ["1 × 8.75", "2 × 8.75", "twice"]);
}

#[wasm_bindgen_test]
async fn every_kind_of_thing_has_its_page() {
    let (panel, inspection) = shown(Some(Inspection::Client(fixtures::client()))).await;
    panel.click("Send one").await;
    assert_eq!(panel.asked(), [Asked::Act(Action::Send { client: NodeId(1) })]);
    typed(&panel.find("select#sends"), "CancelOrder").await;
    assert_eq!(panel.asked(), [Asked::Make(Operation::Sends(NodeId(1), "CancelOrder".into()))]);

    inspection.set(Some(Inspection::Broker(fixtures::broker())));
    tick().await;
    panel.click("Add a partition to order-events").await;
    let more = Edit::Partitions { topic: "order-events".into(), partitions: 4 };
    assert_eq!(panel.asked(), [Asked::Act(Action::Edit(more))]);

    inspection.set(Some(Inspection::Wire(fixtures::wire())));
    tick().await;
    panel.click("to Payments").await;
    panel.click("Heal Broker to Payments").await;
    panel.click("Read on Broker to Payments").await;
    let cut = Asked::Act(Action::Cut { wire: WireId(4), cut: Cut::ToClient });
    let reads = Asked::Act(Action::Reading { wire: WireId(4), stops: false });
    assert_eq!(panel.asked(), [cut, Asked::Act(Action::Heal { wire: WireId(4) }), reads]);

    inspection.set(Some(Inspection::Message(fixtures::message())));
    tick().await;
    panel.find(".path button").click();
    assert_eq!(panel.asked(), [Asked::Seek(fixtures::ms(31_600))]);
    assert_eq!(panel.texts(".reader .process-state"), ["not read yet", "committed"]);
    panel.click("payments-3 at 0:38.900").await;
    panel.click("order-events 1 @ 12").await;
    let copy = RecordId { topic: TopicId(0), partition: 1, offset: 12 };
    assert_eq!(panel.asked(), [Asked::Seek(fixtures::ms(38_900)), Asked::Select(Selection::Record(copy))]);

    panel.click("Why does it wait?").await;
    assert_eq!(panel.asked(), [Asked::Why(fixtures::message().id)]);
    let handled = MessageInspection { waits: None, ..fixtures::message() };
    inspection.set(Some(Inspection::Message(handled)));
    tick().await;
    assert!(!panel.texts("h4").contains(&"What it waits for".to_owned()));

    inspection.set(None);
    tick().await;
    assert_eq!(panel.texts("h2"), ["Delivered twice"]);
}

#[wasm_bindgen_test]
async fn the_store_shows_what_waits_in_the_outbox() {
    let (panel, _) = shown(service()).await;
    panel.click("Store").await;
    assert_eq!(panel.texts(".outbox .row-state"), ["waiting", "published"]);
    assert_eq!(panel.texts("summary .count"), ["7 rows", "27 rows"]);
    panel.click("Group").await;
    assert_eq!(panel.texts(".offsets tbody tr:last-child > *"), ["order-events 2", "–", "–", "10", "10", "nobody"]);
}

#[wasm_bindgen_test]
async fn nothing_is_left_when_it_goes() {
    let (panel, inspection) = shown(service()).await;
    panel.click("Pin a crash before work").await;
    assert_eq!(panel.unmounted().await, "");
    assert_eq!(inspection.try_get_untracked(), Some(service()), "what it was drawn from stays");
}

fn press(field: &web_sys::Element, key: &str) {
    script(field, &format!("it.dispatchEvent(new KeyboardEvent('keydown', {{bubbles: true, cancelable: true, key: '{key}'}}))"));
}

#[wasm_bindgen_test]
async fn a_name_is_changed_where_it_stands_and_a_refusal_stays_beside_it() {
    let (panel, _) = shown(service()).await;
    panel.click("Rename Payments").await;
    let field = panel.find(".name-field");
    assert!(field.matches(":focus").expect("a selector"), "it can be typed into at once");
    *panel.refuse.lock().expect("one thread only") = Some("A title is too long.".into());
    script(&field, "it.value = 'Charges'");
    press(&field, "Enter");
    tick().await;
    let rename = |to: &str| Asked::Make(Operation::RenameNode(PAYMENTS, to.into()));
    assert_eq!(panel.asked(), [rename("Charges")]);
    assert_eq!(panel.texts(".refused"), ["A title is too long."]);
    *panel.refuse.lock().expect("one thread only") = None;
    press(&field, "Enter");
    tick().await;
    assert_eq!((panel.asked(), panel.count(".name-field"), panel.count(".refused")), (vec![rename("Charges")], 0, 0));
    frame().await;
    assert!(panel.control("Rename Payments").matches(":focus").expect("a selector"), "the focus returns to the pencil");
    panel.click("Rename Payments").await;
    press(&panel.find(".name-field"), "Escape");
    tick().await;
    assert_eq!((panel.asked(), panel.texts("h2")), (vec![], vec!["Payments".to_owned()]));
}

#[wasm_bindgen_test]
async fn topics_groups_and_the_board_have_names_that_can_be_changed() {
    let (panel, inspection) = shown(Some(Inspection::Broker(fixtures::broker()))).await;
    let asks = [
        ("Rename topic order-events", Operation::RenameTopic("order-events".into(), "New".into())),
        ("Rename group payments", Operation::RenameGroup(WireId(4), "New".into())),
        ("Rename the board Delivered twice", Operation::RenameBoard("New".into())),
    ];
    let pages = [Some(Inspection::Broker(fixtures::broker())), Some(Inspection::Wire(fixtures::wire())), None];
    for ((button, operation), page) in asks.into_iter().zip(pages) {
        inspection.set(page);
        tick().await;
        panel.click(button).await;
        let field = panel.find(".name-field");
        script(&field, "it.value = ' New'");
        press(&field, "Enter");
        tick().await;
        let name = |asked: &Asked| format!("{asked:?}").replace("\" New\"", "\"New\"");
        assert_eq!(panel.asked().iter().map(name).collect::<Vec<_>>(), [format!("{:?}", Asked::Make(operation))]);
    }
}

#[wasm_bindgen_test]
async fn what_is_selected_is_duplicated_and_deleted() {
    let (panel, inspection) = shown(service()).await;
    let key = panel.texts(".doings kbd");
    panel.click(&format!("Duplicate {}", key[0])).await;
    panel.click("Delete Del").await;
    let item = Item::Node(PAYMENTS);
    assert_eq!(panel.asked(), [Asked::Make(Operation::Duplicate(vec![PAYMENTS])), Asked::Make(Operation::Delete(vec![item]))]);
    inspection.set(Some(Inspection::Wire(fixtures::wire())));
    tick().await;
    assert_eq!(panel.texts(".doings kbd"), ["Del"], "a wire alone cannot be duplicated");
}

#[wasm_bindgen_test]
async fn several_things_have_a_page_with_what_can_be_done_to_all() {
    let row = |item, kind, name: &str| ItemRow { item, kind, name: name.into() };
    let marked = Signal::stored(vec![
        row(Item::Node(NodeId(2)), "service", "Orders"),
        row(Item::Node(PAYMENTS), "service", "Payments"),
        row(Item::Wire(WireId(4)), "wire", "From order-events to Payments"),
    ]);
    let inspection = Signal::stored(None::<Inspection>);
    let board = Signal::stored(BoardText::default());
    let panel = mounted(move || {
        view! { <InspectorView inspection selection=Signal::stored(Selection::Nothing) board marked /> }
    })
    .await;
    assert_eq!(panel.texts(".who > *"), ["3 selected", "2 services, 1 wire"]);
    panel.click("Align: left").await;
    panel.click("Distribute: down").await;
    panel.click("Tidy up").await;
    panel.find(".selected button").click();
    let nodes = || vec![NodeId(2), PAYMENTS];
    assert_eq!(
        panel.asked(),
        [
            Asked::Make(Operation::Align(nodes(), Line::Left)),
            Asked::Make(Operation::Tidy),
            Asked::Select(Selection::Node(NodeId(2))),
        ],
        "two cards cannot be spread: {:?}",
        Operation::Distribute(nodes(), Axis::Down)
    );
}

#[wasm_bindgen_test]
async fn a_word_of_the_field_is_explained_beside_it_until_escape() {
    let panel = mounted(|| {
        let board =
            Signal::stored(BoardText { title: "B".into(), about: "A consumer group reads.".into(), ..BoardText::default() });
        let gloss = crosstalk::ui::panels::hands::Hands::here().gloss;
        let inspection = Signal::stored(None::<Inspection>);
        view! {
            <InspectorView inspection selection=Signal::stored(Selection::Nothing) board marked=Signal::stored(Vec::new()) />
            <GlossCard gloss />
        }
    })
    .await;
    panel.click("consumer group").await;
    assert_eq!(panel.texts(".gloss b"), ["consumer group"]);
    let (word, card) = (panel.find(".who .term").get_bounding_client_rect(), panel.find(".gloss").get_bounding_client_rect());
    assert!(card.top() >= word.bottom() || card.bottom() <= word.top(), "it never covers what it explains");
    press(&panel.find(".who .term"), "Escape");
    tick().await;
    assert_eq!((panel.count(".gloss"), panel.gloss.get_untracked()), (0, None));
}

#[wasm_bindgen_test]
async fn all_words_can_be_looked_through() {
    let panel = mounted(|| view! { <WordsView /> }).await;
    let all = panel.count("dt");
    typed(&panel.find("input"), "offset").await;
    assert!(panel.texts("dt")[0].starts_with("offset") && panel.count("dt") < all);
    typed(&panel.find("input"), "no such word").await;
    assert_eq!((panel.count("dt"), panel.texts(".quiet").len()), (0, 2));
}

#[wasm_bindgen_test]
async fn the_model_cards_unfold_at_the_end_of_a_page() {
    let (panel, _) = shown(service()).await;
    assert_eq!(panel.count(".model"), 0);
    panel.find(".models summary").click();
    frame().await;
    frame().await;
    assert_eq!(panel.texts(".model h5"), ["Client"]);
    assert!(panel.count(".leaves-out li") >= 3);
}

#[wasm_bindgen_test]
async fn the_run_is_repeated_with_what_is_chosen_and_the_choices_are_looked_up_when_they_are_opened() {
    let (panel, _) = shown(service()).await;
    assert_eq!(panel.count(".reruns li"), 0);
    panel.find(".reruns summary").click();
    frame().await;
    frame().await;
    panel.click("Orders publishes through an outbox").await;
    assert_eq!(panel.asked(), [Asked::Rerun("Orders publishes through an outbox".to_owned())]);
}
