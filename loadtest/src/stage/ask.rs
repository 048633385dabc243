//! Asking the server outside what is measured: for the events of a run, and by its checks.

use std::net::SocketAddr;

use serde::Deserialize;

use crate::rest::{Call, Client, RestError, Token};

/// Characters of an answer that are shown.
const SAID_MAX: usize = 300;

/// Why there is no stage.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The server can't be asked.
    #[error("{0} can't be asked: {1}. Is the server running? Name another by --target")]
    Rest(SocketAddr, RestError),
    /// It answered something else.
    #[error("{path} was answered with {status}: {said}")]
    Refused {
        /// What was asked.
        path: String,
        /// The status.
        status: u16,
        /// What is wrong, or the body's beginning.
        said: String,
    },
    /// It does this for organisers only.
    #[error("{0}")]
    Closed(Closed),
    /// It makes events for organisers only.
    #[error("no event can be made: {0}. --event names one that exists")]
    NoEvent(Closed),
    /// There is no such chart.
    #[error("the server has no chart {0}")]
    NoChart(String),
}

/// Why the server takes somebody for no organiser.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// There is no token.
    #[error("this takes an organiser ({0}), named by --token; `seatmap token` prints one")]
    Nobody(u16),
    /// The token isn't good enough.
    #[error("the server takes --token for no organiser's ({0}: {1})")]
    Token(u16, String),
}

impl StageError {
    /// Whether nothing came from the server, so that nothing is known of it.
    pub(crate) fn is_silence(&self) -> bool {
        matches!(self, Self::Rest(_, RestError::Io(_) | RestError::Timeout))
    }

    /// Whether the server answered with what the contract doesn't know of something that is there.
    pub(crate) fn is_strange(&self) -> bool {
        match self {
            Self::Rest(..) => !self.is_silence(),
            Self::Refused { status, .. } => !matches!(status, 429 | 503),
            Self::Closed(_) | Self::NoEvent(_) | Self::NoChart(_) => false,
        }
    }
}

/// Reads something.
pub(crate) async fn get<T: for<'a> Deserialize<'a>>(
    target: SocketAddr,
    path: &str,
) -> Result<T, StageError> {
    let call = Call { method: "GET", path, ..Call::default() };
    ask(target, &call).await
}

/// Reads what in token mode organisers alone may read.
pub(crate) async fn get_as_organiser<T: for<'a> Deserialize<'a>>(
    target: SocketAddr,
    token: Option<&Token>,
    path: &str,
) -> Result<T, StageError> {
    ask_as_organiser(target, token, Call { method: "GET", path, ..Call::default() }).await
}

/// Asks for what in token mode takes an organiser.
pub(super) async fn ask_as_organiser<T: for<'a> Deserialize<'a>>(
    target: SocketAddr,
    token: Option<&Token>,
    call: Call<'_>,
) -> Result<T, StageError> {
    let call = Call { token: token.map(Token::text), ..call };
    match ask(target, &call).await {
        Err(StageError::Refused { status: status @ (401 | 403), said, .. }) => {
            Err(StageError::Closed(match token {
                Some(_) => Closed::Token(status, said),
                None => Closed::Nobody(status),
            }))
        }
        answered => answered,
    }
}

async fn ask<T: for<'a> Deserialize<'a>>(
    target: SocketAddr,
    call: &Call<'_>,
) -> Result<T, StageError> {
    let mut client = Client::new(target, None);
    let reply = client.ask(call).await.map_err(|error| StageError::Rest(target, error))?;
    let refused = || StageError::Refused {
        path: call.path.to_owned(),
        status: reply.status,
        said: said(reply.body),
    };
    if !(200..300).contains(&reply.status) {
        return Err(refused());
    }
    serde_json::from_slice(reply.body).map_err(|_| refused())
}

/// What a problem says is wrong; of another body its beginning.
fn said(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
    }
    let said = serde_json::from_slice(body)
        .map_or_else(|_| String::from_utf8_lossy(body).into_owned(), |Problem { detail }| detail);
    said.chars().take(SAID_MAX).collect()
}
