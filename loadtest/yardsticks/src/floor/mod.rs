//! The floor under every server: one thread, one epoll, and one `send` per socket and change.
//! Accepts viewers, answers the handshake, hello and snapshot, then waits for triggers. It reads
//! nothing into what clients say and promises nothing to slow ones; a real server has to do more.

mod peer;

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;
use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use seatmap::protocol::live::binary;

use crate::board::Board;
use crate::control;
use crate::limits::raise_descriptors;
use peer::{Heard, Peer, frame};

/// Events taken from epoll at once.
const EVENTS_MAX: usize = 1_024;
/// The opcode of a binary frame that is a whole message.
const BINARY: u8 = 0x82;

const VIEWERS: Token = Token(usize::MAX - 1);
const CONTROL: Token = Token(usize::MAX - 2);
const TRIGGER: Token = Token(usize::MAX - 3);

/// What the floor is started with.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The loopback port of the viewers; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// The loopback port of the trigger; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub control_port: u16,
    /// How many seats the map has.
    #[arg(long, default_value_t = 200)]
    pub seats: usize,
}

/// Runs until it is killed. Says on standard output where it listens.
///
/// # Errors
/// When it can't listen or wait.
pub fn run(options: &Options) -> io::Result<()> {
    raise_descriptors()?;
    let mut floor = Floor::bind(options)?;
    println!("viewers {} control {}", floor.viewers.local_addr()?, floor.control.local_addr()?);
    io::stdout().flush()?;
    let mut events = Events::with_capacity(EVENTS_MAX);
    loop {
        match floor.poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            waited => waited?,
        }
        for event in &events {
            floor.handle(event)?;
        }
    }
}

struct Floor {
    poll: Poll,
    viewers: TcpListener,
    control: TcpListener,
    trigger: Option<(TcpStream, Vec<u8>)>,
    peers: Vec<Option<Peer>>,
    free: Vec<usize>,
    board: Board,
}

impl Floor {
    fn bind(options: &Options) -> io::Result<Self> {
        let listen = |port| TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let (mut viewers, mut control) = (listen(options.port)?, listen(options.control_port)?);
        let poll = Poll::new()?;
        poll.registry().register(&mut viewers, VIEWERS, Interest::READABLE)?;
        poll.registry().register(&mut control, CONTROL, Interest::READABLE)?;
        let board = Board::new(options.seats);
        let (peers, free) = (Vec::new(), Vec::new());
        Ok(Self { poll, viewers, control, trigger: None, peers, free, board })
    }

    fn handle(&mut self, event: &Event) -> io::Result<()> {
        match event.token() {
            VIEWERS => self.accept_viewers(),
            CONTROL => self.accept_trigger(),
            TRIGGER => {
                self.obey();
                Ok(())
            }
            Token(number) => {
                self.hear(number);
                Ok(())
            }
        }
    }

    fn accept_viewers(&mut self) -> io::Result<()> {
        loop {
            let mut stream = match self.viewers.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            stream.set_nodelay(true)?;
            let number = self.free.pop().unwrap_or(self.peers.len());
            self.poll.registry().register(&mut stream, Token(number), Interest::READABLE)?;
            if number == self.peers.len() {
                self.peers.push(None);
            }
            self.peers[number] = Some(Peer::new(stream));
        }
    }

    fn accept_trigger(&mut self) -> io::Result<()> {
        while let Ok((mut stream, _)) = self.control.accept() {
            stream.set_nodelay(true)?;
            self.poll.registry().register(&mut stream, TRIGGER, Interest::READABLE)?;
            self.trigger = Some((stream, Vec::new()));
        }
        Ok(())
    }

    fn hear(&mut self, number: usize) {
        let Some(Some(peer)) = self.peers.get_mut(number) else { return };
        if peer.hear(&self.board) == Heard::TheEnd {
            self.peers[number] = None;
            self.free.push(number);
        }
    }

    /// Carries out what the trigger asks, a line at a time.
    fn obey(&mut self) {
        let Some((mut stream, mut heard)) = self.trigger.take() else { return };
        let still_open = peer::read_all(&mut stream, &mut heard, control::LINE_BYTES_MAX);
        while let Some(end) = heard.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = heard.drain(..=end).collect();
            let seats = std::str::from_utf8(&line).ok().and_then(control::parse);
            let answered = seats.is_some_and(|seats| {
                let change = self.board.change(seats);
                let bytes = frame(BINARY, &binary::delta(&change));
                let answered = stream.write_all(format!("{}\n", change.version).as_bytes());
                self.flush(&bytes);
                answered.is_ok()
            });
            if !answered {
                return;
            }
        }
        if still_open {
            self.trigger = Some((stream, heard));
        }
    }

    /// The floor itself: one `send` per socket.
    fn flush(&mut self, bytes: &[u8]) {
        for (number, place) in self.peers.iter_mut().enumerate() {
            if place.as_mut().is_some_and(|peer| !peer.send(bytes)) {
                *place = None;
                self.free.push(number);
            }
        }
    }
}
