//! A broker's card: its topics opened as lanes. What lies in them is drawn on a canvas above.

use leptos::prelude::*;

use crate::editor::{End, Item};
use crate::sim::NodeId;
use crate::ui::icons::Glyph;
use crate::ui::list::List;
use crate::ui::stage::rename::NameField;
use crate::ui::stage::state::StageState;
use crate::view::{BrokerCard, Frame, Lane, Rect};

use super::parts::{Card, Stop, handle, inside, judged, of_card};

fn find(frame: &Frame, id: NodeId) -> Option<&BrokerCard> {
    frame.brokers.iter().find(|card| card.id == id)
}

/// A topic's heading and rails, without what lies in them.
#[derive(Clone, Debug, PartialEq)]
struct Rails {
    note: String,
    style: String,
    lanes: Vec<Rail>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rail {
    partition: u16,
    hidden: u32,
    style: String,
    /// Too low for text in it: it holds a bar.
    bar: bool,
}

fn rails(card: &BrokerCard, name: &str) -> Option<Rails> {
    let topic = card.topics.iter().find(|topic| topic.name == name)?;
    Some(Rails {
        note: topic.note.clone(),
        style: inside(topic.rect, card.rect),
        lanes: topic.lanes.iter().map(|lane| rail(lane, topic.rect)).collect(),
    })
}

fn rail(lane: &Lane, topic: Rect) -> Rail {
    let Lane { partition, hidden, bar, rect: lane, .. } = *lane;
    let style = format!("left:{}px;top:{}px;width:{}px;height:{}px", lane.x - topic.x, lane.y - topic.y, lane.w, lane.h);
    Rail { partition, hidden, style, bar }
}

fn words(card: &BrokerCard) -> String {
    let topics: Vec<String> = card.topics.iter().map(|topic| format!("{}, {}", topic.name, topic.note)).collect();
    format!("{}, broker, {}. {}", card.title, card.note, topics.join(". "))
}

/// A broker.
#[component]
pub fn Broker(
    /// Its node.
    id: NodeId,
) -> impl IntoView {
    let stage = StageState::here();
    let title = of_card(stage, id, find, |card| card.title.clone());
    let note = of_card(stage, id, find, |card| card.note.clone());
    let state = of_card(stage, id, find, |card| card.state);
    let label = of_card(stage, id, find, words);
    let topics = of_card(stage, id, find, |card| card.topics.iter().map(|topic| topic.name.clone()).collect::<Vec<_>>());
    view! {
        <Card id kind="broker" glyph=Glyph::Broker title note state label>
            <List each=move || topics.get() key=|name| name.clone() let:name>
                <Topic id name />
            </List>
        </Card>
    }
}

/// A topic: its name and its rails.
#[component]
fn Topic(
    /// The broker.
    id: NodeId,
    /// Its name.
    name: String,
) -> impl IntoView {
    let stage = StageState::here();
    let known = StoredValue::new(name.clone());
    let topic = of_card(stage, id, find, move |card| known.with_value(|name| rails(card, name)));
    let of = move |read: fn(&Rails) -> String| Memo::new(move |_| topic.read().as_ref().map(read).unwrap_or_default());
    let (note, style) = (of(|topic| topic.note.clone()), of(|topic| topic.style.clone()));
    let item = Item::Topic(name.clone());
    let is = {
        let item = item.clone();
        move |other: &Option<Item>| other.as_ref() == Some(&item)
    };
    let renamed = Memo::new({
        let is = is.clone();
        move |_| stage.renaming.with(&is)
    });
    let stop = expect_context::<Stop>().0;
    let stops = move || if stop.with(&is) { "0" } else { "-1" };
    let selected = Memo::new({
        let item = item.clone();
        move |_| stage.ui.marked.with(|marked| marked.contains(&item))
    });
    let end = End::Topic(name.clone());
    let judged = judged(stage, end.clone());
    let lanes = Memo::new(move |_| topic.read().as_ref().map(|topic| topic.lanes.clone()).unwrap_or_default());
    view! {
        <div
            class="topic"
            class:selected=selected
            class:fits=move || judged.get() == Some(true)
            class:barred=move || judged.get() == Some(false)
            style=style
            role="group"
            tabindex=stops
            aria-label=move || format!("{}, topic, {}", known.get_value(), note.get())
            data-topic=name
        >
            <h4>
                {move || {
                    if renamed.get() {
                        view! { <NameField item=Item::Topic(known.get_value()) name=known.get_value() /> }.into_any()
                    } else {
                        known.get_value().into_any()
                    }
                }}
                " "
                <small>{note}</small>
            </h4>
            {handle(end, Signal::derive(move || known.get_value()))}
            <List each=move || lanes.get() key=|lane| (lane.partition, lane.hidden, lane.style.clone()) let:lane>
                <div class="rail-lane" class:thin=lane.bar style=lane.style>
                    <b>{lane.partition}</b>
                    {(lane.hidden > 0).then(|| view! { <small>"+"{lane.hidden}</small> })}
                </div>
            </List>
        </div>
    }
}
