//! The buffer: pixels with straight alpha, cleared and blended only where something was or is.

use super::sprite::{Pixel, Sprite, Sprites};
use super::tiles::{Area, TILE, Tiles};

/// A sprite, by its number, with the pixel that its middle is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) sprite: u32,
    pub(super) x: i32,
    pub(super) y: i32,
}

/// A picture of moving things on nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Surface {
    width: u32,
    height: u32,
    pixels: Vec<Pixel>,
    /// Where there is something now, and where there was before the last clearing.
    drawn: Tiles,
    before: Tiles,
    /// What is on each band of tiles, by its place in the order of drawing; kept for its room.
    queues: Vec<Vec<u32>>,
}

impl Surface {
    /// Nothing, of that size.
    pub(super) fn new(width: u32, height: u32) -> Surface {
        let tiles = Tiles::over(width, height);
        let pixels = vec![[0; 4]; width as usize * height as usize];
        Surface { width, height, pixels, drawn: tiles.clone(), before: tiles, queues: Vec::new() }
    }

    /// Its width and height.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Red, green, blue and alpha of each pixel, row by row.
    pub(super) fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// Clears what was there and puts these sprites, later ones over earlier ones. It goes down the picture band by band,
    /// so that what one band needs stays near the processor; a sprite on two bands is put in two parts.
    pub(super) fn draw(&mut self, sprites: &Sprites, placed: &[Placed]) {
        std::mem::swap(&mut self.drawn, &mut self.before);
        self.drawn.clear();
        let bands = self.height.div_ceil(TILE);
        let mut queues = std::mem::take(&mut self.queues);
        queues.resize(bands as usize, Vec::new());
        queues.iter_mut().for_each(Vec::clear);
        for (nth, one) in (0_u32..).zip(placed) {
            let Some(part) = sprites.at(one.sprite).and_then(|sprite| self.visible(sprite, *one)) else { continue };
            self.drawn.mark(part);
            let (first, last) = (part.y / TILE, (part.y + part.h - 1) / TILE);
            queues.iter_mut().take(last as usize + 1).skip(first as usize).for_each(|queue| queue.push(nth));
        }
        for (band, queue) in (0_u32..).zip(&queues) {
            let rows = (band * TILE, ((band + 1) * TILE).min(self.height));
            self.clear(band, rows);
            for one in queue.iter().filter_map(|nth| placed.get(*nth as usize)) {
                if let Some(sprite) = sprites.at(one.sprite) {
                    self.put(sprite, *one, (rows.0 as i32, rows.1 as i32));
                }
            }
        }
        self.queues = queues;
    }

    /// Clears the rows of a band where something was.
    fn clear(&mut self, band: u32, rows: (u32, u32)) {
        for (from, to) in self.before.spans(band, self.width) {
            for row in rows.0..rows.1 {
                let start = row as usize * self.width as usize;
                if let Some(row) = self.pixels.get_mut(start + from as usize..start + to as usize) {
                    row.fill([0; 4]);
                }
            }
        }
    }

    /// The part of the picture that a sprite covers.
    fn visible(&self, sprite: &Sprite, placed: Placed) -> Option<Area> {
        let (left, top) = (placed.x + sprite.left, placed.y + sprite.top);
        let (right, bottom) = (left + sprite.width as i32, top + sprite.height() as i32);
        let (x, y) = (left.max(0), top.max(0));
        let (w, h) = (right.min(self.width as i32) - x, bottom.min(self.height as i32) - y);
        (w > 0 && h > 0).then_some(Area { x: x as u32, y: y as u32, w: w as u32, h: h as u32 })
    }

    /// Puts what is of a sprite in those rows over what is there.
    fn put(&mut self, sprite: &Sprite, placed: Placed, (first, last): (i32, i32)) {
        let (left, top) = (placed.x + sprite.left, placed.y + sprite.top);
        let begin = (first - top).clamp(0, sprite.height() as i32) as u32;
        let end = (last - top).clamp(0, sprite.height() as i32) as u32;
        let (width, stride) = (self.width as i32, self.width as usize);
        let start = |row: i32| (top + row) as usize * stride;
        for row in begin..end {
            let (from, pixels) = sprite.solid(row);
            let (from, count) = (left + i32::from(from), pixels.len() as i32);
            let (cut, kept) = ((-from).clamp(0, count), (width - from).clamp(0, count));
            if cut >= kept {
                continue;
            }
            let at = start(row as i32) + (from + cut) as usize;
            let target = self.pixels.get_mut(at..at + (kept - cut) as usize);
            if let (Some(target), Some(source)) = (target, pixels.get(cut as usize..kept as usize)) {
                copy_run(target, source);
            }
        }
        for edge in sprite.edges(begin..end) {
            let x = left + i32::from(edge.right);
            if x >= 0
                && x < width
                && let Some(target) = self.pixels.get_mut(start(i32::from(edge.down)) + x as usize)
            {
                *target = over(*target, edge.pixel);
            }
        }
    }

    /// What differs from the picture before: what was cleared, and what was drawn.
    pub(super) fn changed(&self, out: &mut Vec<Area>) {
        self.drawn.areas(&self.before, (self.width, self.height), out);
    }
}

/// Copies a run of pixels, as long as the other. A browser takes longer to begin a copy of any length than to make one of this
/// few pixels, so they go as two parts of a fixed length that may overlap.
fn copy_run(target: &mut [Pixel], source: &[Pixel]) {
    match source.len() {
        0 => {}
        1 => copy_ends::<1>(target, source),
        2..=4 => copy_ends::<2>(target, source),
        5..=8 => copy_ends::<4>(target, source),
        9..=16 => copy_ends::<8>(target, source),
        17..=32 => copy_ends::<16>(target, source),
        _ => target.copy_from_slice(source),
    }
}

fn copy_ends<const N: usize>(target: &mut [Pixel], source: &[Pixel]) {
    if let (Some(to), Some(from)) = (target.first_chunk_mut::<N>(), source.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (target.last_chunk_mut::<N>(), source.last_chunk::<N>()) {
        *to = *from;
    }
}

/// A pixel over another, both with straight alpha; the upper one is neither clear nor solid.
fn over(below: Pixel, above: Pixel) -> Pixel {
    let (under, alpha) = (u32::from(below[3]), u32::from(above[3]));
    if under == 0 || under == 255 {
        // The two that are by far the most frequent, without a choice between them that could be foreseen wrongly.
        let share = if under == 0 { 256 } else { alpha + (alpha >> 7) };
        return mixed(below, above, share, alpha.max(under));
    }
    let new = alpha * 255;
    let all = new + under * (255 - alpha);
    mixed(below, above, (new * 256 + all / 2) / all, (all + 127) / 255)
}

/// So many 256ths of the second colour in the first, with that alpha. Two channels are reckoned in one number.
fn mixed(one: Pixel, other: Pixel, share: u32, alpha: u32) -> Pixel {
    const EVEN: u32 = 0x00ff_00ff;
    let (one, other) = (u32::from_le_bytes(one), u32::from_le_bytes(other));
    let part = |shift: u32| {
        let sum = (one >> shift & EVEN) * (256 - share) + (other >> shift & EVEN) * share + 0x0080_0080;
        sum >> 8 & EVEN
    };
    (part(0) | (part(8) & 0xff) << 8 | alpha << 24).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_any_length_is_copied_whole() {
        for length in 0..40_u8 {
            let source: Vec<Pixel> = (0..length).map(|nth| [nth, 1, 2, 255]).collect();
            let mut target = vec![[9; 4]; usize::from(length)];
            copy_run(&mut target, &source);
            assert_eq!(target, source);
        }
    }

    #[test]
    fn a_pixel_over_another_is_what_both_give_together() {
        let exact = |above: Pixel, below: Pixel| {
            let share = |pixel: Pixel| f64::from(pixel[3]) / 255.0;
            let alpha = share(above) + share(below) * (1.0 - share(above));
            let part = |nth: usize| {
                let sum = f64::from(above[nth]) * share(above) + f64::from(below[nth]) * share(below) * (1.0 - share(above));
                sum / alpha
            };
            [part(0), part(1), part(2), alpha * 255.0]
        };
        for above in [1, 40, 128, 254] {
            for below in [0, 1, 90, 200, 255] {
                let (top, under) = ([200, 10, 90, above], [20, 250, 130, below]);
                let (wanted, pixel) = (exact(top, under), over(under, top));
                assert!(
                    pixel.iter().zip(wanted).all(|(is, wanted)| (f64::from(*is) - wanted).abs() <= 1.0),
                    "{pixel:?} {wanted:?}"
                );
            }
        }
    }
}
