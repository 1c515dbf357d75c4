//! The server: a port of the loopback interface, and limits that no client can exceed.
//!
//! Enters: connections. Leaves: what [`guard`] lets through is answered, each request on a connection of its own. Whoever sends slowly, much or
//! often is cut off; the program stays.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(unix)]
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request as Asked, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::guard::{self, Aim};
use super::keys::random;
use super::{Entered, Keys, Reply, Request, Site, pages};
use crate::disk::Failure;

/// So many connections at once; a browser opens six.
const CONNECTIONS: usize = 64;
/// A head is here by then, or never.
const HEAD: Duration = Duration::from_secs(5);
/// And the rest of a request by then.
const BODY: Duration = Duration::from_secs(10);
/// However long an answer takes, and whoever reads it: then the connection is closed.
const CONNECTION: Duration = Duration::from_mins(5);
/// The most headers of a request.
const HEADERS: usize = 64;
/// The most bytes of a request's head.
const HEAD_BYTES: usize = 16 * 1024;
/// The most bytes that may be sent: choices of services, never documents.
const BODY_BYTES: usize = 1024 * 1024;
/// So many questions are answered at once, those to clusters counted one by one.
const THREADS: usize = 64;

/// A server that nobody was told of yet.
pub struct Bound {
    listener: std::net::TcpListener,
    keys: Arc<Keys>,
}

/// Takes a port of the loopback interface; any free one for 0.
///
/// # Errors
/// Where the port is taken.
pub fn bind(port: u16) -> Result<Bound, Failure> {
    let failure = |error: std::io::Error| {
        let failure = Failure::new(format!("cannot listen at 127.0.0.1:{port}: {error}"));
        failure.maybe_help((port > 0).then(|| "without --port any free one is taken".to_owned()))
    };
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failure)?;
    listener.set_nonblocking(true).map_err(failure)?;
    let port = listener.local_addr().map_err(failure)?.port();
    Ok(Bound { listener, keys: Arc::new(Keys::new(port)?) })
}

impl Bound {
    /// The address to open, which works once.
    #[must_use]
    pub fn address(&self) -> String {
        self.keys.address()
    }

    /// A page that leads to that address, for a file that only the user can read, and a name for its folder that nobody guesses.
    ///
    /// # Errors
    /// Where the system has no random bytes.
    pub fn doorway(&self) -> Result<(String, String), Failure> {
        Ok((format!("cwc-{}", random()?), pages::doorway(&self.address())))
    }

    /// Answers until the program is told to end; `entered` is called when somebody came with the address.
    ///
    /// # Errors
    /// Where the system gives no means to.
    pub fn run(self, site: Arc<Site>, entered: Arc<Entered>) -> Result<(), Failure> {
        let failure = |error: std::io::Error| Failure::new(format!("cannot serve: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(THREADS)
            .build()
            .map_err(failure)?;
        let served = runtime.block_on(async {
            let listener = TcpListener::from_std(self.listener).map_err(failure)?;
            let ended = ended().map_err(failure)?;
            let door = Door { keys: self.keys, site, entered };
            match select(pin!(accept(listener, door)), pin!(ended)).await {
                Either::Left((never, _)) => match never {},
                Either::Right(((), _)) => Ok(()),
            }
        });
        // What is still being answered, nobody waits for.
        runtime.shutdown_background();
        served
    }
}

/// What a connection is answered with.
#[derive(Clone)]
struct Door {
    keys: Arc<Keys>,
    site: Arc<Site>,
    entered: Arc<Entered>,
}

async fn accept(listener: TcpListener, door: Door) -> Infallible {
    let open = Arc::new(AtomicUsize::new(0));
    loop {
        // Too many files are open, or the client is gone already: the next one may do better.
        let Ok((stream, from)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if open.load(Ordering::Relaxed) >= CONNECTIONS || !is_loopback(from) {
            continue;
        }
        open.fetch_add(1, Ordering::Relaxed);
        let (open, door) = (Arc::clone(&open), door.clone());
        tokio::spawn(async move {
            connection(TokioIo::new(stream), door).await;
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Waits for what ends a program: Ctrl-C, a terminal that is closed, or somebody who asks for it.
#[cfg(unix)]
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals = kinds.into_iter().map(signal).collect::<std::io::Result<Vec<_>>>()?;
    Ok(std::future::poll_fn(move |context| {
        let any = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if any { Poll::Ready(()) } else { Poll::Pending }
    }))
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn is_loopback(from: SocketAddr) -> bool {
    from.ip().is_loopback()
}

async fn connection(stream: TokioIo<tokio::net::TcpStream>, door: Door) {
    let service = service_fn(move |asked| {
        let door = door.clone();
        async move { Ok::<_, Infallible>(answered(asked, door).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(HEADERS)
        .max_buf_size(HEAD_BYTES)
        .keep_alive(false);
    // Whatever becomes of it is the client's affair.
    let _ = timeout(CONNECTION, http.serve_connection(stream, service)).await;
}

async fn answered(asked: Asked<Incoming>, door: Door) -> Response<Full<Bytes>> {
    let Door { keys, site, entered } = door;
    let (head, body) = asked.into_parts();
    let target = head.uri.path_and_query().map_or("", |target| target.as_str());
    let aim = if head.uri.scheme().is_some() {
        Err((400, "this is no proxy"))
    } else {
        guard::judge(&head.method, target, &head.headers, &keys)
    };
    match aim {
        Err((status, why)) => response(Reply::text(status, why), None),
        Ok(Aim::Enter) => {
            entered();
            let page = pages::entrance(&keys.folder());
            response(page, Some(keys.set_cookie()))
        }
        Ok(Aim::Page(path)) => {
            let page = pages::find(&path);
            response(page.unwrap_or_else(|| Reply::text(404, "there is no such page")), None)
        }
        Ok(Aim::Ask(path, query, sent)) => {
            let body = if sent { read(body).await.map(Some) } else { Ok(None) };
            let reply = match body {
                Err(refusal) => refusal,
                Ok(body) => ask(site, Request { path, query, body }).await,
            };
            response(reply, None)
        }
    }
}

/// What was sent, if it is here in time and not too much.
async fn read(body: Incoming) -> Result<Vec<u8>, Reply> {
    let read = timeout(BODY, Limited::new(body, BODY_BYTES).collect()).await;
    let read = read.map_err(|_| Reply::text(408, "it took too long"))?;
    let read = read.map_err(|_| Reply::text(413, "it is too much, or broke off"))?;
    Ok(read.to_bytes().to_vec())
}

/// Answers on a thread of its own: what is asked may be to compile a large fleet.
async fn ask(site: Arc<Site>, request: Request) -> Reply {
    let answer = tokio::task::spawn_blocking(move || site(&request)).await;
    answer.unwrap_or_else(|_| Reply::text(500, "cwc stopped over this: a fault of its own"))
}

/// An answer with what every answer has.
fn response(reply: Reply, cookie: Option<String>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() = hyper::StatusCode::from_u16(reply.status).unwrap_or_default();
    let headers = response.headers_mut();
    let fixed = pages::HEADERS.iter().copied().chain([("content-type", reply.kind)]);
    for (name, value) in fixed {
        headers.insert(name, hyper::header::HeaderValue::from_static(value));
    }
    if let Some(Ok(cookie)) = cookie.map(hyper::header::HeaderValue::try_from) {
        headers.insert("set-cookie", cookie);
    }
    response
}
