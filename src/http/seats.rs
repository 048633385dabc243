//! Locking and unlocking one seat; blocking and unblocking several.

use axum::Json;
use axum::extract::State;

use super::app::{AppState, EventFacts};
use super::call::Call;
use super::commands::{
    Done, carry_out, fresh_hold, seat_in_path, seats_in_body, unexpected, wrong_field,
};
use super::new_hold::{whole_table_of, whole_tables};
use super::params::PathParam;
use super::problem::Reply;
use super::render;
use super::text::{self, NAME_CHARS_MAX};
use crate::domain::answer::{Outcome, Refusal};
use crate::domain::command::Command;
use crate::domain::ids::EventId;
use crate::domain::seat::SeatStatus;
use crate::protocol::problem::Problem;
use crate::protocol::rest::seat::{
    Block, BlockedSeats, CallerOnly, LockedSeat, Unblock, UnlockedSeat,
};
use crate::protocol::rest::time::Time;

/// How many seats one call blocks or unblocks at most.
const BLOCK_SEATS_MAX: usize = 10_000;

/// Lock one seat for the caller. One's own seat again is a success and doesn't extend it.
#[utoipa::path(post, path = "/events/{id}/seats/{seat_no}/lock", tag = "seats",
    params(("id" = i64, Path), ("seat_no" = String, Path)), request_body = CallerOnly,
    responses((status = 200, body = LockedSeat), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn lock(
    State(app): State<AppState>,
    PathParam((id, label)): PathParam<(i64, String)>,
    call: Call<CallerOnly>,
) -> Reply<Json<LockedSeat>> {
    let event = app.facts(EventId(id)).await?.id;
    call.caller()?;
    let command = |facts: &EventFacts| {
        let seat = seat_in_path(facts, &label)?;
        whole_tables(facts, &[seat])?;
        Ok(Command::Lock { seat, hold: fresh_hold() })
    };
    let Done { facts, outcome, version } = carry_out(&app, event, &call, command).await?;
    match outcome {
        Outcome::Locked { hold, seat, expires_at, price } => Ok(Json(LockedSeat {
            hold_id: hold.0,
            seat_no: facts.chart.layout.seat_no(seat),
            status: SeatStatus::Locked.name().to_owned(),
            price: price.map(|price| facts.currency.format(price)),
            currency: facts.currency.code().to_owned(),
            expires_at: Time(expires_at),
            version,
        })),
        _ => Err(unexpected()),
    }
}

/// Give one locked seat back; at a table that is sold whole, what the hold has of the table.
#[utoipa::path(post, path = "/events/{id}/seats/{seat_no}/unlock", tag = "seats",
    params(("id" = i64, Path), ("seat_no" = String, Path)), request_body = CallerOnly,
    responses((status = 200, body = UnlockedSeat), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn unlock(
    State(app): State<AppState>,
    PathParam((id, label)): PathParam<(i64, String)>,
    call: Call<CallerOnly>,
) -> Reply<Json<UnlockedSeat>> {
    let event = app.facts(EventId(id)).await?.id;
    call.caller()?;
    let command = |facts: &EventFacts| {
        let seat = seat_in_path(facts, &label)?;
        Ok(match whole_table_of(facts, seat) {
            Some(table) => Command::UnlockTable { seat, table },
            None => Command::Unlock { seat },
        })
    };
    let Done { facts, outcome, version } = carry_out(&app, event, &call, command).await?;
    match outcome {
        Outcome::Unlocked { seat } => Ok(Json(UnlockedSeat {
            seat_no: facts.chart.layout.seat_no(seat),
            status: SeatStatus::Available.name().to_owned(),
            version,
        })),
        _ => Err(unexpected()),
    }
}

/// Take seats off sale, all or nothing. Blocked ones stay blocked.
#[utoipa::path(post, path = "/events/{id}/block", tag = "organisers",
    params(("id" = i64, Path)), request_body = Block,
    responses((status = 200, body = BlockedSeats), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn block(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<Block>,
) -> Reply<Json<BlockedSeats>> {
    call.require_organiser()?;
    blocking(&app, id, &call, |facts| {
        let reason = reason_in_body(call.body.reason.as_ref())?;
        let seats = seats_in_body(facts, &call.body.seats, BLOCK_SEATS_MAX)?;
        Ok(Command::Block { seats, reason })
    })
    .await
}

/// Put blocked seats on sale again, all or nothing. Available ones stay available.
#[utoipa::path(post, path = "/events/{id}/unblock", tag = "organisers",
    params(("id" = i64, Path)), request_body = Unblock,
    responses((status = 200, body = BlockedSeats), (status = 404, body = Problem),
              (status = 409, body = Problem)))]
pub(crate) async fn unblock(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    call: Call<Unblock>,
) -> Reply<Json<BlockedSeats>> {
    call.require_organiser()?;
    blocking(&app, id, &call, |facts| {
        let reason = reason_in_body(call.body.reason.as_ref())?;
        let seats = seats_in_body(facts, &call.body.seats, BLOCK_SEATS_MAX)?;
        Ok(Command::Unblock { seats, reason })
    })
    .await
}

fn reason_in_body(reason: Option<&String>) -> Result<Option<String>, Refusal> {
    text::optional("reason", reason, NAME_CHARS_MAX).map_err(|wrong| wrong_field(&wrong))
}

async fn blocking<T>(
    app: &AppState,
    id: i64,
    call: &Call<T>,
    command: impl Fn(&EventFacts) -> Result<Command, Refusal>,
) -> Reply<Json<BlockedSeats>> {
    let Done { facts, outcome, version } = carry_out(app, EventId(id), call, command).await?;
    match outcome {
        Outcome::Blocking { seats } => {
            Ok(Json(BlockedSeats { seats: render::labels(&facts.chart.layout, &seats), version }))
        }
        _ => Err(unexpected()),
    }
}
