//! Customer records and guest sessions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Time;

/// A new customer record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Anna", "email": "anna@example.org" }))]
pub struct NewUser {
    /// Full name; 1–200 characters.
    pub name: String,
    /// E-mail address; 3–254 characters.
    pub email: String,
    /// Telephone number; up to 50 characters.
    pub phone: Option<String>,
    /// Who asks, in open mode without a session.
    pub user_id: Option<i64>,
}

/// A customer record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Its id.
    pub id: i64,
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

/// What a caller is to the server.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// Their user id; null when nobody is named.
    pub user_id: Option<i64>,
    /// `customer`, `organiser` or `admin`.
    #[schema(example = "customer")]
    pub role: String,
    /// Whether organisers' routes are open to them.
    pub organiser_routes: bool,
}

/// A guest session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// To be sent as `Authorization: Bearer …`. Not shown again.
    pub token: String,
    /// The guest's user id.
    pub user_id: i64,
    /// Until when the token is good.
    pub expires_at: Time,
}
