//! How far a connection is open, and what is under way on it.

use super::conn::Side;

/// The state of a connection in one word, so that a connection lies in one line of the processor's cache: what has happened
/// to it, a bit each, and the number of packets on their way on it, of which there can be 2^27.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends(u32);

const CLIENT_CLOSED: u32 = 1;
const SERVER_CLOSED: u32 = 1 << 1;
const ACCEPTED: u32 = 1 << 2;
const SEVERED: u32 = 1 << 3;
const FORGOTTEN: u32 = 1 << 4;
const PACKET: u32 = 1 << 5;

const fn closed(side: Side) -> u32 {
    match side {
        Side::Client => CLIENT_CLOSED,
        Side::Server => SERVER_CLOSED,
    }
}

impl Ends {
    /// Of a connection that was opened and not accepted yet.
    pub const OPENED: Ends = Ends(0);

    /// Whether one end is open.
    pub fn open_at(self, side: Side) -> bool {
        self.0 & closed(side) == 0
    }

    /// Closes one end.
    pub fn shut(&mut self, side: Side) {
        self.0 |= closed(side);
    }

    /// Whether both ends are closed.
    pub fn is_shut(self) -> bool {
        !self.open_at(Side::Client) && !self.open_at(Side::Server)
    }

    /// Whether the server has accepted it.
    pub fn is_accepted(self) -> bool {
        self.0 & ACCEPTED != 0
    }

    /// The server has accepted it.
    pub fn accept(&mut self) {
        self.0 |= ACCEPTED;
    }

    /// Whether the way between the ends is gone: both are told, and nothing more is sent.
    pub fn is_severed(self) -> bool {
        self.0 & SEVERED != 0
    }

    /// The way between the ends is gone.
    pub fn sever(&mut self) {
        self.0 |= SEVERED;
    }

    /// Whether nobody finds it by its name any more. It is kept for what is still on its way.
    pub fn is_forgotten(self) -> bool {
        self.0 & FORGOTTEN != 0
    }

    /// Nobody finds it by its name any more.
    pub fn forget(&mut self) {
        self.0 |= FORGOTTEN;
    }

    /// Whether its memory can be used again: it is forgotten, and nothing is on its way on it.
    pub fn is_done(self) -> bool {
        self.is_forgotten() && self.0 < PACKET
    }

    /// A packet sets out.
    pub fn sets_out(&mut self) {
        self.0 += PACKET;
    }

    /// A packet is no longer on its way.
    pub fn is_taken_out(&mut self) {
        self.0 -= PACKET;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_connection_is_kept_until_its_last_packet_is_off_the_way() {
        let mut ends = Ends::OPENED;
        ends.sets_out();
        ends.sets_out();
        ends.accept();
        ends.shut(Side::Client);
        assert!(!ends.is_shut() && ends.open_at(Side::Server) && !ends.open_at(Side::Client));
        ends.shut(Side::Server);
        ends.shut(Side::Server);
        assert!(ends.is_shut() && ends.is_accepted() && !ends.is_severed());
        ends.is_taken_out();
        ends.forget();
        assert!(!ends.is_done());
        ends.is_taken_out();
        assert!(ends.is_done() && ends.is_accepted());
    }
}
