//! What a new thing is: it can be put to use as it comes.

use crate::board::{
    Arrivals, Board, BrokerNode, ClientNode, Do, SCHEMA, ServiceNode, Setting, Settings, Timings, TopicDoc, ValueDoc,
};

use super::draft::{Draft, Edited, Item, free_title, numbered};
use super::error::{EditError, Refusal};
use super::ids::Ids;
use super::programs::{answers, write};
use super::types::{order_placed, place_order};

/// What can be added from the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Starter {
    /// A client.
    Client,
    /// A service with its program.
    Service(Preset),
    /// A topic, in the broker; a broker comes with it if there is none.
    Topic,
    /// A broker.
    Broker,
}

/// What a new service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preset {
    /// Takes orders and answers.
    Orders,
    /// Takes money, once for each order that it hears of.
    Payments,
    /// Sends an email for each order that it hears of.
    Emails,
    /// Keeps a row for each order, under a name of its own.
    Service,
}

impl Starter {
    /// All of them, in the palette's order.
    pub const ALL: [Starter; 7] = [
        Starter::Client,
        Starter::Service(Preset::Orders),
        Starter::Service(Preset::Payments),
        Starter::Service(Preset::Emails),
        Starter::Service(Preset::Service),
        Starter::Topic,
        Starter::Broker,
    ];

    /// What it is called before it has a number.
    pub const fn title(self) -> &'static str {
        match self {
            Starter::Client => "Web shop",
            Starter::Service(Preset::Orders) => "Orders",
            Starter::Service(Preset::Payments) => "Payments",
            Starter::Service(Preset::Emails) => "Emails",
            Starter::Service(Preset::Service) => "Service",
            Starter::Topic => "order-events",
            Starter::Broker => "Broker",
        }
    }

    /// What it does, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Starter::Client => "A client that places orders at random times, whatever becomes of them.",
            Starter::Service(Preset::Orders) => "A service that writes each order once and answers. Two instances.",
            Starter::Service(Preset::Payments) => "A service that takes each order's amount from an account. Three instances.",
            Starter::Service(Preset::Emails) => "A service that sends an email for each order. Two instances.",
            Starter::Service(Preset::Service) => "A service that keeps a row for each order and answers. One instance.",
            Starter::Topic => "A topic with three partitions. A broker comes with it if there is none.",
            Starter::Broker => "A broker, which keeps topics.",
        }
    }
}

/// A board with nothing on it.
pub fn empty_board() -> Board {
    Board {
        schema: SCHEMA,
        title: "Untitled".to_owned(),
        about: String::new(),
        tries: Vec::new(),
        seed: 1,
        timings: Timings::Classroom,
        keys: Vec::new(),
        messages: Vec::new(),
        clients: Vec::new(),
        services: Vec::new(),
        brokers: Vec::new(),
        wires: Vec::new(),
        pins: Vec::new(),
        planned: Vec::new(),
    }
}

/// Whether such a thing can be added now.
///
/// # Errors
/// Why not, and what to do instead.
pub fn can_add(board: &Board, starter: Starter) -> Result<(), Refusal> {
    match (starter, board.brokers.first()) {
        (Starter::Broker, Some(broker)) => {
            Err(Refusal::new("A board has one broker for now", format!("add topics to {} instead", broker.title)))
        }
        (Starter::Topic, Some(broker)) if broker.topics.len() >= 64 => {
            Err(Refusal::new(format!("{} has 64 topics, the most that it takes", broker.title), "delete one of them first"))
        }
        _ => Ok(()),
    }
}

/// Adds a thing with its upper left corner there. A topic lies in the broker, wherever that is.
///
/// # Errors
/// Those of [`can_add`], and a board that would be too large.
pub fn add(board: &Board, ids: &Ids, starter: Starter, (x, y): (i32, i32)) -> Result<Edited, EditError> {
    can_add(board, starter)?;
    let mut draft = Draft::of(board, ids);
    let name = match starter {
        Starter::Client => draft.add_client(x, y),
        Starter::Service(preset) => draft.add_service(preset, x, y)?,
        Starter::Broker => draft.add_broker(x, y),
        Starter::Topic => draft.add_topic(x, y),
    };
    draft.finish(format!("add {name}"))
}

impl Draft<'_> {
    fn add_client(&mut self, x: i32, y: i32) -> String {
        let sends = self.bring_shop_type(place_order());
        let (id, title) = (self.ids.node(), free_title(&self.board, Starter::Client.title()));
        let settings = Settings::default();
        self.board.clients.push(ClientNode { id, title: title.clone(), x, y, sends, arrivals: Arrivals::Poisson, settings });
        self.made.push(Item::Node(id));
        title
    }

    fn add_service(&mut self, preset: Preset, x: i32, y: i32) -> Result<String, EditError> {
        let title = free_title(&self.board, Starter::Service(preset).title());
        let on = self.bring_shop_type(match preset {
            Preset::Orders | Preset::Service => place_order(),
            Preset::Payments | Preset::Emails => order_placed(),
        });
        let id = self.ids.node();
        let mut node =
            ServiceNode { id, title: title.clone(), x, y, handlers: Vec::new(), relay: None, settings: Settings::default() };
        let (instances, lines) = match preset {
            Preset::Orders => (2, answers(self.message(&on)?, "orders")),
            Preset::Service => (1, answers(self.message(&on)?, &node.process_name())),
            Preset::Payments => {
                let takes = write("accounts", "customer", ValueDoc::Subtract("amount".to_owned()));
                (3, vec![Do::Work { ms: 600, spread: 200 }, Do::Begin, takes, Do::Commit, Do::Reply])
            }
            Preset::Emails => {
                let sends = write("sent", "order", ValueDoc::Insert("order".to_owned()));
                (2, vec![Do::Work { ms: 300, spread: 100 }, sends, Do::Reply])
            }
        };
        if instances != Setting::Instances.default_at(self.board.timings) {
            node.settings.0.insert(Setting::Instances, instances);
        }
        node.handlers.push(self.handler(id, &on, None, lines));
        self.board.services.push(node);
        self.made.push(Item::Node(id));
        Ok(title)
    }

    fn add_broker(&mut self, x: i32, y: i32) -> String {
        let (id, title) = (self.ids.node(), free_title(&self.board, Starter::Broker.title()));
        let (topics, settings) = (Vec::new(), Settings::default());
        self.board.brokers.push(BrokerNode { id, title: title.clone(), x, y, topics, settings });
        self.made.push(Item::Node(id));
        title
    }

    fn add_topic(&mut self, x: i32, y: i32) -> String {
        if self.board.brokers.is_empty() {
            self.add_broker(x, y);
        }
        let name = numbered(Starter::Topic.title(), "-", |name| self.board.topic(name).is_some());
        if let Some(broker) = self.board.brokers.first_mut() {
            broker.topics.push(TopicDoc { name: name.clone(), partitions: 3 });
        }
        self.made.push(Item::Topic(name.clone()));
        name
    }
}
