//! Requests as they are written.

use super::action::Action;
use super::counter::Caller;
use crate::stage::Hall;

/// A request to be made.
pub(super) struct Wish<'a> {
    pub(super) hall: &'a Hall,
    pub(super) caller: &'a Caller,
    pub(super) action: Action,
    pub(super) seats: &'a [u32],
    /// The hold or booking it is about; how many seats, where the server chooses them.
    pub(super) id: Option<&'a str>,
    /// When it was to be sent.
    pub(super) due: u64,
}

impl Wish<'_> {
    /// How many seats are wanted.
    pub(super) fn count(&self) -> u32 {
        match self.action {
            Action::Best => self.id.and_then(|count| count.parse().ok()).unwrap_or(0),
            _ => u32::try_from(self.seats.len()).unwrap_or(u32::MAX),
        }
    }

    /// Method, path and body.
    pub(super) fn request(&self) -> (&'static str, String, Option<String>) {
        let event = self.hall.id;
        let id = self.id.unwrap_or_default();
        let label = |seat: &u32| self.hall.label(*seat);
        let one = || self.seats.first().map(label).unwrap_or_default();
        match self.action {
            Action::Lock => ("POST", format!("/api/v1/events/{event}/seats/{}/lock", one()), None),
            Action::Unlock => {
                ("POST", format!("/api/v1/events/{event}/seats/{}/unlock", one()), None)
            }
            Action::Hold => {
                let seats: Vec<_> = self.seats.iter().map(label).collect();
                let body = serde_json::json!({ "seats": seats }).to_string();
                ("POST", format!("/api/v1/events/{event}/holds"), Some(body))
            }
            Action::Best => {
                let body = format!(r#"{{"best_available":{{"quantity":{id}}}}}"#);
                ("POST", format!("/api/v1/events/{event}/holds"), Some(body))
            }
            Action::Release => ("DELETE", format!("/api/v1/holds/{id}"), None),
            Action::Book => {
                let seats: Vec<_> = self.seats.iter().map(label).collect();
                let body = match self.id {
                    Some(hold) => serde_json::json!({ "event_id": event, "hold_id": hold }),
                    None => serde_json::json!({ "event_id": event, "seats": seats }),
                };
                ("POST", "/api/v1/bookings".to_owned(), Some(body.to_string()))
            }
            Action::Confirm => {
                let body = format!(r#"{{"payment_reference":"load-{id}"}}"#);
                ("POST", format!("/api/v1/bookings/{id}/confirm"), Some(body))
            }
            Action::Cancel => ("POST", format!("/api/v1/bookings/{id}/cancel"), None),
        }
    }
}
