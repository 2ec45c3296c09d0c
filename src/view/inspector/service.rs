//! A service, page by page.

use crate::board::Process;
use crate::session::Session;
use crate::sim::{GroupId, NodeId};

use super::super::inspect::ServiceInspection;
use super::{effects, facts, groups, load, name_of, program, relay, settings, state_of, tables};

/// A service as it is at the cursor.
pub(super) fn service(session: &Session, id: NodeId) -> Option<ServiceInspection> {
    let board = session.board();
    let node = board.service(id)?;
    let processes = session.world().processes().map(|(process, _)| process).filter(|process| process.node == id);
    let groups = groups::of_service(session, id);
    let group_ids: Vec<GroupId> = groups.iter().filter_map(|group| session.world().names().group_id(&group.name)).collect();
    Some(ServiceInspection {
        id,
        title: node.title.clone(),
        programs: program::programs(session, node),
        processes: processes
            .filter_map(|process: Process| Some((process, name_of(session, process), state_of(session, process)?)))
            .collect(),
        settings: settings::of_node(board, id),
        tables: tables::tables(session, node),
        outbox: tables::outbox(session, node),
        load: load::figures(session, node),
        relay: relay::choice(session, node),
        groups,
        effects_heading: effects::heading(board, node),
        effects: effects::rows(session, node),
        facts: facts::about(session, id, &group_ids),
    })
}
