//! What a broker can find wrong with a request.

/// Kafka's error codes, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// NONE
    None,
    /// MEMBER_ID_REQUIRED
    MemberIdRequired,
    /// UNKNOWN_MEMBER_ID
    UnknownMemberId,
    /// ILLEGAL_GENERATION
    IllegalGeneration,
    /// REBALANCE_IN_PROGRESS
    RebalanceInProgress,
    /// FENCED_INSTANCE_ID
    FencedInstanceId,
    /// INCONSISTENT_GROUP_PROTOCOL
    InconsistentGroupProtocol,
    /// GROUP_MAX_SIZE_REACHED
    GroupMaxSizeReached,
    /// INVALID_SESSION_TIMEOUT
    InvalidSessionTimeout,
    /// COORDINATOR_NOT_AVAILABLE
    CoordinatorNotAvailable,
    /// UNKNOWN_TOPIC_OR_PARTITION
    UnknownTopicOrPartition,
    /// OFFSET_OUT_OF_RANGE
    OffsetOutOfRange,
    /// INVALID_REQUEST
    InvalidRequest,
    /// GROUP_ID_NOT_FOUND
    GroupIdNotFound,
    /// FENCED_MEMBER_EPOCH
    FencedMemberEpoch,
    /// STALE_MEMBER_EPOCH
    StaleMemberEpoch,
    /// UNRELEASED_INSTANCE_ID
    UnreleasedInstanceId,
}

impl ErrorCode {
    /// Kafka's own name.
    pub const fn name(self) -> &'static str {
        match self {
            ErrorCode::None => "NONE",
            ErrorCode::MemberIdRequired => "MEMBER_ID_REQUIRED",
            ErrorCode::UnknownMemberId => "UNKNOWN_MEMBER_ID",
            ErrorCode::IllegalGeneration => "ILLEGAL_GENERATION",
            ErrorCode::RebalanceInProgress => "REBALANCE_IN_PROGRESS",
            ErrorCode::FencedInstanceId => "FENCED_INSTANCE_ID",
            ErrorCode::InconsistentGroupProtocol => "INCONSISTENT_GROUP_PROTOCOL",
            ErrorCode::GroupMaxSizeReached => "GROUP_MAX_SIZE_REACHED",
            ErrorCode::InvalidSessionTimeout => "INVALID_SESSION_TIMEOUT",
            ErrorCode::CoordinatorNotAvailable => "COORDINATOR_NOT_AVAILABLE",
            ErrorCode::UnknownTopicOrPartition => "UNKNOWN_TOPIC_OR_PARTITION",
            ErrorCode::OffsetOutOfRange => "OFFSET_OUT_OF_RANGE",
            ErrorCode::InvalidRequest => "INVALID_REQUEST",
            ErrorCode::GroupIdNotFound => "GROUP_ID_NOT_FOUND",
            ErrorCode::FencedMemberEpoch => "FENCED_MEMBER_EPOCH",
            ErrorCode::StaleMemberEpoch => "STALE_MEMBER_EPOCH",
            ErrorCode::UnreleasedInstanceId => "UNRELEASED_INSTANCE_ID",
        }
    }
}
