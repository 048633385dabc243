//! Stories of things that break: connections, processes, statements, commits. What was answered
//! must have happened, what was refused must not, and maps must find back to the truth.

mod abandoned;
mod blocked;
mod commit;
mod converge;
mod epoch;
mod failing_write;
mod failover;
mod killed;
mod laggard;
mod listener;
mod load;
mod proxy;
mod repeat;
mod restart;
mod start;
mod stop;
