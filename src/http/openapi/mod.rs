//! The document that describes the REST interface, generated from the handlers and their types.

mod complete;

use utoipa::OpenApi;

pub(crate) use complete::complete;

/// What the document says besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Seatmap",
        description = "Real-time seat maps and booking. Errors are RFC 9457 problems with a code. \
                       Seats change on the live socket (GET /api/v1/events/{id}/live) as soon as \
                       a change is committed.",
        license(name = "MIT")
    ),
    tags(
        (name = "events", description = "Performances on sale"),
        (name = "maps", description = "What a seat map is drawn from"),
        (name = "live", description = "What keeps it right"),
        (name = "seats", description = "Locking and unlocking one seat"),
        (name = "holds", description = "Holding several seats, all or nothing"),
        (name = "bookings", description = "Booking, paying, cancelling"),
        (name = "charts", description = "Layouts"),
        (name = "users", description = "Customers and guest sessions"),
        (name = "organisers", description = "For organisers; open to all in open mode"),
        (name = "probes", description = "For those who watch the server"),
    )
)]
pub(crate) struct Document;
