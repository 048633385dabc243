//! An organiser's token. It opens what organisers alone may do, so it is never written anywhere but
//! into the requests that need it: not into reports, logs or errors.

use std::fmt;

/// An organiser's token, as `Authorization: Bearer` carries it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token in; `None` for what a header can't carry as one word.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_word.then(|| Self(text.to_owned()))
    }

    /// What is sent.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_one_word_that_is_not_shown() {
        for text in ["", " ", "a b", "a\r\nx-more: b", "a\n", "ä"] {
            assert_eq!(Token::new(text), None, "{text:?}");
        }
        let token = Token::new("head.claims.signature").unwrap();
        assert_eq!(token.text(), "head.claims.signature");
        assert_eq!(format!("{token:?}"), "Token(hidden)");
    }
}
