//! What a person can do from a panel, handed down by context: panels know neither the page nor its session.

use leptos::prelude::*;

use crate::board::{Action, Edit, Process, ProcessAction, ProcessDoes, Question};
use crate::sim::{FactId, Time};
use crate::view::{Selection, ViolationView};

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

/// What a person can do from a panel.
#[derive(Clone, Copy)]
pub struct Hands {
    /// Does something to the world at the cursor.
    pub act: Callback<Action>,
    /// Puts the cursor at a time.
    pub seek: Callback<Time>,
    /// Selects something.
    pub select: Callback<Selection>,
    /// Goes to another future.
    pub take_branch: Callback<usize>,
    /// Notes that somebody asked about the violation which a fact made certain.
    pub asked: Callback<(FactId, Question)>,
    /// The page of the inspector that was opened last.
    pub tab: RwSignal<Tab>,
    /// The violation that is explained, if one was chosen.
    pub explained: RwSignal<Option<ViolationView>>,
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
