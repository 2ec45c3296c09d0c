//! A panel in a page of its own, with hands that only remember what they were asked for.

use std::sync::{Arc, Mutex};

use crosstalk::board::{Action, Do, Edit, Pattern, PlanId, Publishes, Question};
use crosstalk::editor::{Changing, FieldChoice, FieldOffers, LineField, LineOffer, Operation, Rerun};
use crosstalk::sim::{FactId, HandlerId, LineId, MessageId, NodeId, Time};
use crosstalk::ui::panels::gloss::Gloss;
use crosstalk::ui::panels::hands::{Hands, SetTo, Tab};
use crosstalk::view::{MODELS, Selection, SettingHit, TimingChange, ViolationView};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// What a person asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    Act(Action),
    Make(Operation),
    Seek(Time),
    Select(Selection),
    Follow(MessageId),
    Branches,
    Why(MessageId),
    Rerun(String),
    About(FactId, Question),
    Write(LineId, LineField, String),
    Replan(Vec<(PlanId, Time)>),
    Plan(PlanId),
    PlanAt(Time),
}

type Seen = Arc<Mutex<Vec<Asked>>>;
type Refusal = Arc<Mutex<Option<String>>>;

/// A panel that is mounted as long as this lives.
pub struct Mounted {
    section: HtmlElement,
    seen: Seen,
    /// The inspector's page that is open.
    pub tab: RwSignal<Tab>,
    /// The violation that is explained.
    pub explained: RwSignal<Option<ViolationView>>,
    /// The word whose meaning is shown.
    pub gloss: RwSignal<Option<Gloss>>,
    /// Why everything is refused that can be; nothing is while this is empty.
    pub refuse: Refusal,
    handle: Option<Box<dyn std::any::Any>>,
}

fn remember<T: 'static>(seen: &Seen, what: impl Fn(T) -> Asked + Send + Sync + 'static) -> Callback<T> {
    let seen = seen.clone();
    Callback::new(move |asked| seen.lock().expect("one thread only").push(what(asked)))
}

fn refusing<T: 'static>(
    seen: &Seen,
    refuse: &Refusal,
    what: impl Fn(T) -> Asked + Send + Sync + 'static,
) -> Callback<T, Option<String>> {
    let (seen, refuse) = (seen.clone(), refuse.clone());
    Callback::new(move |asked| {
        seen.lock().expect("one thread only").push(what(asked));
        refuse.lock().expect("one thread only").clone()
    })
}

/// Mounts a panel in a fresh section at the end of the page.
pub async fn mounted<V: IntoView + 'static>(panel: impl FnOnce() -> V + 'static) -> Mounted {
    mounted_with(Vec::new(), Vec::new(), panel).await
}

/// Mounts a panel whose searches all have these hits, and whose other timings would change these settings.
pub async fn mounted_with<V: IntoView + 'static>(
    hits: Vec<SettingHit>,
    changes: Vec<TimingChange>,
    panel: impl FnOnce() -> V + 'static,
) -> Mounted {
    let section = document().create_element("section").expect("a section");
    let section: HtmlElement = section.unchecked_into();
    section.set_attribute("style", "position:relative;width:1000px").expect("a style");
    document().body().expect("a body").append_child(&section).expect("room");
    let seen = Seen::default();
    let kept = Arc::new(Mutex::new(None));
    let refuse = Refusal::default();
    let (hands_seen, hands_refuse, keep) = (seen.clone(), refuse.clone(), kept.clone());
    let handle: UnmountHandle<_> = mount_to(section.clone(), move || {
        let hands = Hands {
            act: remember(&hands_seen, Asked::Act),
            make: refusing(&hands_seen, &hands_refuse, Asked::Make),
            set: refusing(&hands_seen, &hands_refuse, |SetTo { place, setting, value }| {
                Asked::Act(Action::Edit(Edit::Set { place, setting, value }))
            }),
            replan: refusing(&hands_seen, &hands_refuse, Asked::Replan),
            open_plan: remember(&hands_seen, Asked::Plan),
            plan_at: remember(&hands_seen, Asked::PlanAt),
            settle: Callback::new(|()| {}),
            find: Callback::new(move |_| hits.clone()),
            preview: Callback::new(move |_| changes.clone()),
            script: Callback::new(|_| None),
            lines: Callback::new(|_| {
                let refused = Some("line 2, ack: is there already".to_owned());
                vec![
                    LineOffer { does: Do::Track, words: "track".into(), refused: None },
                    LineOffer { does: Do::Ack, words: "ack".into(), refused },
                ]
            }),
            parts: Callback::new(|_| {
                let choices = vec![FieldChoice { words: "message id".into(), does: Do::Track, refused: None }];
                vec![
                    FieldOffers { field: LineField::TrackBy, now: "record offset".into(), choices, typed: false },
                    FieldOffers { field: LineField::Table, now: "accounts".into(), choices: Vec::new(), typed: true },
                ]
            }),
            write: refusing(&hands_seen, &hands_refuse, |(_, line, field, text)| Asked::Write(line, field, text)),
            handlers: Callback::new(|_| Vec::new()),
            models: Callback::new(|_| vec![MODELS[0]]),
            seek: remember(&hands_seen, Asked::Seek),
            select: remember(&hands_seen, Asked::Select),
            follow: remember(&hands_seen, Asked::Follow),
            ask: remember(&hands_seen, Asked::Why),
            reruns: Callback::new(|of: Option<NodeId>| {
                let service = of.unwrap_or(NodeId(2));
                let pattern = Pattern::Publishes(HandlerId(1), Publishes::ThroughOutbox);
                let with = Changing::Edit(Edit::Pattern { service, pattern });
                vec![Rerun { name: "Orders publishes through an outbox".into(), with }]
            }),
            rerun: remember(&hands_seen, |rerun: Rerun| Asked::Rerun(rerun.name)),
            open_branches: remember(&hands_seen, |()| Asked::Branches),
            asked: remember(&hands_seen, |(fact, about)| Asked::About(fact, about)),
            tab: RwSignal::new(Tab::Program),
            explained: RwSignal::new(None),
            gloss: RwSignal::new(None),
            wanted: RwSignal::new(None),
        };
        *keep.lock().expect("one thread only") = Some((hands.tab, hands.explained, hands.gloss));
        provide_context(hands);
        panel()
    });
    tick().await;
    let (tab, explained, gloss) = kept.lock().expect("one thread only").take().expect("it was mounted");
    Mounted { section, seen, tab, explained, gloss, refuse, handle: Some(Box::new(handle)) }
}

impl Mounted {
    /// The first element that a selector finds.
    #[track_caller]
    pub fn find(&self, selector: &str) -> HtmlElement {
        let found = self.section.query_selector(selector).expect("a selector");
        found.unwrap_or_else(|| panic!("nothing matches {selector} in {}", self.section.inner_html())).unchecked_into()
    }

    /// All elements that a selector finds.
    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let find = js_sys::Function::new_with_args("it, wanted", "return Array.from(it.querySelectorAll(wanted))");
        let found = find.call2(&JsValue::NULL, &self.section, &JsValue::from_str(selector)).expect("a selector");
        js_sys::Array::from(&found).iter().map(JsCast::unchecked_into).collect()
    }

    /// How many elements a selector finds.
    pub fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// The texts of the elements that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).iter().filter_map(|one| one.text_content()).collect()
    }

    /// The button of that name: its label, or else its text.
    #[track_caller]
    pub fn control(&self, name: &str) -> HtmlElement {
        let label = |one: &HtmlElement| one.get_attribute("aria-label").or_else(|| one.text_content()).unwrap_or_default();
        let all = self.all("button");
        let found = all.iter().find(|one| label(one).trim() == name).cloned();
        found.unwrap_or_else(|| panic!("no button \"{name}\" among {:?}", all.iter().map(label).collect::<Vec<_>>()))
    }

    /// Clicks the control of that name.
    #[track_caller]
    pub fn click(&self, name: &str) -> impl Future<Output = ()> + use<> {
        self.control(name).click();
        tick()
    }

    /// What was asked for since the last look.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.seen.lock().expect("one thread only"))
    }

    /// Takes the panel away, and gives what is left of it.
    pub async fn unmounted(mut self) -> String {
        self.handle.take();
        tick().await;
        self.section.inner_html()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.handle.take();
        self.section.remove();
    }
}

/// Runs a line of script with an element as `it`.
pub fn script(it: &Element, line: &str) {
    let done = js_sys::Function::new_with_args("it", line).call1(&JsValue::NULL, it);
    done.expect("the script runs");
}

/// Types a text into a field and leaves it.
pub async fn typed(field: &Element, text: &str) {
    script(
        field,
        &format!(
            "it.value = '{text}'; it.dispatchEvent(new Event('input', {{bubbles: true}})); \
             it.dispatchEvent(new Event('change', {{bubbles: true}}))"
        ),
    );
    tick().await;
}

/// A pointer event at a place in the element.
pub fn pointer(it: &Element, kind: &str, x: f64) {
    script(
        it,
        &format!(
            "const box = it.getBoundingClientRect(); it.dispatchEvent(new PointerEvent('{kind}', \
             {{bubbles: true, pointerId: 1, button: 0, clientX: box.left + {x}, clientY: box.top + 60}}))"
        ),
    );
}

/// Waits until the screen has been drawn once.
pub async fn frame() {
    let drawn = js_sys::Promise::new(&mut |done, _| {
        window().request_animation_frame(&done).expect("frames are drawn");
    });
    wasm_bindgen_futures::JsFuture::from(drawn).await.expect("a frame");
    tick().await;
}
