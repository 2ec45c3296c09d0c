//! What a person can do from a panel, handed down by context: panels know neither the page nor its session.

use leptos::prelude::*;

use super::gloss::Gloss;
use crate::board::{Action, Edit, Place, PlanId, Process, ProcessAction, ProcessDoes, Question, Setting, Timings};
use crate::editor::{FieldOffers, HandlerOffer, LineField, LineOffer, Operation, Rerun};
use crate::sim::{FactId, HandlerId, LineId, MessageId, NodeId, Time};
use crate::view::{ModelCard, Selection, SettingHit, StoreScript, TimingChange, ViolationView};

/// A page of the inspector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// A service's programs and their patterns.
    #[default]
    Program,
    /// A broker's topics.
    Topics,
    /// Settings.
    Settings,
    /// A service's tables and its outbox.
    Store,
    /// Consumer groups.
    Group,
    /// What has happened.
    Facts,
}

impl Tab {
    /// The word on the tab.
    pub const fn name(self) -> &'static str {
        match self {
            Tab::Program => "Program",
            Tab::Topics => "Topics",
            Tab::Settings => "Settings",
            Tab::Store => "Store",
            Tab::Group => "Group",
            Tab::Facts => "Facts",
        }
    }
}

/// A setting that is given a value, or its default again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetTo {
    /// Whose.
    pub place: Place,
    /// Which.
    pub setting: Setting,
    /// The value in the setting's unit; none for the default.
    pub value: Option<u64>,
}

/// What a person can do from a panel.
#[derive(Clone, Copy)]
pub struct Hands {
    /// Does something to the world at the cursor.
    pub act: Callback<Action>,
    /// Does something to the document; says why it cannot be done.
    pub make: Callback<Operation, Option<String>>,
    /// Sets a setting; says why it is not taken. What is set in one field, one after the other, is one step.
    pub set: Callback<SetTo, Option<String>>,
    /// Gives entries of the plan other times; says why they are not taken. Times of the same entries, one after the other,
    /// are one step.
    pub replan: Callback<Vec<(PlanId, Time)>, Option<String>>,
    /// Opens the plan at an entry.
    pub open_plan: Callback<PlanId>,
    /// Opens the panel of failures to plan one for a moment of the strip.
    pub plan_at: Callback<Time>,
    /// Ends a burst of changes: the next one is a step of its own.
    pub settle: Callback<()>,
    /// Finds settings on the whole board.
    pub find: Callback<String, Vec<SettingHit>>,
    /// What other timings would change.
    pub preview: Callback<Timings, Vec<TimingChange>>,
    /// A service's store at the cursor as SQL, and the time of the cursor; none if it is not there.
    pub script: Callback<NodeId, Option<(StoreScript, Time)>>,
    /// The lines that could be put before the line of a handler at that place.
    pub lines: Callback<(NodeId, HandlerId, usize), Vec<LineOffer>>,
    /// What the parts of a line could be.
    pub parts: Callback<(NodeId, LineId), Vec<FieldOffers>>,
    /// Gives a part of a line what was typed; says why it is not taken.
    pub write: Callback<(NodeId, LineId, LineField, String), Option<String>>,
    /// What a service could handle besides.
    pub handlers: Callback<NodeId, Vec<HandlerOffer>>,
    /// The model cards of a place.
    pub models: Callback<Place, Vec<&'static ModelCard>>,
    /// Puts the cursor at a time.
    pub seek: Callback<Time>,
    /// Selects something.
    pub select: Callback<Selection>,
    /// Follows a message, and all that came of the same intent.
    pub follow: Callback<MessageId>,
    /// Asks why a message waits.
    pub ask: Callback<MessageId>,
    /// What the run could be repeated with from its start: another form of a pattern of one service, or of any.
    pub reruns: Callback<Option<NodeId>, Vec<Rerun>>,
    /// Repeats the run with that, and puts both beside each other.
    pub rerun: Callback<Rerun>,
    /// Opens the list of all branches.
    pub open_branches: Callback<()>,
    /// Notes that somebody asked about the violation which a fact made certain.
    pub asked: Callback<(FactId, Question)>,
    /// The page of the inspector that was opened last.
    pub tab: RwSignal<Tab>,
    /// The violation that is explained, if one was chosen.
    pub explained: RwSignal<Option<ViolationView>>,
    /// The word whose meaning is shown.
    pub gloss: RwSignal<Option<Gloss>>,
    /// The setting that is looked for: its field takes the focus once it is there.
    pub wanted: RwSignal<Option<(Place, Setting)>>,
}

impl Hands {
    /// Those of the nearest panel around, in the body of a component; callbacks capture them.
    pub fn here() -> Hands {
        expect_context::<Hands>()
    }

    /// Does something to a process.
    pub fn process(self, who: Process, does: ProcessDoes) {
        self.act.run(Action::Process(ProcessAction { who, does }));
    }

    /// Changes the document.
    pub fn edit(self, edit: Edit) {
        self.act.run(Action::Edit(edit));
    }
}
