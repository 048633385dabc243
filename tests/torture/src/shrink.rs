//! Makes a failing plan smaller. Pure but for the runs it is given.
