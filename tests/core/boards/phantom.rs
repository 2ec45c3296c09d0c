//! Where does this message come from?

use crosstalk::board::{Pattern, Publishes};
use crosstalk::check::Check;
use crosstalk::rpc::RpcFact;
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::world::Fact;

use super::rig::*;
use crate::support::{ORDERS, PAYMENTS, switch};

#[test]
fn an_order_whose_commit_fails_after_its_message_went_out_is_refused_and_charged() {
    let session = played("message-without-row", 60);
    let violation = only(&session, Check::MessageWithoutRow);
    let intent = violation.intent;
    assert_eq!(effects(&session, ORDERS, intent), [], "it leaves no row");
    assert_eq!(effects(&session, PAYMENTS, intent).len(), 1, "it is charged");
    let failed = first(&session, |entry| matches!(entry.fact, Fact::Service(ServiceFact::Failed { .. })));
    assert_eq!((failed.who.node, count(&session, |fact| matches!(fact, Fact::Service(ServiceFact::Failed { .. })))), (ORDERS, 1));
    let appended = log(&session).into_iter().find(|(_, message)| message.intent == intent);
    assert!(appended.is_some() && violation.at >= failed.at);
    let gave_up = |fact: &Fact| matches!(fact, Fact::Rpc(RpcFact::GaveUp { message, .. }) if message.intent == intent);
    assert_eq!(count(&session, gave_up), 1, "it is refused");
}

fn through_outbox(session: &mut Session) {
    act(session, switch(ORDERS, Pattern::Publishes(HANDLER, Publishes::ThroughOutbox)));
}

#[test]
fn through_an_outbox_the_message_is_rolled_back_with_the_row() {
    let intent = only(&played("message-without-row", 60), Check::MessageWithoutRow).intent;
    let session = changed("message-without-row", 60, through_outbox);
    assert_eq!((found(&session), hits(&session)), (vec![], 1));
    assert!(log(&session).iter().all(|(_, message)| message.intent != intent));
    assert_eq!((effects(&session, ORDERS, intent), effects(&session, PAYMENTS, intent)), (vec![], vec![]));
}

#[test]
fn the_steps_of_what_was_told_too_soon() {
    let outbox = |session: &mut Session| {
        session.reset(false);
        through_outbox(session);
    };
    follow("message-without-row", &[&play, &ask_prevent, &outbox]);
}
