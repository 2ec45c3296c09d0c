//! Which parts of a picture have changed, in square tiles: far-apart dots do not make one huge part.

/// A tile's side in pixels.
pub(super) const TILE: u32 = 64;
/// With more parts than these each band of tiles is one part.
const MOST: usize = 40;
/// Parts of one band with fewer tiles than this between them are one.
const BRIDGED: u32 = 2;

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

/// A mark for each tile.
#[derive(Clone, Debug, Default)]
pub(super) struct Tiles {
    columns: u32,
    marks: Vec<bool>,
}

impl Tiles {
    /// Over a picture of that size, none marked.
    pub(super) fn over(width: u32, height: u32) -> Tiles {
        let columns = width.div_ceil(TILE);
        Tiles { columns, marks: vec![false; (columns * height.div_ceil(TILE)) as usize] }
    }

    /// Marks the tiles of a rectangle that lies within the picture and is not empty.
    pub(super) fn mark(&mut self, area: Area) {
        for row in area.y / TILE..=(area.y + area.h - 1) / TILE {
            for column in area.x / TILE..=(area.x + area.w - 1) / TILE {
                if let Some(mark) = self.marks.get_mut((row * self.columns + column) as usize) {
                    *mark = true;
                }
            }
        }
    }

    /// The marked tiles of a row of tiles, as spans of pixels from and to within that width.
    pub(super) fn spans(&self, row: u32, width: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let columns = self.columns.max(1) as usize;
        let row = self.marks.chunks(columns).nth(row as usize).unwrap_or_default();
        let mut at = 0;
        let runs = row.chunk_by(|one, other| one == other).map(move |run| {
            let from = at;
            at += run.len() as u32 * TILE;
            (run.first() == Some(&true), from, at)
        });
        runs.filter(|(marked, _, _)| *marked).map(move |(_, from, to)| (from, to.min(width)))
    }

    /// Marks none.
    pub(super) fn clear(&mut self) {
        self.marks.fill(false);
    }

    /// The tiles that are marked here or there, as rectangles within a picture of that size.
    pub(super) fn areas(&self, other: &Tiles, (width, height): (u32, u32), out: &mut Vec<Area>) {
        self.runs(other, BRIDGED, out);
        if out.len() > MOST {
            self.runs(other, self.columns, out);
        }
        for area in out {
            (area.x, area.y, area.w, area.h) = (area.x * TILE, area.y * TILE, area.w * TILE, area.h * TILE);
            area.w = area.w.min(width - area.x);
            area.h = area.h.min(height - area.y);
        }
    }

    /// Rows of marked tiles, joined over gaps of fewer tiles than that, and downwards where they are equally wide. In
    /// tiles.
    fn runs(&self, other: &Tiles, bridged: u32, out: &mut Vec<Area>) {
        out.clear();
        // The first rectangle that may reach down into this row.
        let mut open = 0;
        let rows = self.marks.chunks(self.columns.max(1) as usize).zip(other.marks.chunks(self.columns.max(1) as usize));
        for (y, (mine, theirs)) in (0_u32..).zip(rows) {
            let begin = out.len();
            for (x, _) in (0_u32..).zip(mine.iter().zip(theirs)).filter(|(_, (mine, theirs))| **mine || **theirs) {
                match out.get_mut(begin..).and_then(|row| row.last_mut()) {
                    Some(last) if x < last.x + last.w + bridged => last.w = x + 1 - last.x,
                    _ => out.push(Area { x, y, w: 1, h: 1 }),
                }
            }
            let above = out.get(open..begin).unwrap_or_default();
            let same = above.iter().map(|area| (area.x, area.w)).eq(out.iter().skip(begin).map(|area| (area.x, area.w)));
            if same {
                out.truncate(begin);
                out.iter_mut().skip(open).for_each(|area| area.h += 1);
            } else {
                open = begin;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(marked: &[Area], size: (u32, u32)) -> Vec<Area> {
        let mut tiles = Tiles::over(size.0, size.1);
        marked.iter().for_each(|area| tiles.mark(*area));
        let mut out = Vec::new();
        tiles.areas(&Tiles::over(size.0, size.1), size, &mut out);
        out
    }

    fn area(x: u32, y: u32, w: u32, h: u32) -> Area {
        Area { x, y, w, h }
    }

    #[test]
    fn far_apart_places_are_two_parts_and_equal_rows_are_one() {
        let found = areas(&[area(10, 10, 20, 20), area(900, 600, 20, 20)], (1000, 700));
        assert_eq!(found, [area(0, 0, 64, 64), area(896, 576, 64, 64)]);
        assert_eq!(areas(&[area(60, 10, 10, 200)], (1000, 700)), [area(0, 0, 128, 256)]);
        assert_eq!(areas(&[area(990, 690, 10, 10)], (1000, 700)), [area(960, 640, 40, 60)]);
        assert!(areas(&[], (1000, 700)).is_empty());
    }

    #[test]
    fn whatever_is_marked_lies_in_exactly_one_part_and_the_parts_are_few() {
        let mut draw = 7_u32;
        for places in [1, 5, 60, 400] {
            let mut next = |below: u32| {
                draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (draw >> 8) % below
            };
            let marked: Vec<Area> = (0..places).map(|_| area(next(1900), next(1100), 20, 20)).collect();
            let found = areas(&marked, (1920, 1120));
            assert!(found.len() <= MOST, "{} parts", found.len());
            for place in &marked {
                let holds =
                    |x: u32, y: u32| found.iter().filter(|a| x >= a.x && x < a.x + a.w && y >= a.y && y < a.y + a.h).count();
                assert_eq!((holds(place.x, place.y), holds(place.x + 19, place.y + 19)), (1, 1));
            }
        }
    }
}
