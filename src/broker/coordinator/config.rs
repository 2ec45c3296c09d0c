//! Settings of the coordinator: the broker's, the same for all groups.

use crate::broker::assignor::ServerAssignor;
use crate::sim::Span;

/// Settings of the coordinator. A change counts from the next rebalance, join or timer that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupConfig {
    /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members. Kafka: 3 s.
    pub initial_rebalance_delay: Span,
    /// `group.max.size`: members a group may have. Kafka: 2^31 − 1.
    pub max_size: u32,
    /// `group.min.session.timeout.ms`. Kafka: 6 s.
    pub min_session_timeout: Span,
    /// `group.max.session.timeout.ms`. Kafka: 30 min.
    pub max_session_timeout: Span,
    /// How long a new member's first join may be parked. Kafka: 5 min, not to be set.
    pub new_member_join_timeout: Span,
    /// `group.consumer.session.timeout.ms` of the consumer protocol. Kafka: 45 s.
    pub consumer_session_timeout: Span,
    /// `group.consumer.heartbeat.interval.ms` of the consumer protocol. Kafka: 5 s.
    pub consumer_heartbeat_interval: Span,
    /// `group.consumer.max.size`: members a group of the consumer protocol may have. Kafka: 2^31 − 1.
    pub consumer_max_size: u32,
    /// The first of `group.consumer.assignors`: used where no member asks for another. Kafka: uniform.
    pub consumer_assignor: ServerAssignor,
}

impl Default for GroupConfig {
    fn default() -> Self {
        GroupConfig {
            initial_rebalance_delay: Span::secs(3),
            max_size: i32::MAX.cast_unsigned(),
            min_session_timeout: Span::secs(6),
            max_session_timeout: Span::secs(1_800),
            new_member_join_timeout: Span::secs(300),
            consumer_session_timeout: Span::secs(45),
            consumer_heartbeat_interval: Span::secs(5),
            consumer_max_size: i32::MAX.cast_unsigned(),
            consumer_assignor: ServerAssignor::Uniform,
        }
    }
}
