//! Things by place: a place is given when a thing is put in, and free again once it is taken out.

/// A vector whose free places are used again, the latest first: it is still in the nearest cache.
#[derive(Clone, Debug)]
pub struct Slab<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Puts a thing in and says where.
    pub fn put(&mut self, thing: T) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = Some(thing);
                place
            }
            None => {
                self.places.push(Some(thing));
                u32::try_from(self.places.len() - 1).expect("fewer than 2^32 things at once")
            }
        }
    }

    /// What is at a place.
    pub fn get(&self, place: u32) -> Option<&T> {
        self.places.get(place as usize)?.as_ref()
    }

    /// What is at a place, to change.
    pub fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        self.places.get_mut(place as usize)?.as_mut()
    }

    /// Takes out what is at a place.
    pub fn take(&mut self, place: u32) -> Option<T> {
        let thing = self.places.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(thing)
    }

    /// How many things are in it.
    pub fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All things with their places, by place.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.places).filter_map(|(place, thing)| Some((place, thing.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_once_its_thing_is_taken_out() {
        let mut slab = Slab::default();
        let [a, b, c] = ["a", "b", "c"].map(|thing| slab.put(thing));
        assert_eq!((slab.take(a), slab.take(b), slab.take(b)), (Some("a"), Some("b"), None));
        assert_eq!((slab.put("d"), slab.put("e"), slab.put("f")), (b, a, 3));
        *slab.get_mut(c).expect("it was put there") = "g";
        assert_eq!((slab.get(c), slab.get(4), slab.len(), slab.is_empty()), (Some(&"g"), None, 4, false));
        assert_eq!(slab.iter().collect::<Vec<_>>(), [(0, &"e"), (1, &"d"), (2, &"g"), (3, &"f")]);
    }
}
