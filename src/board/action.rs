//! What a person, a plan or a lab does to a running world.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::net::{Cut, Loss, PacketDoes, PacketName, Slow};
use crate::sim::{Actor, Lead, NodeId, Role, Time, WireId};
use crate::store::RelayKind;

use super::mend::Mend;
use super::patch::Patch;
use super::patterns::Pattern;
use super::program::Gap;
use super::settings::{Place, Setting};

/// A process by name, whatever its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its node.
    pub node: NodeId,
    /// What it is.
    pub role: Role,
    /// Which of them, from 0.
    #[serde(default)]
    pub ordinal: u16,
}

impl Process {
    /// The process of a life.
    pub const fn of(who: Actor) -> Process {
        Process { node: who.node, role: who.role, ordinal: who.ordinal }
    }

    /// What processes are ordered by: node, role and ordinal as one number, which is quick to compare.
    fn number(self) -> u64 {
        u64::from(self.node.0) << 32 | u64::from(self.role as u8) << 16 | u64::from(self.ordinal)
    }
}

impl Ord for Process {
    fn cmp(&self, other: &Process) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl PartialOrd for Process {
    fn partial_cmp(&self, other: &Process) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Lead for Process {
    fn lead(&self) -> u32 {
        self.node.0
    }
}

/// What is done to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProcessDoes {
    /// Dies: its memory is gone, its store is not.
    Crash,
    /// Starts again after a crash.
    Restart,
    /// Stands still, as in a long garbage collection.
    Pause,
    /// Goes on after a pause.
    Resume,
    /// A broker's machine loses power: it dies, and what was not on its disk yet is gone.
    PowerLoss,
}

/// A failure of a process, or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessAction {
    /// The process.
    pub who: Process,
    /// What is done to it.
    pub does: ProcessDoes,
}

/// What a pin does to the process that reaches it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinDoes {
    /// The process dies there.
    #[default]
    Crash,
    /// The process stands still there until it is resumed.
    Pause,
    /// The handling fails there, as if the program had thrown: before a commit, the commit fails.
    Fail,
    /// The answer to the next line that waits for one, or that gives one, is lost, and its connection breaks: what was asked
    /// for is done, and nobody is told.
    DropReply,
    /// The handling waits there for so many milliseconds, 1 to 600,000; the process does other things meanwhile.
    Delay(u32),
}

/// How often a pin acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Often {
    /// The first time that a process comes there.
    #[default]
    Once,
    /// Every time.
    Always,
    /// Only the nth time that a process comes there, 1 to 100,000.
    Nth(u32),
}

/// A failure between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The service.
    pub service: NodeId,
    /// Where.
    pub gap: Gap,
    /// What happens there.
    #[serde(default)]
    pub does: PinDoes,
    /// How often.
    #[serde(default)]
    pub often: Often,
    /// The instance that it waits for, from 0; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<u16>,
    /// The key that it waits for, from 0: that of the record, or the first of the message's fields that is one; any when
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<u32>,
    /// After how many milliseconds a crashed process comes back; by itself it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_after_ms: Option<u32>,
}

/// A pin set or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinAction {
    /// Sets a pin; one that is in the same gap is replaced.
    Set(Pin),
    /// Takes the pin in that gap away.
    Clear {
        /// The service.
        service: NodeId,
        /// Where.
        gap: Gap,
    },
}

/// A change of the document that a running world takes up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// Gives a setting a value; none gives it back its default.
    Set {
        /// Of what.
        place: Place,
        /// Which.
        setting: Setting,
        /// The value, in the setting's unit.
        value: Option<u64>,
    },
    /// Switches a pattern of a service's programs.
    Pattern {
        /// The service.
        service: NodeId,
        /// The pattern and its form.
        pattern: Pattern,
    },
    /// Has a service's relay read its outbox in another way.
    Relay {
        /// The service.
        service: NodeId,
        /// How.
        kind: RelayKind,
    },
    /// Changes one thing in a service's programs, and leaves the rest as it is.
    Mend {
        /// The service.
        service: NodeId,
        /// What.
        mend: Mend,
    },
    /// Gives a topic more partitions.
    Partitions {
        /// The topic.
        topic: String,
        /// How many it has from now on.
        partitions: u16,
    },
    /// Puts, changes and takes away parts.
    Change(Box<Patch>),
}

/// Anything that a person, a plan or a lab does to a running world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// A client sends one request now.
    Send {
        /// The client.
        client: NodeId,
    },
    /// A process fails, or comes back.
    Process(ProcessAction),
    /// A wire is cut, or healed.
    Cut {
        /// The wire.
        wire: WireId,
        /// Which ways from now on.
        cut: Cut,
    },
    /// A pin is set or taken away.
    Pin(PinAction),
    /// The document changes.
    Edit(Edit),
    /// A wire takes longer than its settings say.
    Slow {
        /// The wire.
        wire: WireId,
        /// How much longer from now on.
        slow: Slow,
    },
    /// A wire loses packets: they come later, or their connections break.
    Lossy {
        /// The wire.
        wire: WireId,
        /// How many from now on.
        loss: Loss,
    },
    /// A wire is whole, as fast as its settings say, and loses nothing.
    Heal {
        /// The wire.
        wire: WireId,
    },
    /// Something is done to one packet on its way.
    Packet {
        /// The packet.
        packet: PacketName,
        /// What.
        does: PacketDoes,
    },
    /// The store of a service takes longer for each statement than its settings say.
    SlowStore {
        /// The service.
        service: NodeId,
        /// So many times as long, 1 to 100; 1 is as usual.
        times: u16,
    },
    /// The processes of a service stop reading what they are assigned over a wire, or read on (`KafkaConsumer.pause`): they
    /// go on polling and stay members of their group. What they are assigned anew they read.
    Reading {
        /// The wire.
        wire: WireId,
        /// Whether they stop.
        stops: bool,
    },
}

/// An action at its time: applied after everything that is due at or before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamped {
    /// When, in microseconds of virtual time.
    #[serde(rename = "at_us")]
    pub at: Time,
    /// What.
    pub action: Action,
}

impl Action {
    /// Failures and pins are taken along when an action in the past starts a branch; sends and edits are not.
    pub fn is_failure(&self) -> bool {
        matches!(self, Action::Pin(_)) || self.is_live_failure()
    }

    /// A failure that is part of the run and not of the document, or the end of one: what is done live is forgotten on reset
    /// unless it is kept.
    pub fn is_live_failure(&self) -> bool {
        match self {
            Action::Process(_)
            | Action::Cut { .. }
            | Action::Slow { .. }
            | Action::Lossy { .. }
            | Action::Heal { .. }
            | Action::Packet { .. }
            | Action::SlowStore { .. }
            | Action::Reading { .. } => true,
            Action::Send { .. } | Action::Pin(_) | Action::Edit(_) => false,
        }
    }
}
