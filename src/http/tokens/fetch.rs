//! Fetches a provider's keys: one GET by HTTP/1.1 on a connection of its own, over TLS where the
//! address says so. It is done once in minutes, so nothing is kept between two times. Redirects are
//! not followed: keys come from where the operator said, or not at all.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, StatusCode, Uri, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_util::task::AbortOnDropHandle;

/// How long a fetch may take, from the look-up of the name to the answer's end.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// The largest answer, in bytes. Sets with certificate chains have some 50,000.
const ANSWER_BYTES_MAX: usize = 262_144;

/// Where a provider publishes its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwksUrl(Uri);

impl FromStr for JwksUrl {
    type Err = String;

    /// A full address by http or https, without a name and password in it.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |reason: &str| {
            format!("{reason}, as in https://login.example/.well-known/jwks.json is asked for")
        };
        let uri: Uri = text.trim().parse().map_err(|_| wrong("a full address"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(wrong("http:// or https://"));
        }
        let authority = uri.authority().ok_or_else(|| wrong("a host"))?;
        if authority.host().is_empty() {
            return Err(wrong("a host"));
        }
        if authority.as_str().contains('@') {
            return Err(wrong("an address without name and password"));
        }
        Ok(Self(uri))
    }
}

impl std::fmt::Display for JwksUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl JwksUrl {
    /// Whether somebody between here and there could exchange the keys.
    pub(super) fn is_exposed(&self) -> bool {
        let is_near = self.host() == "localhost"
            || self.host().parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        !self.is_encrypted() && !is_near
    }

    fn is_encrypted(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// The host, an address of IPv6 without its brackets.
    fn host(&self) -> &str {
        self.0.host().unwrap_or_default().trim_matches(['[', ']'])
    }

    fn port(&self) -> u16 {
        self.0.port_u16().unwrap_or(if self.is_encrypted() { 443 } else { 80 })
    }
}

/// What fetches from one address.
pub(super) struct Source {
    url: JwksUrl,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Source {
    /// Prepares for fetching; nothing is sent yet.
    ///
    /// # Errors
    /// When the address asks for TLS, and its host has no name that a certificate could have or
    /// this machine knows no authorities to trust in.
    pub(super) fn new(url: JwksUrl) -> Result<Self, String> {
        if !url.is_encrypted() {
            return Ok(Self { url, tls: None });
        }
        let name = ServerName::try_from(url.host().to_owned());
        let name = name.map_err(|_| format!("{} is no name of a host", url.host()))?;
        Ok(Self { url, tls: Some((connector()?, name)) })
    }

    /// The answer's body, or why there is none.
    pub(super) async fn fetch(&self) -> Result<Bytes, String> {
        let answer = timeout(FETCH_TIMEOUT, self.connect_and_get()).await;
        answer.unwrap_or_else(|_| Err(format!("no answer in {} s", FETCH_TIMEOUT.as_secs())))
    }

    async fn connect_and_get(&self) -> Result<Bytes, String> {
        let stream = TcpStream::connect((self.url.host(), self.url.port())).await;
        let stream = stream.map_err(|error| format!("it can't be reached: {error}"))?;
        match &self.tls {
            None => self.get(stream).await,
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream).await;
                self.get(stream.map_err(|error| format!("no TLS with it: {error}"))?).await
            }
        }
    }

    async fn get<S>(&self, stream: S) -> Result<Bytes, String>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let broken = |error: hyper::Error| format!("its answer can't be read: {error}");
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // Ends with this call, whatever the other side does.
        let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
        let response = sender.send_request(self.request()?).await.map_err(broken)?;
        if response.status() != StatusCode::OK {
            return Err(format!("it answered {}", response.status()));
        }
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| {
            format!("its answer of at most {ANSWER_BYTES_MAX} bytes can't be read: {error}")
        })?;
        Ok(body.to_bytes())
    }

    fn request(&self) -> Result<Request<Empty<Bytes>>, String> {
        let uri = &self.url.0;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let host = uri.authority().map_or("", |authority| authority.as_str());
        Request::get(path)
            .header(header::HOST, host)
            .header(header::ACCEPT, "application/jwk-set+json, application/json")
            .header(header::USER_AGENT, concat!("seatmap/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close")
            .body(Empty::new())
            .map_err(|error| error.to_string())
    }
}

/// TLS as this machine trusts others.
fn connector() -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err("this machine knows no certificate authorities: install ca-certificates, or \
                    name a file of them by SSL_CERT_FILE"
            .to_owned());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// What comes of fetching from somebody who says this, and what they were asked.
    async fn fetched(says: &str) -> (Result<Bytes, String>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/keys?a=b", listener.local_addr().expect("an address"));
        let source = Source::new(url.parse().expect("an address")).expect("a source");
        let answering = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut asked = vec![0; 4_096];
            let read = stream.read(&mut asked).await.expect("a request");
            // Who has read enough hangs up.
            let _ = stream.write_all(says.as_bytes()).await;
            String::from_utf8_lossy(&asked[..read]).into_owned()
        };
        tokio::join!(source.fetch(), answering)
    }

    #[tokio::test]
    async fn an_answer_is_fetched() {
        let (answer, asked) = fetched("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
        assert_eq!(answer.expect("an answer"), "{}");
        assert!(asked.starts_with("GET /keys?a=b HTTP/1.1\r\n"), "{asked}");
        assert!(asked.to_lowercase().contains("\r\nhost: 127.0.0.1:"), "{asked}");
    }

    #[tokio::test]
    async fn what_is_no_answer_is_said() {
        let large = "x".repeat(ANSWER_BYTES_MAX + 1);
        let long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{large}", large.len());
        let endless = format!("HTTP/1.1 200 OK\r\n\r\n{large}");
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n";
        for (says, wrong) in [
            (long.as_str(), "bytes"),
            (endless.as_str(), "bytes"),
            (elsewhere, "302"),
            ("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", "500"),
            ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}", "read"),
            ("hello", "read"),
            ("", "read"),
        ] {
            let said = fetched(says).await.0.expect_err(wrong);
            assert!(said.contains(wrong), "{said} instead of {wrong}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let source = Source::new(url.parse().expect("an address")).expect("a source");
        let said = source.fetch().await.expect_err("nobody answers");
        assert!(said.contains("no answer in 5 s"), "{said}");
    }

    #[test]
    fn an_address_is_full_and_of_the_web() {
        for (text, host, port, exposed) in [
            ("https://login.example/keys", "login.example", 443, false),
            ("http://keycloak:8080/realms/x/certs", "keycloak", 8080, true),
            ("http://localhost:8080/keys", "localhost", 8080, false),
            ("http://127.0.0.1/keys", "127.0.0.1", 80, false),
            ("https://[::1]:9000", "::1", 9000, false),
            ("http://[::1]:9000", "::1", 9000, false),
        ] {
            let url: JwksUrl = text.parse().expect(text);
            assert_eq!((url.host(), url.port(), url.is_exposed()), (host, port, exposed));
        }
        for (text, wrong) in [
            ("", "full address"),
            ("login.example", "http://"),
            ("/keys", "http://"),
            ("ftp://login.example/keys", "http://"),
            ("file:///keys", ""),
            ("https://", ""),
            ("https://:443/", ""),
            ("https://anna:secret@login.example/keys", "password"),
            ("https://login.example/ke ys", "full address"),
        ] {
            let said = text.parse::<JwksUrl>().expect_err(text);
            assert!(said.contains(wrong), "{said} instead of {wrong}");
        }
    }
}
