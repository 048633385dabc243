//! What was asked and answered, as the judge reads it.
