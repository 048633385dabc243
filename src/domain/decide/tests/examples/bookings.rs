//! Booking, confirming, cancelling.

use super::*;

#[test]
fn booking_part_of_a_hold_keeps_the_rest() {
    let mut shop = Shop::new();
    let hold = shop.hold(seconds(0), ANNA, &[2, 3, 4]);
    let booking = shop.book(seconds(1), ANNA, Selection::Seats(vec![2, 4]));
    assert_eq!((booking.total_amount(), booking.seats), (2_000, vec![2, 4]));
    let rest = &shop.database.holds[&hold.id];
    assert_eq!((rest.status, &rest.seats[..]), (HoldStatus::Active, &[3][..]));
    assert_eq!(rest.expires_at, hold.expires_at);
    assert_eq!(shop.statuses(&[2, 3, 4]), [Reserved, Locked, Reserved]);
}

#[test]
fn late_confirm_takes_the_same_seats_again_and_logs_both_steps() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[5]);
    let booking = shop.book(seconds(1), ANNA, Selection::Quantity(1));
    shop.batch(seconds(901), &[]);
    assert_eq!(shop.database.bookings[&booking.id].status, BookingStatus::Expired);
    assert_eq!(shop.statuses(&[5]), [Available]);
    let request = shop.request(ANNA, confirm(booking.id));
    let decision = shop.batch(seconds(902), &[request]);
    let steps: Vec<_> = decision.transitions.iter().map(|t| (t.seat, t.from, t.to)).collect();
    assert_eq!(steps, [(5, Available, Reserved), (5, Reserved, Sold)]);
    assert_eq!(decision.version, shop.database.event.version);
    assert_eq!(shop.database.bookings[&booking.id].status, BookingStatus::Confirmed);
}

#[test]
fn late_confirm_takes_all_of_its_seats_or_none() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[5, 6]);
    let booking = shop.book(seconds(1), ANNA, Selection::Quantity(2));
    shop.hold(seconds(901), BERT, &[6]);
    let late = shop.ask(seconds(902), ANNA, confirm(booking.id)).result;
    assert_eq!(late, Err(Refusal::BookingExpired));
    assert_eq!(shop.statuses(&[5, 6]), [Available, Locked]);
}

#[test]
fn quantity_takes_the_callers_lowest_seats_only() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[7, 8]);
    shop.hold(seconds(0), BERT, &[0, 1, 5]);
    shop.hold(seconds(0), ANNA, &[3]);
    assert_eq!(shop.book(seconds(1), ANNA, Selection::Quantity(2)).seats, [3, 7]);
    let beyond = shop.ask(seconds(2), ANNA, book(Selection::Quantity(2))).result;
    assert_eq!(beyond, Err(Refusal::QuantityExceedsLocked { locked: 1 }));
    assert_eq!(shop.book(seconds(3), ANNA, Selection::Quantity(1)).seats, [8]);
    let none = shop.ask(seconds(4), ANNA, book(Selection::Quantity(1))).result;
    assert_eq!(none, Err(Refusal::NothingLocked));
}

#[test]
fn a_seat_the_event_does_not_have_is_not_booked() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[0]);
    let answer = shop.ask(seconds(1), ANNA, book(Selection::Seats(vec![0, UNKNOWN_SEAT])));
    assert_eq!(answer.result, Err(Refusal::NotFound { thing: Thing::Seat }));
    assert_eq!(shop.statuses(&[0]), [Locked]);
}

#[test]
fn bookings_of_one_batch_get_their_ids_in_order() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[0]);
    shop.hold(seconds(0), BERT, &[1]);
    let requests = [ANNA, BERT].map(|who| shop.request(who, book(Selection::Quantity(1))));
    let decision = shop.batch(seconds(1), &requests);
    let made: Vec<_> = decision.bookings.iter().map(|b| (b.id, b.owner)).collect();
    assert_eq!(made, [(BookingId(1), ANNA), (BookingId(2), BERT)]);
}

#[test]
fn late_confirm_ends_with_the_sales() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[5]);
    let booking = shop.book(seconds(1), ANNA, Selection::Quantity(1));
    let late = shop.ask(seconds(3_600), ANNA, confirm(booking.id)).result;
    assert_eq!(late, Err(Refusal::SalesClosed));
    assert_eq!(shop.statuses(&[5]), [Available]);
}

#[test]
fn a_booking_costs_what_its_seats_cost_when_they_were_held() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[0]);
    shop.database.event.prices[0] = 1_500;
    shop.hold(seconds(1), ANNA, &[1]);
    shop.database.event.prices[0] = 2_000;
    assert_eq!(shop.book(seconds(2), ANNA, Selection::Quantity(2)).prices, [1_000, 1_500]);
}

/// A seat that Anna has paid for.
fn sold_under(rule: CancelConfirmed) -> (Shop, BookingId) {
    let mut shop = Shop::new();
    shop.database.event.rules.cancel_confirmed = rule;
    shop.hold(seconds(0), ANNA, &[0]);
    let booking = shop.book(seconds(1), ANNA, Selection::Quantity(1)).id;
    assert!(shop.ask(seconds(2), ANNA, confirm(booking)).result.is_ok());
    (shop, booking)
}

#[test]
fn the_event_says_whether_a_paid_booking_can_be_cancelled() {
    let not_yours = Refusal::NotYours { thing: Thing::Booking };
    for (rule, refusal, status) in [
        (CancelConfirmed::Owner, None, Available),
        (CancelConfirmed::Organiser, Some(not_yours), Sold),
        (CancelConfirmed::Never, Some(Refusal::AlreadyConfirmed), Sold),
    ] {
        let (mut shop, booking) = sold_under(rule);
        let cancelled = shop.ask(seconds(3), ANNA, Command::Cancel { booking });
        assert_eq!((cancelled.result.err(), shop.statuses(&[0])), (refusal, vec![status]));
    }
}

#[test]
fn an_organiser_calls_off_what_the_owner_cannot() {
    for (rule, refusal, status) in [
        (CancelConfirmed::Owner, None, Available),
        (CancelConfirmed::Organiser, None, Available),
        (CancelConfirmed::Never, Some(Refusal::AlreadyConfirmed), Sold),
    ] {
        let (mut shop, booking) = sold_under(rule);
        let request =
            shop.request(BERT, Command::CallOff { booking, reason: Some("rain".to_owned()) });
        let mut decision = shop.batch(seconds(3), &[request]);
        let answer = decision.answers.remove(0);
        assert_eq!((answer.result.err(), shop.statuses(&[0])), (refusal, vec![status]));
        for step in decision.transitions {
            assert_eq!((step.actor, step.reason.as_deref()), (Some(BERT), Some("rain")));
            assert_eq!(step.booking, Some(booking));
        }
    }
}

#[test]
fn who_is_in_is_not_let_in_again_and_keeps_the_booking() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[2, 3]);
    let booking = shop.book(seconds(1), ANNA, Selection::Quantity(2)).id;
    let check_in = |seats: &[SeatIndex]| Command::CheckIn { booking, seats: Some(seats.to_vec()) };
    assert_eq!(shop.ask(seconds(2), BERT, check_in(&[2])).result, Err(Refusal::NotConfirmed));
    shop.ask(seconds(3), ANNA, confirm(booking)).result.expect("confirmed");
    let version = shop.database.event.version;
    let request = shop.request(BERT, check_in(&[3]));
    let decision = shop.batch(seconds(4), &[request]);
    assert!(decision.answers[0].result.is_ok());
    assert_eq!((decision.version, decision.transitions.len()), (version, 0), "no seat changed");
    assert_eq!(shop.database.bookings[&booking].checked_in, [None, Some(seconds(4))]);
    let both = shop.ask(seconds(5), BERT, Command::CheckIn { booking, seats: None }).result;
    let already = Refusal::AlreadyCheckedIn { inside: vec![(3, seconds(4))] };
    assert_eq!(both, Err(already.clone()), "all or nothing");
    assert_eq!(shop.ask(seconds(5), ANNA, Command::Cancel { booking }).result, Err(already));
    let foreign = shop.ask(seconds(5), BERT, check_in(&[4])).result;
    assert!(matches!(foreign, Err(Refusal::Invalid { .. })), "{foreign:?}");
    shop.ask(seconds(6), BERT, Command::CheckOut { booking, seats: None }).result.expect("out");
    assert!(shop.database.bookings[&booking].checked_in.is_empty());
    let again = shop.ask(seconds(7), BERT, Command::CheckOut { booking, seats: None }).result;
    assert_eq!(again, Err(Refusal::NotCheckedIn));
    assert!(shop.ask(seconds(8), ANNA, Command::Cancel { booking }).result.is_ok());
}
