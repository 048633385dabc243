//! Customer records and guest sessions.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::app::AppState;
use super::bookings::{EMAIL_CHARS_MAX, PHONE_CHARS_MAX};
use super::call::{Call, query_user_id, require_organiser};
use super::caller::{AuthMode, nobody_named};
use super::keeping;
use super::params::PathParam;
use super::problem::{Failure, Reply};
use super::text::{self, NAME_CHARS_MAX};
use crate::domain::booking::Customer;
use crate::domain::ids::UserId;
use crate::protocol::problem::{Code, Problem};
use crate::protocol::rest::time::Time;
use crate::protocol::rest::user::{Me, NewUser, Session, User};
use crate::store::users::UserRecord;

/// Open a guest session. `Idempotency-Key` is ignored: a token must not be given twice.
#[utoipa::path(post, path = "/sessions", tag = "users",
    responses((status = 201, body = Session)))]
pub(crate) async fn open_session(State(app): State<AppState>) -> Reply<impl IntoResponse> {
    let (token, user, expires_at) = app.callers.open_session().await?;
    let session = Session { token, user_id: user.0, expires_at: Time(expires_at) };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(session)))
}

/// Make a customer record.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser,
    responses((status = 201, body = User)))]
pub(crate) async fn create(State(app): State<AppState>, call: Call<NewUser>) -> Reply<Response> {
    if app.callers.mode == AuthMode::Token {
        call.caller()?;
    }
    let once = call.once("POST /users");
    let user = match customer(&call.body) {
        Ok(customer) => {
            let to_json =
                |record: &UserRecord| serde_json::to_value(user(record)).unwrap_or_default();
            let made = app.store.create_user(&customer, once.terms(), to_json).await?;
            keeping::answer(made, to_json)?
        }
        Err(refused) => once.refuse(&app, refused).await?,
    };
    let location = format!("/api/v1/users/{}", user["id"]);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(user)).into_response())
}

fn customer(body: &NewUser) -> Reply<Customer> {
    let email = text::required("email", &body.email, EMAIL_CHARS_MAX)?;
    let is_address = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !email.contains(' ')
    });
    if !is_address {
        return Err(Failure::invalid("email", "must be an e-mail address"));
    }
    Ok(Customer {
        name: Some(text::required("name", &body.name, NAME_CHARS_MAX)?),
        email: Some(email),
        phone: text::optional("phone", body.phone.as_ref(), PHONE_CHARS_MAX)?,
    })
}

/// A customer record: one's own; for organisers by their token, anybody's.
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = User), (status = 403, body = Problem),
              (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(app): State<AppState>,
    PathParam(id): PathParam<i64>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<User>> {
    let identity = app.callers.identify(&headers, query_user_id(&uri)?).await?;
    let caller = identity.caller.ok_or_else(|| nobody_named(app.callers.mode))?;
    if caller != UserId(id) && !identity.role.is_organiser() {
        return Err(Failure::new(Code::Forbidden, "the record is another user's"));
    }
    let record = app.store.user(UserId(id)).await?.ok_or_else(|| Failure::not_found("user"))?;
    Ok(Json(user(&record)))
}

/// Who the caller is to the server, and what they may do.
#[utoipa::path(get, path = "/me", tag = "users", responses((status = 200, body = Me)))]
pub(crate) async fn me(
    State(app): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Reply<Json<Me>> {
    let mode = app.callers.mode;
    let identity = app.callers.identify(&headers, query_user_id(&uri)?).await?;
    if mode == AuthMode::Token && identity.caller.is_none() {
        return Err(nobody_named(mode));
    }
    Ok(Json(Me {
        user_id: identity.caller.map(|caller| caller.0),
        role: identity.role.name().to_owned(),
        organiser_routes: require_organiser(mode, &identity).is_ok(),
    }))
}

fn user(record: &UserRecord) -> User {
    let Customer { name, email, phone } = record.customer.clone();
    User { id: record.id.0, name, email, phone, created_at: Time(record.created_at) }
}
