//! Which builds take part: figures of a server belong to the commit that it was built from, which
//! need not be that of the folder the benchmark is started in.

use super::Failed;

/// What a version ends with when something was changed on top of its commit.
const DIRTY: &str = "-dirty";

/// The versions of the programs, with the commits that they were built from.
#[derive(Clone, Debug)]
pub(super) struct Builds {
    /// The server's.
    pub(super) server: String,
    /// This program's: who measures, and the yardsticks.
    pub(super) own: &'static str,
}

impl Builds {
    /// A server's, beside this program's.
    #[must_use]
    pub(super) fn of(server: String) -> Self {
        Self { server, own: seatmap_loadtest::VERSION }
    }

    /// Whether they are of different commits.
    #[must_use]
    pub(super) fn differ(&self) -> bool {
        self.server != self.own
    }

    /// Holds them to being one build.
    ///
    /// # Errors
    /// When they aren't.
    pub(super) fn agree(&self) -> Result<(), Failed> {
        let Self { server, own } = self;
        if self.differ() {
            return Err(format!(
                "the server is {server} and this program {own}: run `make bench`, which builds \
                 both, or name the server's program with --seatmap"
            )
            .into());
        }
        Ok(())
    }

    /// Holds them to being what somebody committed: results name a commit by which they can be had
    /// again.
    ///
    /// # Errors
    /// When something was changed on top of it.
    pub(super) fn are_committed(&self) -> Result<(), Failed> {
        let Self { server, own } = self;
        match [server.as_str(), *own].into_iter().find(|version| version.ends_with(DIRTY)) {
            None => Ok(()),
            Some(version) => Err(format!(
                "{version} was built from changes that aren't committed, and what is written to \
                 --results names its commit: commit them and build again, or leave --results out. \
                 A server named with --seatmap may be of any build"
            )
            .into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_build_is_refused_and_both_are_named() {
        assert!(Builds { server: "1.0.0+abc".to_owned(), own: "1.0.0+abc" }.agree().is_ok());
        for other in ["1.0.0+abd", "1.0.0+abc-dirty", "1.0.0"] {
            let builds = Builds { server: other.to_owned(), own: "1.0.0+abc" };
            let error = builds.agree().unwrap_err().to_string();
            assert!(error.contains("1.0.0+abc ") || error.contains("1.0.0+abc:"), "{error}");
            assert!(error.contains(&format!("is {other} and")), "{error}");
        }
    }

    #[test]
    fn results_are_of_what_was_committed() {
        let builds = |server: &str, own| Builds { server: server.to_owned(), own };
        assert!(builds("1.0.0+abc", "1.0.0+abc").are_committed().is_ok());
        // Debug builds know no commit.
        assert!(builds("1.0.0", "1.0.0").are_committed().is_ok());
        for (server, own) in [("1.0.0+abc-dirty", "1.0.0+abc"), ("1.0.0+abc", "1.0.0+abc-dirty")] {
            let error = builds(server, own).are_committed().unwrap_err().to_string();
            assert!(error.starts_with("1.0.0+abc-dirty was built from"), "{error}");
        }
    }
}
