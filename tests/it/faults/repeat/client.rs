//! The connection between client and node is cut at every step of a request: before it is sent,
//! within its head and its body, while it is carried out, while its answer is on its way.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Call, Scene, Which, every_call};
use crate::support::{eventually, invariants};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// When the client goes.
#[derive(Clone, Copy, Debug)]
enum Gone {
    /// Having sent so many bytes.
    Sent(usize),
    /// Having sent all, and its end with it.
    AllAndEnd,
    /// Having sent all, once it has happened.
    Effect,
    /// Having read so many bytes of the answer.
    Read(usize),
}

every_call!(gone_at_every_step);

async fn gone_at_every_step(which: Which) {
    let mut scene = Scene::set(REQUEST_TIMEOUT).await;
    let call = scene.ready(which).await;
    let (head, body) = bytes(&scene, &call);
    let (head, whole) = (head.len(), head.len() + body.len());
    let steps = [
        Gone::Sent(0),
        Gone::Sent(1),
        Gone::Sent(head / 2),
        Gone::Sent(head - 2),
        Gone::Sent(head),
        Gone::Sent(head + 1),
        Gone::Sent(whole - 1),
        Gone::Sent(whole),
        Gone::AllAndEnd,
        Gone::Effect,
        Gone::Read(1),
        Gone::Read(100),
    ];
    for gone in steps {
        let call = scene.ready(which).await;
        let before = scene.effects(&call).await;
        leave(&scene, &call, before, gone).await;
        scene.judge(&call, before, None, &format!("{which:?}, {gone:?}")).await;
    }
    invariants::hold(&scene.database).await;
}

async fn leave(scene: &Scene, call: &Call, before: i64, gone: Gone) {
    let mut stream = TcpStream::connect(scene.server.address).await.expect("a connection");
    let (head, body) = bytes(scene, call);
    let whole = [head, body].concat();
    let sent = if let Gone::Sent(sent) = gone { sent.min(whole.len()) } else { whole.len() };
    stream.write_all(&whole[..sent]).await.expect("sent");
    match gone {
        Gone::Sent(_) => {}
        Gone::AllAndEnd => stream.shutdown().await.expect("an end"),
        Gone::Effect => {
            eventually("it happens", async || scene.effects(call).await > before).await;
        }
        Gone::Read(count) => {
            stream.read_exact(&mut vec![0; count]).await.expect("the answer's beginning");
        }
    }
}

/// The request as it crosses the wire: head and body.
pub(super) fn bytes(scene: &Scene, call: &Call) -> (Vec<u8>, Vec<u8>) {
    let body = serde_json::to_vec(&call.body).expect("JSON");
    let head = format!(
        "{} /api/v1{} HTTP/1.1\r\nHost: {}\r\nX-Session-ID: anna\r\nIdempotency-Key: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        call.method,
        call.path,
        scene.server.address,
        call.key,
        body.len(),
    );
    (head.into_bytes(), body)
}
