//! Locking, extending, giving back.

use super::*;

#[test]
fn unlocking_the_last_seat_releases_the_hold() {
    let mut shop = Shop::new();
    let hold = shop.hold(seconds(0), ANNA, &[2, 3]);
    assert!(shop.ask(seconds(1), ANNA, Command::Unlock { seat: 2 }).result.is_ok());
    assert_eq!(shop.database.holds[&hold.id].status, HoldStatus::Active);
    assert_eq!(shop.database.holds[&hold.id].seats, [3]);
    assert!(shop.ask(seconds(2), ANNA, Command::Unlock { seat: 3 }).result.is_ok());
    assert_eq!(shop.database.holds[&hold.id].status, HoldStatus::Released);
    assert_eq!(shop.statuses(&[2, 3]), [Available, Available]);
}

#[test]
fn a_table_sold_whole_is_given_back_as_far_as_the_hold_has_it() {
    let mut shop = Shop::new();
    let hold = shop.hold(seconds(0), ANNA, &[1, 2, 4]);
    let unlock = |seat| Command::UnlockTable { seat, table: 0..4 };
    assert_eq!(shop.ask(seconds(1), ANNA, unlock(0)).result, Err(Refusal::NotLocked));
    let stranger = shop.ask(seconds(1), BERT, unlock(1)).result;
    assert_eq!(stranger, Err(Refusal::NotYours { thing: Thing::Seat }));
    assert!(shop.ask(seconds(1), ANNA, unlock(1)).result.is_ok());
    assert_eq!(
        shop.statuses(&[0, 1, 2, 3, 4]),
        [Available, Available, Available, Available, Locked]
    );
    assert_eq!(shop.database.holds[&hold.id].seats, [4]);
}

#[test]
fn extension_grants_less_than_asked_down_to_one_second() {
    let mut shop = Shop::new();
    let id = shop.hold(seconds(0), ANNA, &[0]).id;
    let mut extend = |by| {
        let answer = shop.ask(seconds(1), ANNA, Command::Extend { hold: id, seconds: by });
        (answer.result.err(), shop.database.holds[&id].expires_at)
    };
    assert_eq!(extend(18), (None, seconds(198)));
    assert_eq!(extend(1), (None, seconds(199)));
    assert_eq!(extend(60), (None, seconds(200)));
    assert_eq!(extend(1), (Some(Refusal::CannotExtend), seconds(200)));
}

#[test]
fn a_lock_lives_to_the_millisecond() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[0]);
    let early = shop.ask(at(179_999), BERT, lock(0, 50)).result;
    assert_eq!(early, Err(unavailable(0, Locked)));
    assert!(shop.ask(at(180_000), BERT, lock(0, 51)).result.is_ok());
}

#[test]
fn a_stranger_neither_books_nor_gives_back_a_held_seat() {
    let mut shop = Shop::new();
    let held = shop.hold(seconds(0), ANNA, &[0]);
    let by_seat = shop.ask(seconds(1), BERT, book(Selection::Seats(vec![0]))).result;
    assert_eq!(by_seat, Err(unavailable(0, Locked)));
    let by_hold = shop.ask(seconds(1), BERT, book(Selection::Hold(held.id))).result;
    assert_eq!(by_hold, Err(Refusal::NotYours { thing: Thing::Hold }));
    let unlock = shop.ask(seconds(1), BERT, Command::Unlock { seat: 0 }).result;
    assert_eq!(unlock, Err(Refusal::NotYours { thing: Thing::Seat }));
    let release = shop.ask(seconds(1), BERT, Command::Release { hold: held.id }).result;
    assert_eq!(release, Err(Refusal::NotYours { thing: Thing::Hold }));
    assert_eq!(shop.statuses(&[0]), [Locked]);
}

#[test]
fn the_limit_counts_locked_reserved_and_sold_seats() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[0]);
    let sold = shop.book(seconds(1), ANNA, Selection::Quantity(1));
    assert!(shop.ask(seconds(2), ANNA, confirm(sold.id)).result.is_ok());
    shop.hold(seconds(3), ANNA, &[1]);
    shop.book(seconds(4), ANNA, Selection::Quantity(1));
    shop.hold(seconds(5), ANNA, &[2]);
    let limit = Err(Refusal::SeatLimit { limit: 4 });
    assert_eq!(shop.ask(seconds(6), ANNA, hold(&[3, 4], 50)).result, limit);
    shop.hold(seconds(7), ANNA, &[3]);
    assert_eq!(shop.ask(seconds(8), ANNA, lock(4, 51)).result, limit);
}

#[test]
fn ones_own_seat_again_is_a_success_and_does_not_extend_it() {
    let mut shop = Shop::new();
    let first = shop.ask(seconds(0), ANNA, lock(0, 50)).result;
    let again = shop.ask(seconds(60), ANNA, lock(0, 51));
    assert_eq!((again.result, again.version), (first, 1));
}
