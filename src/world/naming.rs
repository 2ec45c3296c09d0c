//! What facts name: the message, the intent.

use crate::broker::BrokerFact;
use crate::net::NetFact;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{IntentId, MessageId};
use crate::store::StoreFact;

use super::fact::Fact;

impl Fact {
    /// The message that it names, if any.
    pub fn message(&self) -> Option<MessageId> {
        match *self {
            Fact::Net(NetFact::Carries { message, .. })
            | Fact::Broker(
                BrokerFact::Appended { message, .. }
                | BrokerFact::Acked { message, .. }
                | BrokerFact::ProduceRetried { message, .. }
                | BrokerFact::ProduceFailed { message }
                | BrokerFact::Fetched { message, .. },
            )
            | Fact::Rpc(
                RpcFact::Called { message, .. }
                | RpcFact::Refused { message, .. }
                | RpcFact::AttemptFailed { message, .. }
                | RpcFact::Answered { message, .. }
                | RpcFact::GaveUp { message, .. }
                | RpcFact::ErrorAnswered { message, .. },
            )
            | Fact::Store(
                StoreFact::TrackedMessage { message, .. }
                | StoreFact::DuplicateFound { message, .. }
                | StoreFact::OutboxInserted { message, .. }
                | StoreFact::OutboxVisible { message, .. }
                | StoreFact::Marked { message, .. }
                | StoreFact::Forgotten { message, .. },
            )
            | Fact::Service(
                ServiceFact::Started { message, .. }
                | ServiceFact::LineDone { message, .. }
                | ServiceFact::Finished { message, .. }
                | ServiceFact::Failed { message, .. }
                | ServiceFact::Aborted { message, .. }
                | ServiceFact::AckFailed { message, .. }
                | ServiceFact::Skipped { message, .. }
                | ServiceFact::DeadLettered { message, .. }
                | ServiceFact::StoppedReading { message, .. },
            ) => Some(message),
            _ => None,
        }
    }

    /// The intent that it names, if any: that of its message, or the one that a row was changed for.
    pub fn intent(&self) -> Option<IntentId> {
        match *self {
            Fact::Store(StoreFact::Changed { intent, .. }) => Some(intent),
            _ => self.message().map(|message| message.intent),
        }
    }
}
