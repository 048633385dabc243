//! Path and query parameters, with errors that name them.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::{Failure, Reply};
use crate::protocol::rest::list::{LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX};

/// A path parameter, or several as a tuple. One that can't be read is 400.
pub(crate) struct PathParam<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathParam<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(Failure::unreadable("path", rejection.body_text())),
        }
    }
}

/// The query. One that can't be read is 400.
pub(crate) struct QueryParams<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Reply<Self> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Failure::unreadable("query", rejection.body_text())),
        }
    }
}

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// How many items: 1–1,000 (default 100).
    #[param(minimum = 1, maximum = 1_000)]
    pub(crate) limit: Option<i64>,
    /// How many items to skip (default 0).
    #[param(minimum = 0)]
    pub(crate) offset: Option<i64>,
}

impl Page {
    /// Limit and offset within the usual bounds.
    pub(crate) fn bounds(&self) -> Reply<(i64, i64)> {
        self.bounds_within(LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX)
    }

    /// Limit and offset within other bounds.
    pub(crate) fn bounds_within(&self, default: i64, max: i64) -> Reply<(i64, i64)> {
        let limit = self.limit.unwrap_or(default);
        if !(1..=max).contains(&limit) {
            return Err(Failure::unreadable("limit", format!("must be between 1 and {max}")));
        }
        let offset = self.offset.unwrap_or(0);
        if offset < 0 {
            return Err(Failure::unreadable("offset", "must not be negative"));
        }
        Ok((limit, offset))
    }
}
