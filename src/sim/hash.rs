//! The hash that proves two runs equal: fixed widths, little-endian, the same natively and in WebAssembly.

use std::hash::{Hash, Hasher};

/// A hasher for facts. A derived `Hash` writes an enum's discriminant as `isize`, whose width depends on the
/// machine; here both pointer-sized kinds are written as 64 bits. Order matters; it is no defence against an attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactHasher {
    state: u64,
}

/// The hash of a path of facts, shown as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactHash(pub u64);

impl std::fmt::Display for FactHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Default for FactHasher {
    fn default() -> Self {
        FactHasher { state: 0xcbf2_9ce4_8422_2325 }
    }
}

impl FactHasher {
    /// Adds one thing.
    pub fn add(&mut self, thing: &impl Hash) {
        thing.hash(self);
    }

    /// The hash of everything added so far.
    pub fn value(&self) -> FactHash {
        FactHash(self.finish())
    }

    fn word(&mut self, word: u64) {
        self.state = (self.state.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for FactHasher {
    fn finish(&self) -> u64 {
        // One round of finalising, so that the last word reaches all bits.
        let mut z = self.state;
        z = (z ^ (z >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        z ^ (z >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
        self.word(bytes.len() as u64);
    }

    fn write_u8(&mut self, n: u8) {
        self.word(u64::from(n));
    }
    fn write_u16(&mut self, n: u16) {
        self.word(u64::from(n));
    }
    fn write_u32(&mut self, n: u32) {
        self.word(u64::from(n));
    }
    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }
    fn write_u128(&mut self, n: u128) {
        self.word(n as u64);
        self.word((n >> 64) as u64);
    }
    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }
    fn write_i8(&mut self, n: i8) {
        self.word(n as i64 as u64);
    }
    fn write_i16(&mut self, n: i16) {
        self.word(n as i64 as u64);
    }
    fn write_i32(&mut self, n: i32) {
        self.word(n as i64 as u64);
    }
    fn write_i64(&mut self, n: i64) {
        self.word(n as u64);
    }
    fn write_isize(&mut self, n: isize) {
        self.word(n as i64 as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(thing: impl Hash) -> FactHash {
        let mut hasher = FactHasher::default();
        hasher.add(&thing);
        hasher.value()
    }

    #[test]
    fn a_discriminant_hashes_to_the_same_on_every_machine() {
        #[derive(Hash)]
        enum Kind {
            #[expect(dead_code, reason = "only the second discriminant is hashed")]
            One,
            Two(u16),
        }
        assert_eq!(hash_of(Kind::Two(3)).to_string(), hash_of((1i64, 3u16)).to_string());
    }

    #[test]
    fn order_and_length_matter() {
        assert_ne!(hash_of((1u8, 2u8)), hash_of((2u8, 1u8)));
        assert_ne!(hash_of([0u8].as_slice()), hash_of([0u8, 0].as_slice()));
    }
}
