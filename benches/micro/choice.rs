//! Best-available over a stadium of 100,000 seats: 200 sections of 25 rows of 20.

use std::sync::Arc;

use divan::Bencher;
use seatmap::domain::choice::{
    OrphanRule, Picture, RowPlan, Seating, SeatingPlan, Terms, UnitKind, UnitPlan, Wanted, choose,
};
use seatmap::domain::venues;

const SECTIONS: u32 = 200;
const ROWS: u32 = 25;
const SEATS: u32 = 20;
/// What the events think of it; the limit of seats is out of the way.
const TERMS: Terms<'_> = Terms { prices: &[4_500, 2_500], rule: OrphanRule::Prefer, room: 1_000 };
/// Degrees between neighbouring sections.
const SECTION_DEGREES: f64 = 360.0 / 200.0;

/// A bowl: every section's rows lie behind one another, looking at the middle.
fn seating() -> Arc<Seating> {
    let mut plan = SeatingPlan::default();
    for section in 0..SECTIONS {
        let (sin, cos) = (f64::from(section) * SECTION_DEGREES).to_radians().sin_cos();
        for row in 0..ROWS {
            let first = u32::try_from(plan.position.len()).expect("small");
            let depth = 15_000.0 + 90.0 * f64::from(row);
            plan.position.extend((0..SEATS).map(|seat| {
                let along = 50.0 * (f64::from(seat) - 9.5);
                let at = [depth * cos - along * sin, depth * sin + along * cos];
                at.map(|coordinate| coordinate as i32)
            }));
            let segments = vec![first..first + SEATS; 1];
            plan.rows.push(RowPlan { section, segments, focal_point: [0.0, 0.0] });
        }
    }
    // The first ten rows of a section are dear.
    let dear = |seat: usize| (seat / SEATS as usize) % (ROWS as usize) < 10;
    plan.category = (0..plan.position.len()).map(|seat| u16::from(!dear(seat))).collect();
    plan.flags = vec![0; plan.position.len()];
    Arc::new(Seating::new(plan))
}

/// How much of the house is gone, and how.
#[derive(Clone, Copy, Debug)]
enum House {
    Empty,
    /// Nine tenths, the nearest first.
    NearlySold,
    /// Every third seat: pairs are left, so larger parties have to be split.
    Pairs,
    Sold,
    /// Sixty seats are left, in rows of twenty.
    Few,
    /// Three of ten seats are left, anywhere.
    Crumbs,
}

/// Which seats will do.
#[derive(Clone, Copy, Debug)]
enum Only {
    Category,
    Section,
    Price,
}

fn picture(house: House) -> Picture {
    let seating = seating();
    let free = (0..seating.seats()).map(|seat| match house {
        House::Empty => true,
        House::NearlySold => (seat / SEATS as usize) % (ROWS as usize) >= 23,
        House::Pairs => seat % 3 != 0,
        House::Sold => false,
        House::Few => (seat / SEATS as usize) % 1_700 == 24,
        House::Crumbs => scatter(seat) % 10 < 3,
    });
    let free: Vec<bool> = free.collect();
    Picture::new(seating, free)
}

/// The same for the same seat, and as good as by chance.
fn scatter(seat: usize) -> usize {
    seat.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23).wrapping_mul(0xD1B5_4A32_D192_ED03)
        >> 40
}

/// The yardstick for the choices: one plain look at every seat, for the longest run of free ones.
#[divan::bench]
fn look_at_each_of_100_000(bencher: Bencher<'_, '_>) {
    let picture = picture(House::Pairs);
    bencher.bench(|| {
        let (mut run, mut longest) = (0, 0);
        for seat in 0..picture.seating().seats() {
            run = if picture.is_free(seat) { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        longest
    });
}

#[divan::bench(args = [
    (House::Empty, 2), (House::Empty, 30), (House::Empty, 300), (House::NearlySold, 4),
    (House::NearlySold, 99), (House::Pairs, 2), (House::Pairs, 4), (House::Pairs, 7),
    (House::Pairs, 99), (House::Pairs, 1_000), (House::Sold, 2), (House::Few, 99),
    (House::Crumbs, 2), (House::Crumbs, 5), (House::Crumbs, 8), (House::Crumbs, 12),
    (House::Crumbs, 20), (House::Crumbs, 30), (House::Crumbs, 300),
])]
fn choose_in_100_000(bencher: Bencher<'_, '_>, (house, quantity): (House, u32)) {
    let picture = picture(house);
    let wanted = Wanted { quantity, ..Wanted::default() };
    bencher.bench(|| choose(&picture, &wanted, TERMS));
}

/// By the strict rule, which has to know of each row what leaves nobody alone.
#[divan::bench(args = [
    (House::Empty, 2), (House::Empty, 30), (House::NearlySold, 4), (House::Pairs, 2),
    (House::Pairs, 8), (House::Pairs, 30), (House::Pairs, 7), (House::Crumbs, 2),
    (House::Crumbs, 8), (House::Crumbs, 12), (House::Crumbs, 30),
])]
fn choose_strictly_in_100_000(bencher: Bencher<'_, '_>, (house, quantity): (House, u32)) {
    let picture = picture(house);
    let wanted = Wanted { quantity, ..Wanted::default() };
    bencher.bench(|| choose(&picture, &wanted, Terms { rule: OrphanRule::Strict, ..TERMS }));
}

/// Only seats of the cheaper category, or of one section, or below a price.
#[divan::bench(args = [
    (House::Empty, 2, Only::Category), (House::Crumbs, 2, Only::Category),
    (House::Crumbs, 8, Only::Category), (House::Crumbs, 30, Only::Category),
    (House::Crumbs, 8, Only::Price), (House::Pairs, 30, Only::Price),
    (House::Empty, 2, Only::Section), (House::Crumbs, 8, Only::Section),
    (House::Crumbs, 30, Only::Section), (House::Sold, 2, Only::Category),
])]
fn choose_of_some_in_100_000(
    bencher: Bencher<'_, '_>,
    (house, quantity, only): (House, u32, Only),
) {
    let picture = picture(house);
    let plain = Wanted { quantity, ..Wanted::default() };
    let wanted = match only {
        Only::Category => Wanted { category: Some(1), ..plain },
        Only::Section => Wanted { sections: vec![100], ..plain },
        Only::Price => Wanted { max_price: Some(2_500), ..plain },
    };
    bencher.bench(|| choose(&picture, &wanted, TERMS));
}

/// As a rush does it: each takes what the one before has left.
#[divan::bench]
fn choose_and_take_in_100_000(bencher: Bencher<'_, '_>) {
    let mut picture = picture(House::Empty);
    let wanted = Wanted { quantity: 2, ..Wanted::default() };
    bencher.bench_local(|| {
        let chosen = choose(&picture, &wanted, TERMS).unwrap_or_default();
        chosen.into_iter().for_each(|seat| picture.set(seat, false));
    });
}

/// Places that nobody chooses: one area, or tables of ten sold by the seat; 100,000 in all, of which
/// a part is taken, the lowest first.
fn units_of_100_000(size: u32, kind: UnitKind, taken: usize) -> Picture {
    let mut plan = SeatingPlan::default();
    for at in 0..100_000 / size {
        let seats = at * size..(at + 1) * size;
        plan.position.extend(seats.clone().map(|_| [0, 100 * at.cast_signed()]));
        plan.units.push(UnitPlan { section: 0, seats, kind, focal_point: [0.0, 0.0] });
    }
    (plan.category, plan.flags) = (vec![0; 100_000], vec![0; 100_000]);
    Picture::new(Arc::new(Seating::new(plan)), (0..100_000).map(|seat| seat >= taken))
}

#[divan::bench(args = [(0, 2), (50_000, 2), (50_000, 300), (100_000, 2)])]
fn choose_in_an_area_of_100_000(bencher: Bencher<'_, '_>, (taken, quantity): (usize, u32)) {
    let picture = units_of_100_000(100_000, UnitKind::Area { capacity: 100_000 }, taken);
    let wanted = Wanted { quantity, ..Wanted::default() };
    bencher.bench(|| choose(&picture, &wanted, TERMS));
}

#[divan::bench(args = [(0, 2), (50_000, 8), (50_000, 30), (100_000, 2)])]
fn choose_among_10_000_tables(bencher: Bencher<'_, '_>, (taken, quantity): (usize, u32)) {
    let picture = units_of_100_000(10, UnitKind::Table, taken);
    let wanted = Wanted { quantity, ..Wanted::default() };
    bencher.bench(|| choose(&picture, &wanted, TERMS));
}

/// Quantity and spaces for wheelchairs; the last are served apart from one another.
#[divan::bench(args = [(2, 1), (8, 1), (4, 2), (2, 2), (40, 2)])]
fn choose_with_wheelchairs_in_75_000(
    bencher: Bencher<'_, '_>,
    (quantity, wheelchairs): (u32, u32),
) {
    let layout = venues::by_key("stadium-75000").expect("it is built in").layout();
    let free = layout.x.iter().map(|_| true);
    let picture = Picture::new(Arc::new(Seating::of(&layout)), free);
    let wanted = Wanted { quantity, wheelchairs, ..Wanted::default() };
    let prices = [4_500; 16];
    bencher.bench(|| choose(&picture, &wanted, Terms { prices: &prices, ..TERMS }));
}
