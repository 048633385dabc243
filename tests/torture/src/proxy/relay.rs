//! One connection through a proxy. What is done to its bytes is the gate's business.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::switch::{State, Switch};

/// What is read at once, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;
/// How long a connection that was made half-open is kept.
const HANG: Duration = Duration::from_secs(3);

/// What becomes of a chunk.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// These bytes are passed on.
    Pass(Vec<u8>),
    /// These are passed on, and after a while those.
    Apart(Vec<u8>, Duration, Vec<u8>),
    /// These are passed on, and the connection is cut.
    End(Vec<u8>),
    /// These are passed on, and nothing more: both sides keep waiting.
    Hang(Vec<u8>),
}

/// Looks at what passes on one connection.
pub(super) trait Gate: Send {
    /// Bytes towards the server; only these come apart.
    fn up(&mut self, bytes: &[u8]) -> Fate;
    /// Bytes towards the client.
    fn down(&mut self, bytes: &[u8]) -> Fate;
    /// When [`Gate::release`] has something, if it will.
    fn due(&self) -> Option<Instant> {
        None
    }
    /// Bytes towards the client that were kept back.
    fn release(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

/// Accepts connections as long as the listener lives.
pub(super) async fn accept<G: Gate + 'static>(
    listener: TcpListener,
    switch: Arc<Switch>,
    gate: impl Fn() -> G + Send + 'static,
) {
    while let Ok((client, _)) = listener.accept().await {
        if switch.state.borrow().open {
            let _ = client.set_nodelay(true);
            tokio::spawn(relay(client, Arc::clone(&switch), gate()));
        } else {
            switch.refused.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// Counts a connection as long as it is there.
struct Live(Arc<Switch>);

impl Live {
    fn new(switch: &Arc<Switch>) -> Self {
        switch.live.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(switch))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn relay(mut client: TcpStream, switch: Arc<Switch>, mut gate: impl Gate) {
    let mut state = switch.state.subscribe();
    let begun = state.borrow().generation;
    if !thawed(&mut state, begun).await {
        return;
    }
    let Ok(mut server) = switch.target().connect().await else { return };
    let _live = Live::new(&switch);
    let (mut up, mut down) = (vec![0; CHUNK_BYTES], vec![0; CHUNK_BYTES]);
    loop {
        let due = gate.due();
        let fate = tokio::select! {
            () = cut(&mut state, begun) => return,
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                (gate.up(&up[..count]), true)
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                (gate.down(&down[..count]), false)
            }
            () = until(due) => (Fate::Pass(gate.release()), false),
        };
        if state.borrow().frozen {
            switch.held.fetch_add(1, Ordering::AcqRel);
        }
        if !thawed(&mut state, begun).await {
            return;
        }
        let delay = switch.delay();
        if !delay.is_zero() {
            switch.delayed.fetch_add(1, Ordering::AcqRel);
            tokio::time::sleep(delay).await;
        }
        let (mut fate, upwards) = fate;
        if let Fate::Apart(first, pause, rest) = fate {
            if server.write_all(&first).await.is_err() {
                return;
            }
            tokio::select! {
                () = cut(&mut state, begun) => return,
                () = tokio::time::sleep(pause) => fate = Fate::Pass(rest),
            }
        }
        let (Fate::Pass(bytes) | Fate::End(bytes) | Fate::Hang(bytes)) = &fate else { return };
        let written = match upwards {
            true => server.write_all(bytes).await,
            false => client.write_all(bytes).await,
        };
        match fate {
            Fate::Pass(_) if written.is_ok() => {}
            Fate::Pass(_) | Fate::End(_) | Fate::Apart(..) => return,
            Fate::Hang(_) => {
                // Neither side hears of the other's end.
                let _ = tokio::time::timeout(HANG, cut(&mut state, begun)).await;
                return;
            }
        }
    }
}

/// Waits while nothing is passed on; false when the connection is cut meanwhile.
async fn thawed(state: &mut watch::Receiver<State>, begun: u32) -> bool {
    // Its sender lives as long as the connections do.
    let now = state.wait_for(|state| !state.frozen || state.generation != begun).await;
    now.is_ok_and(|state| state.generation == begun)
}

async fn cut(state: &mut watch::Receiver<State>, begun: u32) {
    let _ = state.wait_for(|state| state.generation != begun).await;
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
