"""Apache Kafka's numbers: APIs, errors, and where in a response its error stands (kafka.apache.org/protocol)."""

from __future__ import annotations

from typing import NamedTuple

_APIS = (
    "Produce Fetch ListOffsets Metadata LeaderAndIsr StopReplica UpdateMetadata ControlledShutdown OffsetCommit "
    "OffsetFetch FindCoordinator JoinGroup Heartbeat LeaveGroup SyncGroup DescribeGroups ListGroups SaslHandshake "
    "ApiVersions CreateTopics DeleteTopics DeleteRecords InitProducerId OffsetForLeaderEpoch AddPartitionsToTxn "
    "AddOffsetsToTxn EndTxn WriteTxnMarkers TxnOffsetCommit DescribeAcls CreateAcls DeleteAcls DescribeConfigs "
    "AlterConfigs AlterReplicaLogDirs DescribeLogDirs SaslAuthenticate CreatePartitions CreateDelegationToken "
    "RenewDelegationToken ExpireDelegationToken DescribeDelegationToken DeleteGroups ElectLeaders "
    "IncrementalAlterConfigs AlterPartitionReassignments ListPartitionReassignments OffsetDelete DescribeClientQuotas "
    "AlterClientQuotas DescribeUserScramCredentials AlterUserScramCredentials Vote BeginQuorumEpoch EndQuorumEpoch "
    "DescribeQuorum AlterPartition UpdateFeatures Envelope FetchSnapshot DescribeCluster DescribeProducers "
    "BrokerRegistration BrokerHeartbeat UnregisterBroker DescribeTransactions ListTransactions AllocateProducerIds "
    "ConsumerGroupHeartbeat ConsumerGroupDescribe ControllerRegistration GetTelemetrySubscriptions PushTelemetry "
    "AssignReplicasToDirs ListConfigResources DescribeTopicPartitions ShareGroupHeartbeat ShareGroupDescribe "
    "ShareFetch ShareAcknowledge AddRaftVoter RemoveRaftVoter UpdateRaftVoter InitializeShareGroupState "
    "ReadShareGroupState WriteShareGroupState DeleteShareGroupState ReadShareGroupStateSummary"
)
APIS = tuple(_APIS.split())
_ERRORS = (
    "NONE OFFSET_OUT_OF_RANGE CORRUPT_MESSAGE UNKNOWN_TOPIC_OR_PARTITION INVALID_FETCH_SIZE LEADER_NOT_AVAILABLE "
    "NOT_LEADER_OR_FOLLOWER REQUEST_TIMED_OUT BROKER_NOT_AVAILABLE REPLICA_NOT_AVAILABLE MESSAGE_TOO_LARGE "
    "STALE_CONTROLLER_EPOCH OFFSET_METADATA_TOO_LARGE NETWORK_EXCEPTION COORDINATOR_LOAD_IN_PROGRESS "
    "COORDINATOR_NOT_AVAILABLE NOT_COORDINATOR INVALID_TOPIC_EXCEPTION RECORD_LIST_TOO_LARGE NOT_ENOUGH_REPLICAS "
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND INVALID_REQUIRED_ACKS ILLEGAL_GENERATION INCONSISTENT_GROUP_PROTOCOL "
    "INVALID_GROUP_ID UNKNOWN_MEMBER_ID INVALID_SESSION_TIMEOUT REBALANCE_IN_PROGRESS INVALID_COMMIT_OFFSET_SIZE "
    "TOPIC_AUTHORIZATION_FAILED GROUP_AUTHORIZATION_FAILED CLUSTER_AUTHORIZATION_FAILED INVALID_TIMESTAMP "
    "UNSUPPORTED_SASL_MECHANISM ILLEGAL_SASL_STATE UNSUPPORTED_VERSION TOPIC_ALREADY_EXISTS INVALID_PARTITIONS "
    "INVALID_REPLICATION_FACTOR INVALID_REPLICA_ASSIGNMENT INVALID_CONFIG NOT_CONTROLLER INVALID_REQUEST "
    "UNSUPPORTED_FOR_MESSAGE_FORMAT POLICY_VIOLATION OUT_OF_ORDER_SEQUENCE_NUMBER DUPLICATE_SEQUENCE_NUMBER "
    "INVALID_PRODUCER_EPOCH INVALID_TXN_STATE INVALID_PRODUCER_ID_MAPPING INVALID_TRANSACTION_TIMEOUT "
    "CONCURRENT_TRANSACTIONS TRANSACTION_COORDINATOR_FENCED TRANSACTIONAL_ID_AUTHORIZATION_FAILED SECURITY_DISABLED "
    "OPERATION_NOT_ATTEMPTED KAFKA_STORAGE_ERROR LOG_DIR_NOT_FOUND SASL_AUTHENTICATION_FAILED UNKNOWN_PRODUCER_ID "
    "REASSIGNMENT_IN_PROGRESS"
)
ERRORS = tuple(_ERRORS.split())


class Layout(NamedTuple):
    """Where a response tells its one error, by version."""

    first: int = 0
    """Oldest version that has one."""
    throttled: int = 99
    """From this version on four octets (how long the client shall wait) come before it."""
    flexible: int = 99
    """From this version on a section of tags comes before everything."""
    last: int = 99
    """Newest version that has one error for all."""


LAYOUTS = {
    1: Layout(7, 7, 12),
    10: Layout(0, 1, 3, 3),
    11: Layout(0, 2, 6),
    12: Layout(0, 1, 4),
    13: Layout(0, 1, 4),
    14: Layout(0, 1, 4),
    16: Layout(0, 1, 3),
    17: Layout(),
    18: Layout(),  # never flexible, so that a broker can answer whoever asks in a version it does not know
    22: Layout(0, 0, 2),
    25: Layout(0, 0, 3),
    26: Layout(0, 0, 3),
    36: Layout(0, 99, 2),
}
"""By API: Fetch, FindCoordinator, JoinGroup, Heartbeat, LeaveGroup, SyncGroup, ListGroups, SaslHandshake, ApiVersions,
InitProducerId, AddOffsetsToTxn, EndTxn, SaslAuthenticate. The others tell errors per topic or partition."""


def error_name(code: int) -> str:
    """``SASL_AUTHENTICATION_FAILED``; a number where nobody knows. ``code``: signed."""
    return ERRORS[code] if 0 <= code < len(ERRORS) else str(code)
