//! Stands between a node and PostgreSQL and cuts connections at the worst moment: around a COMMIT.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_postgres::config::Host;

use crate::support::database::Database;

/// The write path's COMMIT as it crosses the wire; other transactions spell it in capitals.
const COMMIT: &[u8] = b"commit\0";
/// The tag that PostgreSQL answers a COMMIT with.
const COMMITTED: &[u8] = b"COMMIT\0";

/// Where to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The COMMIT isn't passed on.
    BeforeCommit,
    /// The COMMIT is carried out, its answer isn't passed on.
    AfterCommit,
}

/// What happens after a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// New connections are let through.
    Open,
    /// All connections are cut, and new ones refused until [`Proxy::open`].
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    open: bool,
    /// Connections of an earlier one are cut.
    generation: u32,
}

pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    server: PathBuf,
    armed: Mutex<Option<(Cut, Then)>>,
    state: watch::Sender<State>,
    cuts: AtomicU32,
}

impl Proxy {
    pub(super) async fn start(database: &Database) -> Self {
        let Host::Unix(folder) = &database.config.get_hosts()[0] else {
            panic!("our clusters are reached by their socket");
        };
        let server = folder.join(format!(".s.PGSQL.{}", database.config.get_ports()[0]));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = watch::Sender::new(State { open: true, generation: 0 });
        let shared =
            Arc::new(Shared { server, armed: Mutex::new(None), state, cuts: AtomicU32::new(0) });
        let accepting = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if accepting.state.borrow().open {
                    tokio::spawn(relay(client, Arc::clone(&accepting)));
                }
            }
        });
        Self { address, shared }
    }

    /// The same database by way of this proxy.
    pub(super) fn database(&self, database: &Database) -> Database {
        let mut config = tokio_postgres::Config::new();
        config
            .host("127.0.0.1")
            .port(self.address.port())
            .user(database.config.get_user().expect("a user"))
            .password(database.config.get_password().expect("a password"))
            .dbname(&database.name);
        Database { name: database.name.clone(), config }
    }

    /// The connection string of [`Proxy::database`], for a process.
    pub(super) fn url(&self, database: &Database) -> String {
        let password = database.config.get_password().expect("a password");
        format!(
            "host=127.0.0.1 port={} user={} password='{}' dbname={}",
            self.address.port(),
            database.config.get_user().expect("a user"),
            String::from_utf8_lossy(password),
            database.name,
        )
    }

    /// Cuts at the next COMMIT of the write path.
    pub(super) fn arm(&self, cut: Cut, then: Then) {
        *self.shared.armed.lock().expect("not poisoned") = Some((cut, then));
    }

    /// How many COMMITs were cut.
    pub(super) fn cuts(&self) -> u32 {
        self.shared.cuts.load(Ordering::Acquire)
    }

    /// Cuts all connections; new ones are let through.
    pub(super) fn cut_all(&self) {
        self.shared.state.send_modify(|state| state.generation += 1);
    }

    /// Cuts everything and refuses what comes.
    pub(super) fn close(&self) {
        self.shared.close();
    }

    pub(super) fn open(&self) {
        self.shared.state.send_modify(|state| state.open = true);
    }
}

impl Shared {
    fn take_cut(&self) -> Option<(Cut, Then)> {
        self.armed.lock().expect("not poisoned").take()
    }

    fn close(&self) {
        self.state.send_modify(|state| {
            state.open = false;
            state.generation += 1;
        });
    }

    fn done(&self, then: Then) {
        if then == Then::Closed {
            self.close();
        }
        self.cuts.fetch_add(1, Ordering::AcqRel);
    }
}

/// Passes bytes on in both directions until one side ends, a cut is due, or the proxy closes.
async fn relay(mut client: TcpStream, shared: Arc<Shared>) {
    let Ok(mut server) = UnixStream::connect(&shared.server).await else { return };
    let mut state = shared.state.subscribe();
    let begun = *state.borrow();
    let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut tail = Vec::new();
    loop {
        tokio::select! {
            () = differs(&mut state, begun) => return,
            read = client.read(&mut up) => {
                let Ok(count @ 1..) = read else { return };
                let cut = has_passed(&mut tail, &up[..count], COMMIT).then(|| shared.take_cut());
                if let Some(Some((cut, then))) = cut {
                    if cut == Cut::AfterCommit {
                        commit(&mut server, &up[..count]).await;
                    }
                    return shared.done(then);
                }
                if server.write_all(&up[..count]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(count @ 1..) = read else { return };
                if client.write_all(&down[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn differs(state: &mut watch::Receiver<State>, begun: State) {
    // Its sender lives as long as the connections do.
    let _ = state.wait_for(|state| *state != begun).await;
}

/// Passes a COMMIT on and swallows the answers up to its own, or to the connection's end.
async fn commit(server: &mut UnixStream, bytes: &[u8]) {
    if server.write_all(bytes).await.is_err() {
        return;
    }
    let (mut tail, mut answer) = (Vec::new(), vec![0; 64 * 1024]);
    while let Ok(count @ 1..) = server.read(&mut answer).await {
        if has_passed(&mut tail, &answer[..count], COMMITTED) {
            return;
        }
    }
}

/// Whether `wanted` is in these bytes, or began in those before them.
fn has_passed(tail: &mut Vec<u8>, bytes: &[u8], wanted: &[u8]) -> bool {
    tail.extend_from_slice(bytes);
    let found = tail.windows(wanted.len()).any(|window| window == wanted);
    tail.drain(..tail.len().saturating_sub(wanted.len() - 1));
    found
}
