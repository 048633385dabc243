//! What a node remembers of the database under ids. Forgotten when the database's history is not
//! continued: after a failover an id may stand for nothing, or for something else.

use std::hash::Hash;

use quick_cache::Equivalent;
use quick_cache::sync::Cache;

use crate::store::Store;

/// Of each key the value that was read last, and in which history.
pub(crate) struct Remembered<K, V> {
    cache: Cache<K, (u64, V)>,
    store: Store,
}

impl<K: Hash + Eq, V: Clone> Remembered<K, V> {
    /// Remembers at most so many.
    pub(crate) fn new(max: usize, store: Store) -> Self {
        Self { cache: Cache::new(max), store }
    }

    pub(crate) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        let (history, value) = self.cache.get(key)?;
        (history == self.store.history()).then_some(value)
    }

    /// Which history is current; to be asked before reading what is inserted then.
    pub(crate) fn history(&self) -> u64 {
        self.store.history()
    }

    pub(crate) fn insert(&self, history: u64, key: K, value: V) {
        self.cache.insert(key, (history, value));
    }

    pub(crate) fn remove(&self, key: &K) {
        self.cache.remove(key);
    }
}
