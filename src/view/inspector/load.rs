//! How a store is doing: its connections, its waits, its outbox, what it found to be processed already.

use crate::board::ServiceNode;
use crate::session::Session;
use crate::sim::Time;
use crate::store::{Store, WaitFigures};

/// The figures of a service's store at the cursor: names and values.
pub(super) fn figures(session: &Session, node: &ServiceNode) -> Vec<(String, String)> {
    let Some(service) = session.world().service(node.id) else { return Vec::new() };
    let (store, now) = (&service.store, session.now());
    let load = store.load(now);
    let (used, all) = store.connections();
    let mut pairs = vec![
        (
            "connections",
            format!("{used} of {all} in use, {}.{}% in the last {}", load.permille / 10, load.permille % 10, load.window),
        ),
        ("statements", format!("{} of handlers, {} of relays in that time", load.of_handlers, load.of_relays)),
    ];
    pairs.extend(waits("waits for a lock", store.lock_waits(now)));
    pairs.extend(waits("waits for a connection", store.connection_waits(now)));
    if node.relay.is_some() || store.outbox_rows().next().is_some() {
        pairs.push(("outbox", outbox(store)));
        pairs.push((
            "oldest to publish",
            store.oldest_unpublished(now).map_or_else(|| "none".to_owned(), |age| format!("{age} old")),
        ));
    }
    let mut pairs: Vec<(String, String)> = pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let relays = session.relays(service, node.id);
    pairs.extend(relays.iter().filter(|relay| relays.len() > 1 || relay.behind.is_some()).map(|relay| {
        let behind = relay.behind.map_or_else(String::new, |rows| format!(", {rows} rows of the log behind"));
        (relay.name.clone(), relay.doing.clone() + &behind)
    }));
    if store.tracked_count() > 0 || store.duplicates_found() > 0 {
        pairs.push(("found processed".to_owned(), times(store.duplicates_found())));
    }
    pairs
}

fn outbox(store: &Store) -> String {
    let mut text = format!("{} to publish, {} published", store.unpublished_count(), store.kept_count());
    if store.deleted_count() > 0 {
        text += &format!(", {} deleted", store.deleted_count());
    }
    text
}

/// Nothing where none was.
fn waits(name: &'static str, waits: WaitFigures) -> Option<(&'static str, String)> {
    (waits.count > 0).then(|| (name, format!("{}, {} now, the longest {}", waits.count, waits.now, waits.longest)))
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// What is out of the ordinary, for a card: figures that are not zero.
pub(in super::super) fn unusual(store: &Store, now: Time) -> Vec<String> {
    let mut figures = Vec::new();
    let locks = store.lock_waits(now).now;
    if locks > 0 {
        figures.push(format!("{locks} waiting for a lock"));
    }
    let connections = store.connection_waits(now).now;
    if connections > 0 {
        figures.push(format!("{connections} waiting for a connection"));
    }
    if store.duplicates_found() > 0 {
        figures.push(format!("{} duplicates", store.duplicates_found()));
    }
    figures
}
