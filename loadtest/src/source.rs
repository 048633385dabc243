//! Addresses to connect from: what viewers' sockets and buyers' connections are bound to.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd;

use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::IpBindAddressNoPort;
use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// Lets a socket connect from an address. The port is left to the connect, which needs one that is
/// free towards its target; chosen here it would have to be free towards all, and a source would
/// have its ports once instead of once for each target.
///
/// # Errors
/// When the address isn't this machine's, or not of the socket's kind (IPv4 or IPv6).
pub(crate) fn bind(socket: &impl AsFd, address: IpAddr) -> io::Result<()> {
    setsockopt(socket, IpBindAddressNoPort, &true)?;
    SockRef::from(socket).bind(&SocketAddr::new(address, 0).into())
}

/// Tries whether a target could be connected to from an address; connects to nobody.
///
/// # Errors
/// Those of [`bind`], and when the system has no more sockets.
pub(crate) fn check(address: IpAddr, target: SocketAddr) -> io::Result<()> {
    bind(&Socket::new(Domain::for_address(target), Type::STREAM, Some(Protocol::TCP))?, address)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

    use super::*;

    #[test]
    fn a_port_is_chosen_when_the_target_is_known() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let source = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).unwrap();
        bind(&socket, source).unwrap();
        let bound = || socket.local_addr().unwrap().as_socket().unwrap();
        assert_eq!(bound(), SocketAddr::new(source, 0));
        socket.connect(&listener.local_addr().unwrap().into()).unwrap();
        assert_eq!(bound().ip(), source);
        assert_ne!(bound().port(), 0);
    }

    #[test]
    fn only_addresses_of_this_machine_and_of_the_targets_kind_will_do() {
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        assert!(check(IpAddr::V4(Ipv4Addr::LOCALHOST), target).is_ok());
        // TEST-NET-1 of RFC 5737: nobody's.
        for other in [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
            assert!(check(other, target).is_err(), "{other}");
        }
    }
}
