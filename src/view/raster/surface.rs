//! The buffer: pixels with straight alpha, cleared and blended only where something was or is.

use super::sprite::{Pixel, Sprite};
use super::tiles::{Area, Tiles};

/// A picture of moving things on nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Surface {
    width: u32,
    height: u32,
    pixels: Vec<Pixel>,
    /// Where there is something now, and where there was before the last clearing.
    drawn: Tiles,
    before: Tiles,
}

impl Surface {
    /// Nothing, of that size.
    pub(super) fn new(width: u32, height: u32) -> Surface {
        let tiles = Tiles::over(width, height);
        let pixels = vec![[0; 4]; width as usize * height as usize];
        Surface { width, height, pixels, drawn: tiles.clone(), before: tiles }
    }

    /// Its width and height.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Red, green, blue and alpha of each pixel, row by row.
    pub(super) fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// Clears what was drawn since the last time.
    pub(super) fn begin(&mut self) {
        std::mem::swap(&mut self.drawn, &mut self.before);
        self.drawn.clear();
        let mut areas = Vec::new();
        self.before.areas(&self.drawn, (self.width, self.height), &mut areas);
        for area in areas {
            for row in area.y..area.y + area.h {
                let start = row as usize * self.width as usize + area.x as usize;
                if let Some(row) = self.pixels.get_mut(start..start + area.w as usize) {
                    row.fill([0; 4]);
                }
            }
        }
    }

    /// Puts a sprite over what is there, its origin at a pixel; what is outside is left out.
    pub(super) fn put(&mut self, sprite: &Sprite, x: i32, y: i32) {
        let (left, top) = (x + sprite.left, y + sprite.top);
        let (right, bottom) = (left + sprite.width as i32, top + sprite.height() as i32);
        let (width, height) = (self.width as i32, self.height as i32);
        if right <= 0 || bottom <= 0 || left >= width || top >= height {
            return;
        }
        let (first, last) = (top.max(0), bottom.min(height));
        let (from, to) = (left.max(0), right.min(width));
        self.drawn.mark(Area { x: from as u32, y: first as u32, w: (to - from) as u32, h: (last - first) as u32 });
        for y in first..last {
            let Some((row, pixels)) = sprite.row((y - top) as usize) else { continue };
            let begin = left + i32::from(row.from);
            let cut = (from - begin).clamp(0, pixels.len() as i32) as usize;
            let kept = (to - begin).clamp(cut as i32, pixels.len() as i32) as usize;
            if cut == kept {
                continue;
            }
            let start = y as usize * self.width as usize + (begin + cut as i32) as usize;
            let Some(target) = self.pixels.get_mut(start..start + (kept - cut)) else { continue };
            let Some(source) = pixels.get(cut..kept) else { continue };
            // What hides everything under it is copied whole.
            let solid_from = usize::from(row.solid.0).clamp(cut, kept) - cut;
            let solid_to = usize::from(row.solid.1).clamp(cut, kept) - cut;
            blend(&mut target[..solid_from], &source[..solid_from]);
            target[solid_from..solid_to].copy_from_slice(&source[solid_from..solid_to]);
            blend(&mut target[solid_to..], &source[solid_to..]);
        }
    }

    /// What differs from the picture before: what was cleared, and what was drawn.
    pub(super) fn changed(&self, out: &mut Vec<Area>) {
        self.drawn.areas(&self.before, (self.width, self.height), out);
    }
}

fn blend(target: &mut [Pixel], source: &[Pixel]) {
    target.iter_mut().zip(source).for_each(|(target, source)| over(target, *source));
}

/// A pixel over another, both with straight alpha.
fn over(target: &mut Pixel, source: Pixel) {
    let (above, below) = (u32::from(source[3]), u32::from(target[3]));
    match (above, below) {
        (0, _) => {}
        (255, _) | (_, 0) => *target = source,
        (_, 255) => {
            for (to, from) in target.iter_mut().zip(source).take(3) {
                *to = ((u32::from(from) * above + u32::from(*to) * (255 - above) + 127) / 255) as u8;
            }
        }
        _ => {
            let (new, kept) = (above * 255, below * (255 - above));
            let all = new + kept;
            for (to, from) in target.iter_mut().zip(source).take(3) {
                *to = ((u32::from(from) * new + u32::from(*to) * kept + all / 2) / all) as u8;
            }
            target[3] = ((all + 127) / 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for above in [1, 40, 128, 254, 255] {
            for below in [1, 90, 200, 255] {
                let (top, mut pixel) = ([200, 10, 90, above], [20, 250, 130, below]);
                let wanted = exact(top, pixel);
                over(&mut pixel, top);
                assert!(pixel.iter().zip(wanted).all(|(is, wanted)| (f64::from(*is) - wanted).abs() <= 1.0), "{pixel:?} {wanted:?}");
            }
        }
    }
}
