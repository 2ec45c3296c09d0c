//! What requests and responses are for, as far as groups are concerned.

/// What a request or response is for, as far as groups are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Joining, syncing, leaving: it is there for a rebalance.
    Rebalance,
    /// Staying a member; in a rebalance it is how members hear of it.
    Heartbeat,
    /// Anything else.
    Other,
}

/// What a request or a response is for, by its number ([`crate::net::Cargo::api`]).
pub const fn errand(api: u8) -> Errand {
    match api {
        3 | 4 | 6 | 19 | 20 | 22 => Errand::Rebalance,
        5 | 10 | 21 | 26 => Errand::Heartbeat,
        _ => Errand::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::protocol::{
        BrokerCargo, ConsumerHeartbeat, ConsumerHeartbeatAnswer, ErrorCode, Identity, Join, Joined, Request, RequestId, Response,
    };
    use crate::net::Cargo;
    use crate::sim::{GroupId, Span};

    #[test]
    fn requests_and_their_answers_are_on_the_same_errand() {
        let who = || Identity { group: GroupId(1), member: "m".into(), instance: None, generation: 1 };
        let none = ErrorCode::None;
        let join = Join {
            group: GroupId(1),
            member: "m".into(),
            client_id: "c".into(),
            instance: None,
            session_timeout: Span::secs(6),
            rebalance_timeout: Span::secs(20),
            protocols: [].into(),
            known_member_id: true,
            skip_assignment: true,
        };
        let joined = Joined {
            error: none,
            member: "m".into(),
            generation: 1,
            protocol: None,
            leader: "m".into(),
            members: [].into(),
            skip_assignment: false,
        };
        let beat = ConsumerHeartbeat::alive(GroupId(1), "m".into(), 1);
        let heard = ConsumerHeartbeatAnswer::refusal(none);
        let pairs = [
            (Request::Heartbeat(who()), Response::Heartbeat(none), Errand::Heartbeat),
            (Request::Leave(who()), Response::Leave(none), Errand::Rebalance),
            (
                Request::Sync { who: who(), assignments: [].into() },
                Response::Sync { error: none, assignment: [].into() },
                Errand::Rebalance,
            ),
            (Request::from(join), Response::from(joined), Errand::Rebalance),
            (Request::from(beat), Response::ConsumerHeartbeat(heard), Errand::Heartbeat),
            (Request::OffsetCommit { who: who(), offsets: [].into() }, Response::OffsetCommit(none), Errand::Other),
        ];
        for (request, response, expected) in pairs {
            let id = RequestId(1);
            let apis = [BrokerCargo::Request(id, request).api(), BrokerCargo::Response(id, response).api()];
            assert_eq!(apis.map(errand), [expected; 2], "{apis:?}");
        }
    }
}
