//! How much of a card can be seen from how far away.

/// How closely one looks at the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Everything is legible as it is drawn.
    #[default]
    Full,
    /// Names, and what each thing does, in larger letters; the rest is left out.
    Compact,
    /// Names and states; lanes are bars.
    Far,
}

impl Detail {
    /// At so many CSS pixels a board unit.
    pub fn at(zoom: f32) -> Detail {
        match zoom {
            zoom if zoom >= 0.7 => Detail::Full,
            zoom if zoom >= 0.45 => Detail::Compact,
            _ => Detail::Far,
        }
    }
}
