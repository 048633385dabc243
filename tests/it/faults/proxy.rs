//! Stands between a node and PostgreSQL and cuts connections at the worst moment: around a COMMIT,
//! or at any message of a transaction. Passes on whole messages only.

mod messages;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_postgres::config::Host;

use crate::support::database::Database;
use messages::{Messages, Passing};

/// Where to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The write path's COMMIT isn't passed on.
    BeforeCommit,
    /// The write path's COMMIT is carried out, its answer isn't passed on.
    AfterCommit,
    /// Of the next transaction, whoever's, the node's n-th message isn't passed on. Number 0 is the
    /// BEGIN.
    Asked(usize),
    /// Of the next transaction, whoever's, PostgreSQL's n-th message isn't passed on.
    Answered(usize),
}

/// What happens after a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// New connections are let through.
    Open,
    /// All connections are cut, and new ones refused until [`Proxy::open`].
    Closed,
    /// Nothing is cut: on this connection nothing passes either way until [`Proxy::release`], then
    /// what was kept back does, even if the one who said it has hung up.
    Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    open: bool,
    /// Connections of an earlier one are cut.
    generation: u32,
    /// What was held in an earlier one is let go.
    releases: u32,
}

pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// PostgreSQL's socket.
    server: Mutex<PathBuf>,
    armed: Mutex<Option<(Cut, Then)>>,
    state: watch::Sender<State>,
    cuts: AtomicU32,
    /// What the last cut kept from its receiver.
    last_cut: Mutex<String>,
}

impl Proxy {
    pub(super) async fn start(database: &Database) -> Self {
        let server = Mutex::new(socket(database));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = watch::Sender::new(State { open: true, generation: 0, releases: 0 });
        let (armed, cuts, last_cut) = (Mutex::default(), AtomicU32::new(0), Mutex::default());
        let shared = Arc::new(Shared { server, armed, state, cuts, last_cut });
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

    /// Leads new connections to another cluster.
    pub(super) fn lead_to(&self, database: &Database) {
        *self.shared.server.lock().expect("not poisoned") = socket(database);
    }

    /// Cuts once, at the next COMMIT of the write path or in the next transaction.
    pub(super) fn arm(&self, cut: Cut, then: Then) {
        *self.shared.armed.lock().expect("not poisoned") = Some((cut, then));
    }

    /// Cuts nothing more.
    pub(super) fn disarm(&self) {
        *self.shared.armed.lock().expect("not poisoned") = None;
    }

    /// How often it has cut.
    pub(super) fn cuts(&self) -> u32 {
        self.shared.cuts.load(Ordering::Acquire)
    }

    /// What the last cut kept from its receiver: a message's kind and, of texts, its first word.
    pub(super) fn last_cut(&self) -> String {
        self.shared.last_cut.lock().expect("not poisoned").clone()
    }

    /// Cuts all connections; new ones are let through.
    pub(super) fn cut_all(&self) {
        self.shared.state.send_modify(|state| state.generation += 1);
    }

    /// Cuts everything and refuses what comes.
    pub(super) fn close(&self) {
        self.shared.close();
    }

    /// Lets go of what is held.
    pub(super) fn release(&self) {
        self.shared.state.send_modify(|state| state.releases += 1);
    }

    pub(super) fn open(&self) {
        self.shared.state.send_modify(|state| state.open = true);
    }
}

impl Shared {
    /// Takes what is armed if it is for this moment.
    fn take_if(&self, is_due: impl Fn(Cut) -> bool) -> Option<(Cut, Then)> {
        self.armed.lock().expect("not poisoned").take_if(|(cut, _)| is_due(*cut))
    }

    fn close(&self) {
        self.state.send_modify(|state| {
            state.open = false;
            state.generation += 1;
        });
    }

    fn done(&self, then: Then, message: &[u8]) {
        *self.last_cut.lock().expect("not poisoned") = messages::name(message);
        if then == Then::Closed {
            self.close();
        }
        self.cuts.fetch_add(1, Ordering::AcqRel);
    }
}

fn socket(database: &Database) -> PathBuf {
    let Host::Unix(folder) = &database.config.get_hosts()[0] else {
        panic!("our clusters are reached by their socket");
    };
    folder.join(format!(".s.PGSQL.{}", database.config.get_ports()[0]))
}

/// Passes messages on in both directions until one side ends, a cut is due, or the proxy closes.
async fn relay(mut client: TcpStream, shared: Arc<Shared>) {
    let mut state = shared.state.subscribe();
    let begun = *state.borrow();
    let server = shared.server.lock().expect("not poisoned").clone();
    let Ok(mut server) = UnixStream::connect(server).await else { return };
    let (mut asked, mut answered) = (Messages::of_node(), Messages::of_server());
    let mut passing = Passing::default();
    loop {
        tokio::select! {
            () = differs(&mut state, begun) => return,
            read = client.read_buf(asked.room()) => {
                let Ok(1..) = read else { return };
                while let Some((then, message)) = {
                    let (whole, cut) = asked.take(|message| passing.ask(&shared, message));
                    let Ok(()) = server.write_all(&whole).await else { return };
                    cut
                } {
                    let is_let_go = held(&shared, &mut state, then, &message).await;
                    if !is_let_go || server.write_all(&message).await.is_err() {
                        return;
                    }
                }
            }
            read = server.read_buf(answered.room()) => {
                let Ok(1..) = read else { return };
                while let Some((then, message)) = {
                    let (whole, cut) = answered.take(|message| passing.answer(message));
                    let Ok(()) = client.write_all(&whole).await else { return };
                    cut
                } {
                    let is_let_go = held(&shared, &mut state, then, &message).await;
                    if !is_let_go || client.write_all(&message).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Does what is due at a message; whether the message goes on in the end.
async fn held(
    shared: &Shared,
    state: &mut watch::Receiver<State>,
    then: Then,
    message: &[u8],
) -> bool {
    let before = *state.borrow();
    shared.done(then, message);
    if then != Then::Held {
        return false;
    }
    let let_go = |now: &State| {
        (now.open, now.generation) != (before.open, before.generation)
            || now.releases != before.releases
    };
    // Its sender lives as long as the connections do.
    let now = state.wait_for(let_go).await.map(|now| *now);
    now.is_ok_and(|now| (now.open, now.generation) == (before.open, before.generation))
}

async fn differs(state: &mut watch::Receiver<State>, begun: State) {
    // Its sender lives as long as the connections do.
    let is_cut = |now: &State| (now.open, now.generation) != (begun.open, begun.generation);
    let _ = state.wait_for(is_cut).await;
}
