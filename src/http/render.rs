//! Values of the domain and the store as answers of the REST interface.

use jiff::Timestamp;

use super::app::EventFacts;
use crate::domain::booking::Booking;
use crate::domain::hold::Hold;
use crate::domain::ids::{SeatIndex, Version, ticket_id};
use crate::domain::layout::Layout;
use crate::domain::money::Currency;
use crate::domain::seat::SeatStatus;
use crate::protocol::rest::check_in::CheckedIn;
use crate::protocol::rest::time::Time;
use crate::protocol::rest::{booking as rest_booking, event as rest_event, hold as rest_hold};
use crate::store::events::EventRecord;

pub(crate) fn labels(layout: &Layout, seats: &[SeatIndex]) -> Vec<String> {
    seats.iter().map(|seat| layout.seat_no(*seat)).collect()
}

pub(crate) fn hold(facts: &EventFacts, hold: &Hold, version: Version) -> rest_hold::Hold {
    rest_hold::Hold {
        id: hold.id.0,
        event_id: facts.id.0,
        seats: labels(&facts.chart.layout, &hold.seats),
        prices: hold.prices.iter().map(|price| facts.currency.format(*price)).collect(),
        price_total: facts.currency.format(hold.price_total()),
        currency: facts.currency.code().to_owned(),
        status: hold.status.name().to_owned(),
        expires_at: Time(hold.expires_at),
        version,
    }
}

pub(crate) fn booking(
    facts: &EventFacts,
    booking: &Booking,
    version: Version,
) -> rest_booking::Booking {
    let customer = &booking.customer;
    rest_booking::Booking {
        id: booking.id.0,
        booking_ref: booking.reference.clone(),
        user_id: booking.user.0,
        event_id: facts.id.0,
        seat_nos: labels(&facts.chart.layout, &booking.seats),
        ticket_ids: booking.seats.iter().map(|seat| ticket_id(facts.id, *seat)).collect(),
        quantity: booking.seats.len(),
        total_amount: facts.currency.format(booking.total_amount()),
        currency: facts.currency.code().to_owned(),
        status: booking.status.name().to_owned(),
        payment_reference: booking.payment_reference.clone(),
        customer: rest_booking::CustomerData {
            name: customer.name.clone(),
            email: customer.email.clone(),
            phone: customer.phone.clone(),
        },
        checked_in: checked_in(&facts.chart.layout, booking.inside()),
        created_at: Time(booking.created_at),
        expires_at: Time(booking.expires_at),
        version,
    }
}

pub(crate) fn checked_in(
    layout: &Layout,
    inside: impl Iterator<Item = (SeatIndex, Timestamp)>,
) -> Vec<CheckedIn> {
    inside.map(|(seat, at)| CheckedIn { seat_no: layout.seat_no(seat), at: Time(at) }).collect()
}

/// An event; `keys` are those of its chart's categories, in their order.
pub(crate) fn event<'a>(
    event: &EventRecord,
    keys: impl Iterator<Item = &'a str>,
    currency: Currency,
) -> rest_event::Event {
    let of = |status| event.counts.of(status);
    let counts = rest_event::SeatCounts {
        available: of(SeatStatus::Available),
        locked: of(SeatStatus::Locked),
        reserved: of(SeatStatus::Reserved),
        sold: of(SeatStatus::Sold),
        blocked: of(SeatStatus::Blocked),
    };
    let by_key = keys.zip(&event.prices);
    let prices = by_key.map(|(key, price)| (key.to_owned(), currency.format(*price)));
    let single = (event.prices.len() == 1).then(|| currency.format(event.prices[0]));
    rest_event::Event {
        id: event.id.0,
        name: event.name.clone(),
        description: event.description.clone(),
        venue: event.venue.clone(),
        start_time: Time(event.start_time),
        end_time: Time(event.end_time),
        sales_start: event.rules.sales_start.map(Time),
        sales_end: Time(event.rules.sales_end),
        total_tickets: event.total_tickets,
        available_tickets: counts.available,
        counts,
        prices: if single.is_some() { None } else { Some(prices.collect()) },
        price: single,
        currency: event.currency.clone(),
        lock_seconds: event.rules.lock_seconds,
        booking_seconds: event.rules.booking_seconds,
        max_seats_per_user: event.rules.max_seats_per_user,
        cancel_confirmed: event.rules.cancel_confirmed.name().to_owned(),
        orphan_rule: event.rules.orphan_rule.name().to_owned(),
        chart_id: event.chart.0,
        layout: event.layout.clone(),
        version: event.version,
        epoch: event.epoch.clone(),
    }
}

/// One ticket.
pub(crate) fn ticket(
    event: &EventRecord,
    layout: &Layout,
    currency: Currency,
    (seat, status): (SeatIndex, SeatStatus),
) -> rest_event::Ticket {
    let (row, section) = (layout.row_of(seat), layout.section_of(seat));
    let at = seat as usize;
    let category = usize::from(layout.category[at]);
    rest_event::Ticket {
        id: ticket_id(event.id, seat),
        seat_no: layout.seat_no(seat),
        seat_index: seat,
        section: section.label.clone(),
        row: row.label.clone(),
        number: layout.number[at].clone(),
        category: layout.categories[category].key.clone(),
        price: currency.format(event.prices[category]),
        status: status.name().to_owned(),
    }
}
