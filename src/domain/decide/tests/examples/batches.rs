//! What a batch does as a whole: time, keys, the sales window, blocks.

use super::*;

#[test]
fn a_batch_expires_before_it_decides() {
    let mut shop = Shop::new();
    let old = shop.hold(seconds(0), ANNA, &[0, 1]);
    let requests =
        [shop.request(ANNA, book(Selection::Hold(old.id))), shop.request(BERT, hold(&[0, 1], 50))];
    let decision = shop.batch(seconds(180), &requests);
    assert_eq!(decision.answers[0].result, Err(Refusal::HoldExpired));
    assert!(decision.answers[1].result.is_ok());
    let steps: Vec<_> = decision.transitions.iter().map(|t| (t.seat, t.cause, t.actor)).collect();
    let (expiry, lock) = (Cause::HoldExpiry, Cause::Lock);
    let bert = Some(BERT);
    assert_eq!(steps, [(0, expiry, None), (1, expiry, None), (0, lock, bert), (1, lock, bert)]);
    assert_eq!(decision.version, 2);
}

#[test]
fn an_empty_batch_expires_what_is_due_and_then_writes_nothing() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[0]);
    assert!(shop.batch(at(179_999), &[]).writes_nothing());
    assert_eq!(shop.batch(at(180_000), &[]).transitions.len(), 1);
    assert!(shop.batch(at(180_001), &[]).writes_nothing());
    assert_eq!(shop.database.event.version, 2);
}

#[test]
fn the_same_key_in_one_batch_has_one_effect() {
    let mut shop = Shop::new();
    let key = |print| Some(IdempotencyKey { key: "once".to_owned(), fingerprint: vec![print] });
    let first = Request { key: key(1), ..shop.request(ANNA, hold(&[0], 50)) };
    let again = Request { key: key(1), ..shop.request(ANNA, hold(&[0], 51)) };
    let other = Request { key: key(2), ..shop.request(ANNA, hold(&[1], 52)) };
    let decision = shop.batch(seconds(0), &[first.clone(), again, other]);
    assert!(decision.answers[0].result.is_ok());
    assert_eq!(decision.answers[1], decision.answers[0]);
    assert_eq!(decision.answers[2].result, Err(Refusal::KeyReused));
    assert_eq!((decision.transitions.len(), &decision.keep[..]), (1, &[0][..]));
    // Nor does a later batch, which gives the same answer, its version included.
    shop.hold(seconds(1), BERT, &[5]);
    let later = shop.batch(seconds(2), &[first]);
    assert_eq!(later.answers[0], decision.answers[0]);
    assert!(later.writes_nothing());
}

#[test]
fn outside_the_sales_window_nothing_is_taken_but_what_is_taken_goes_on() {
    let mut shop = Shop::new();
    let held = shop.hold(seconds(3_500), ANNA, &[0, 1]);
    let booking = shop.book(seconds(3_501), ANNA, Selection::Seats(vec![0]));
    let extend = Command::Extend { hold: held.id, seconds: 1 };
    // Whoever has locked nothing learns the same: it is too late, not a matter of locking first.
    let nothing = book(Selection::Quantity(1));
    for (caller, command) in [
        (ANNA, lock(5, 50)),
        (ANNA, hold(&[5], 51)),
        (ANNA, extend),
        (ANNA, book(Selection::Hold(held.id))),
        (BERT, book(Selection::Seats(vec![5]))),
        (BERT, nothing),
    ] {
        let answer = shop.ask(seconds(3_600), caller, command.clone());
        assert_eq!(answer.result, Err(Refusal::SalesClosed), "{command:?}");
    }
    assert!(shop.ask(seconds(3_600), ANNA, Command::Unlock { seat: 1 }).result.is_ok());
    assert!(shop.ask(seconds(3_600), ANNA, confirm(booking.id)).result.is_ok());
    assert_eq!(shop.statuses(&[0, 1]), [Sold, Available]);
}

#[test]
fn a_block_gives_its_reason_and_leaves_taken_seats_alone() {
    let mut shop = Shop::new();
    shop.hold(seconds(0), ANNA, &[1]);
    let block = |seats: &[SeatIndex]| Command::Block {
        seats: seats.to_vec(),
        reason: Some("camera".to_owned()),
    };
    let refused = shop.ask(seconds(1), BERT, block(&[0, 1])).result;
    assert_eq!(refused, Err(unavailable(1, Locked)));
    let request = Request { caller: None, ..shop.request(BERT, block(&[0, 2])) };
    let decision = shop.batch(seconds(2), &[request]);
    let reasons: Vec<_> =
        decision.transitions.iter().map(|t| (t.seat, t.actor, t.reason.as_deref())).collect();
    assert_eq!(reasons, [(0, None, Some("camera")), (2, None, Some("camera"))]);
}

#[test]
fn a_key_used_for_something_else_later_is_refused_and_another_callers_key_is_another_key() {
    let mut shop = Shop::new();
    let key = |print| Some(IdempotencyKey { key: "once".to_owned(), fingerprint: vec![print] });
    let first = Request { key: key(1), ..shop.request(ANNA, hold(&[0], 50)) };
    shop.batch(seconds(0), &[first]);
    let other = Request { key: key(2), ..shop.request(ANNA, hold(&[1], 51)) };
    let berts = Request { key: key(1), ..shop.request(BERT, hold(&[1], 52)) };
    let decision = shop.batch(seconds(1), &[other, berts]);
    assert_eq!(decision.answers[0].result, Err(Refusal::KeyReused));
    assert!(decision.answers[1].result.is_ok());
}
