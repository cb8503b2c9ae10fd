//! How long a small POST over a kept-alive connection takes, and how much of it is this crate: `cargo run --release --example roundtrip`.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use llrt_http::{Client, Config, HeaderValue, Method, Origin, Request};

const ROUNDS: u32 = 20_000;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(thread::spawn(|| serve(stream)))));

    let mut socket = TcpStream::connect(address)?;
    socket.set_nodelay(true)?;
    let body = format!("{{\"pad\":\"{}\"}}", "x".repeat(300));
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: DynamoDB_20120810.PutItem\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = head + &body;
    let plain = measure(|| {
        let mut answer = [0; 1024];
        socket.write_all(request.as_bytes())?;
        socket.read(&mut answer).map(drop)
    })?;
    report("bare blocking socket", plain);

    let client = Client::new(Config::default());
    let loop_ = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ours = loop_.block_on(async {
        let (start, cpu) = (Instant::now(), thread_cpu());
        for _ in 0..ROUNDS {
            let mut request = Request::new(Method::POST, Origin::http("127.0.0.1", address.port()), "/");
            request.headers.insert("x-amz-target", HeaderValue::from_static("DynamoDB_20120810.PutItem"));
            request.body = body.clone().into_bytes().into();
            let mut response = client.send(request).await?;
            response.body.collect().await?;
        }
        Ok::<_, llrt_http::Error>((start.elapsed(), thread_cpu() - cpu))
    })?;
    report("llrt-http", ours);
    Ok(())
}

fn measure(mut round: impl FnMut() -> std::io::Result<()>) -> std::io::Result<(Duration, Duration)> {
    let (start, cpu) = (Instant::now(), thread_cpu());
    for _ in 0..ROUNDS {
        round()?;
    }
    Ok((start.elapsed(), thread_cpu() - cpu))
}

fn report(name: &str, (wall, cpu): (Duration, Duration)) {
    eprintln!("{name}: {:?} a request, {:?} of it on the processor", wall / ROUNDS, cpu / ROUNDS);
}

fn serve(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut request = [0; 4096];
    while matches!(stream.read(&mut request), Ok(1..)) && stream.write_all(ANSWER).is_ok() {}
}

fn thread_cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a clock that exists and a place for its time.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
