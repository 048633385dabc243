//! From a history to the violations in it. Pure; knows only the contract.
