//! Locking and unlocking one seat; blocking and unblocking several.

use axum::Json;
use axum::extract::State;

use super::app::AppState;
use super::call::Call;
use super::commands::{
    carry_out, fresh_hold, refuse, seat_in_path, seats_in_body, unexpected, wrong_field,
};
use super::new_hold::whole_tables;
use super::params::PathParam;
use super::problem::Reply;
use super::render;
use super::text::{self, NAME_CHARS_MAX};
use crate::domain::answer::Outcome;
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
    let facts = app.facts(EventId(id)).await?;
    call.caller()?;
    let seat = seat_in_path(&facts, &label);
    let seat = match seat.and_then(|seat| whole_tables(&facts, &[seat]).map(|()| seat)) {
        Ok(seat) => seat,
        Err(refusal) => return Err(refuse(&app, &facts, &call, refusal).await),
    };
    let command = Command::Lock { seat, hold: fresh_hold() };
    match carry_out(&app, &facts, &call, command).await? {
        (Outcome::Locked { hold, seat, expires_at }, version) => Ok(Json(LockedSeat {
            hold_id: hold.0,
            seat_no: facts.chart.layout.seat_no(seat),
            status: SeatStatus::Locked.name().to_owned(),
            expires_at: Time(expires_at),
            version,
        })),
        _ => Err(unexpected()),
    }
}

/// Give one locked seat back.
#[utoipa::path(post, path = "/events/{id}/seats/{seat_no}/unlock", tag = "seats",
    params(("id" = i64, Path), ("seat_no" = String, Path)), request_body = CallerOnly,
    responses((status = 200, body = UnlockedSeat), (status = 403, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn unlock(
    State(app): State<AppState>,
    PathParam((id, label)): PathParam<(i64, String)>,
    call: Call<CallerOnly>,
) -> Reply<Json<UnlockedSeat>> {
    let facts = app.facts(EventId(id)).await?;
    call.caller()?;
    let seat = match seat_in_path(&facts, &label) {
        Ok(seat) => seat,
        Err(refusal) => return Err(refuse(&app, &facts, &call, refusal).await),
    };
    match carry_out(&app, &facts, &call, Command::Unlock { seat }).await? {
        (Outcome::Unlocked { seat }, version) => Ok(Json(UnlockedSeat {
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
    let labels = call.body.seats.clone();
    match text::optional("reason", call.body.reason.as_ref(), NAME_CHARS_MAX) {
        Ok(reason) => {
            blocking(&app, id, &call, &labels, |seats| Command::Block { seats, reason }).await
        }
        Err(wrong) => {
            let facts = app.facts(EventId(id)).await?;
            Err(refuse(&app, &facts, &call, wrong_field(&wrong)).await)
        }
    }
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
    let labels = call.body.seats.clone();
    blocking(&app, id, &call, &labels, |seats| Command::Unblock { seats }).await
}

async fn blocking<T>(
    app: &AppState,
    id: i64,
    call: &Call<T>,
    labels: &[String],
    command: impl FnOnce(Vec<u32>) -> Command,
) -> Reply<Json<BlockedSeats>> {
    let facts = app.facts(EventId(id)).await?;
    let seats = match seats_in_body(&facts, labels, BLOCK_SEATS_MAX) {
        Ok(seats) => seats,
        Err(refusal) => return Err(refuse(app, &facts, call, refusal).await),
    };
    match carry_out(app, &facts, call, command(seats)).await? {
        (Outcome::Blocking { seats }, version) => {
            Ok(Json(BlockedSeats { seats: render::labels(&facts.chart.layout, &seats), version }))
        }
        _ => Err(unexpected()),
    }
}
