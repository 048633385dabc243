//! Those who ask and those who watch.

pub(crate) mod asking;
pub(crate) mod books;
pub(crate) mod buyer;
pub(crate) mod request;
pub(crate) mod stream;
pub(crate) mod viewer;
