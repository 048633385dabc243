//! Lists of objects that may be those of several charts, one inside the other, with where each
//! object is in the document.

use serde::{Deserialize, Deserializer};

/// Objects of charts further inside have no path: charts nest once or twice, and paths of a hundred
/// steps for each of half a million objects would take more memory than the document.
const PATH_DEPTH_MAX: usize = 4;

/// A list that was written in one place, or in several that were joined, the outermost first.
pub(super) struct Objects<T> {
    all: Vec<T>,
    /// Where the parts end, but for the last: each next part is one `subChart` further inside.
    ends: Vec<usize>,
}

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self { all: Vec::new(), ends: Vec::new() }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Objects<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { all: Vec::deserialize(deserializer)?, ends: Vec::new() })
    }
}

impl<T> Objects<T> {
    /// With those of the chart inside, which are of one place.
    pub(super) fn around(mut self, inside: Self) -> Self {
        self.ends.push(self.all.len());
        self.all.extend(inside.all);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.all.iter_mut()
    }

    /// All of them with their paths; the outermost list is `name` of the chart at `chart`.
    pub(super) fn with_paths(&self, chart: &str, name: &str) -> impl Iterator<Item = (String, &T)> {
        self.all.iter().enumerate().map(move |(at, object)| {
            let depth = self.ends.partition_point(|end| *end <= at);
            let before = depth.checked_sub(1).map_or(0, |outer| self.ends[outer]);
            if depth > PATH_DEPTH_MAX {
                return (String::new(), object);
            }
            let inside = ".subChart".repeat(depth);
            (format!("{chart}{inside}.{name}[{}]", at - before), object)
        })
    }
}
