//! UTF-8: group 6.

use seatmap::hub::settings::SocketWay;
use seatmap::protocol::live::close::NOT_UTF8;

use super::Comes::{Close, Error, Heartbeat};
use super::bytes::{BINARY, CONTINUATION, FIN, TEXT, concat, frame, text};
use super::{row, try_all};
use crate::support::both_ways;

both_ways! { what_is_utf_8, what_is_not }

const REFUSED: [super::Comes; 1] = [Close(Some(NOT_UTF8))];

/// Sequences that are no UTF-8, by the cases of the suite.
const WRONG: &[(&str, &[u8])] = &[
    ("6.3.1 five good letters, a surrogate and an end", b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80edited"),
    ("6.8.1 the first of five bytes", b"\xf8\x88\x80\x80\x80"),
    ("6.8.2 the first of six bytes", b"\xfc\x84\x80\x80\x80\x80"),
    ("6.10.1 the last of four bytes", b"\xf7\xbf\xbf\xbf"),
    ("6.10.2 the last of five bytes", b"\xfb\xbf\xbf\xbf\xbf"),
    ("6.10.3 the last of six bytes", b"\xfd\xbf\xbf\xbf\xbf\xbf"),
    ("6.11.5 above U+10FFFF", b"\xf4\x90\x80\x80"),
    ("6.12.1 a continuation alone", b"\x80"),
    ("6.12.2 the last continuation alone", b"\xbf"),
    ("6.12.3 two continuations", b"\x80\xbf"),
    ("6.12.4 three", b"\x80\xbf\x80"),
    ("6.12.5 four", b"\x80\xbf\x80\xbf"),
    ("6.12.6 five", b"\x80\xbf\x80\xbf\x80"),
    ("6.12.7 six", b"\x80\xbf\x80\xbf\x80\xbf"),
    ("6.14.1 the last of two is missing", b"\xc0"),
    ("6.14.2 the last of three", b"\xe0\x80"),
    ("6.14.3 the last of four", b"\xf0\x80\x80"),
    ("6.14.4 the last of five", b"\xf8\x80\x80\x80"),
    ("6.14.5 the last of six", b"\xfc\x80\x80\x80\x80"),
    ("6.14.6 the last of two", b"\xdf"),
    ("6.14.7 the last of three", b"\xef\xbf"),
    ("6.14.8 the last of four", b"\xf7\xbf\xbf"),
    ("6.14.9 the last of five", b"\xfb\xbf\xbf\xbf"),
    ("6.14.10 the last of six", b"\xfd\xbf\xbf\xbf\xbf"),
    (
        "6.15.1 all of these",
        b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80\xfc\x80\x80\x80\x80\
          \xdf\xef\xbf\xf7\xbf\xbf\xfb\xbf\xbf\xbf\xfd\xbf\xbf\xbf\xbf",
    ),
    ("6.16.1 no byte of UTF-8", b"\xfe"),
    ("6.16.2 none either", b"\xff"),
    ("6.16.3 four such", b"\xfe\xfe\xff\xff"),
    ("6.17.1 a slash in two bytes", b"\xc0\xaf"),
    ("6.17.2 a slash in three", b"\xe0\x80\xaf"),
    ("6.17.3 a slash in four", b"\xf0\x80\x80\xaf"),
    ("6.17.4 a slash in five", b"\xf8\x80\x80\x80\xaf"),
    ("6.17.5 a slash in six", b"\xfc\x80\x80\x80\x80\xaf"),
    ("6.18.1 the largest in two that fits one", b"\xc1\xbf"),
    ("6.18.2 in three that fits two", b"\xe0\x9f\xbf"),
    ("6.18.3 in four that fits three", b"\xf0\x8f\xbf\xbf"),
    ("6.18.4 in five that fits four", b"\xf8\x87\xbf\xbf\xbf"),
    ("6.18.5 in six that fits five", b"\xfc\x83\xbf\xbf\xbf\xbf"),
    ("6.19.1 zero in two bytes", b"\xc0\x80"),
    ("6.19.2 zero in three", b"\xe0\x80\x80"),
    ("6.19.3 zero in four", b"\xf0\x80\x80\x80"),
    ("6.19.4 zero in five", b"\xf8\x80\x80\x80\x80"),
    ("6.19.5 zero in six", b"\xfc\x80\x80\x80\x80\x80"),
    ("6.20.1 the surrogate D800", b"\xed\xa0\x80"),
    ("6.20.2 the surrogate DB7F", b"\xed\xad\xbf"),
    ("6.20.3 the surrogate DB80", b"\xed\xae\x80"),
    ("6.20.4 the surrogate DBFF", b"\xed\xaf\xbf"),
    ("6.20.5 the surrogate DC00", b"\xed\xb0\x80"),
    ("6.20.6 the surrogate DF80", b"\xed\xbe\x80"),
    ("6.20.7 the surrogate DFFF", b"\xed\xbf\xbf"),
    ("6.21.1 the pair D800 DC00", b"\xed\xa0\x80\xed\xb0\x80"),
    ("6.21.2 the pair D800 DFFF", b"\xed\xa0\x80\xed\xbf\xbf"),
    ("6.21.3 the pair DB7F DC00", b"\xed\xad\xbf\xed\xb0\x80"),
    ("6.21.4 the pair DB7F DFFF", b"\xed\xad\xbf\xed\xbf\xbf"),
    ("6.21.5 the pair DB80 DC00", b"\xed\xae\x80\xed\xb0\x80"),
    ("6.21.6 the pair DB80 DFFF", b"\xed\xae\x80\xed\xbf\xbf"),
    ("6.21.7 the pair DBFF DC00", b"\xed\xaf\xbf\xed\xb0\x80"),
    ("6.21.8 the pair DBFF DFFF", b"\xed\xaf\xbf\xed\xbf\xbf"),
    // Besides the suite's: a sequence cut short before something good, at each length.
    ("a beginning of two before a letter", b"\xc2a"),
    ("a beginning of three before a letter", b"\xe2\x82a"),
    ("a beginning of four before a letter", b"\xf0\x9f\x8ea"),
    ("a beginning of two before another", b"\xc2\xc2\x80"),
    ("a beginning of three before another", b"\xe2\x82\xe2\x82\xac"),
    ("a beginning of four before another", b"\xf0\x9f\x8e\xf0\x9f\x8e\xab"),
    ("a letter and one continuation too many", b"\xc2\x80\x80"),
    ("three bytes and one too many", b"\xe2\x82\xac\x80"),
    ("four bytes and one too many", b"\xf0\x9f\x8e\xab\x80"),
];

/// Bytes that begin a sequence, of so many bytes (6.13): none says anything before a space.
const BEGINNINGS: [(u8, u8, usize); 5] =
    [(0xc0, 0xdf, 2), (0xe0, 0xef, 3), (0xf0, 0xf7, 4), (0xf8, 0xfb, 5), (0xfc, 0xfd, 6)];

/// The cases that come in rows: 6.12.8, 6.13, and what they are made of one by one.
fn wrong_in_rows() -> Vec<(String, Vec<u8>)> {
    let continuations: Vec<u8> = (0x80..=0xbf).collect();
    let alone = continuations.iter().map(|byte| (format!("6.12 {byte:02x} alone"), vec![*byte]));
    let mut rows: Vec<_> = alone.collect();
    rows.push(("6.12.8 all continuations".to_owned(), continuations));
    for (at, (first, last, length)) in BEGINNINGS.into_iter().enumerate() {
        let number = at + 1;
        let spaced = (first..=last).flat_map(|byte| [byte, b' ']).collect();
        rows.push((format!("6.13.{number} all beginnings of {length} bytes"), spaced));
        for byte in first..=last {
            rows.push((format!("6.13.{number} {byte:02x} before a space"), vec![byte, b' ']));
            let mut cut_short = vec![byte];
            cut_short.resize(length - 1, 0xbf);
            rows.push((format!("6.14 {byte:02x} without its last continuation"), cut_short));
        }
    }
    rows
}

/// Texts that are UTF-8, by the cases of the suite.
const RIGHT: &[(&str, &[u8])] = &[
    ("6.2.1 several letters", "Hello-µ@ßöäüàá-UTF-8!!".as_bytes()),
    ("6.5.1 letters of one byte", b"hello$world"),
    ("6.5.2 and of one again", b"hello\x24world"),
    ("6.5.3 of two", b"hello\xc2\xa2world"),
    ("6.5.4 of three", b"hello\xe2\x82\xacworld"),
    ("6.5.5 of four", b"hello\xf0\xa4\xad\xa2world"),
    ("6.7.1 the first of one byte", b"\x00"),
    ("6.7.2 the first of two", b"\xc2\x80"),
    ("6.7.3 the first of three", b"\xe0\xa0\x80"),
    ("6.7.4 the first of four", b"\xf0\x90\x80\x80"),
    ("6.9.1 the last of one byte", b"\x7f"),
    ("6.9.2 the last of two", b"\xdf\xbf"),
    ("6.9.3 the last of three", b"\xef\xbf\xbf"),
    ("6.9.4 the last of four", b"\xf4\x8f\xbf\xbf"),
    ("6.11.1 before the surrogates", b"\xed\x9f\xbf"),
    ("6.11.2 after them", b"\xee\x80\x80"),
    ("6.11.3 the replacement", b"\xef\xbf\xbd"),
    ("6.11.4 the very last", b"\xf4\x8f\xbf\xbf"),
    ("a pair that is one letter", b"\xf0\x9f\x8e\xab"),
    ("a mark at the beginning", b"\xef\xbb\xbf{}"),
    ("letters of all lengths", "a¢€𝄞".as_bytes()),
];

/// The cases that come in rows: code points that are no characters (6.22), and special ones (6.23).
fn right_in_rows() -> Vec<(String, Vec<u8>)> {
    let no_characters = (0..=16_u32).flat_map(|plane| [0xfffe, 0xffff].map(|at| plane << 16 | at));
    let no_characters = no_characters.map(|point| ("6.22", point));
    let special = (0xfff9..=0xffff_u32).map(|point| ("6.23", point));
    let to_row = |(case, point): (&str, u32)| {
        let letter = char::from_u32(point).expect("no surrogate");
        (format!("{case} U+{point:04X}"), letter.to_string().into_bytes())
    };
    no_characters.chain(special).map(to_row).collect()
}

async fn what_is_utf_8(sockets: SocketWay) {
    let right = RIGHT.iter().map(|(name, right)| ((*name).to_owned(), right.to_vec()));
    let mut rows = Vec::new();
    for (name, right) in right.chain(right_in_rows()) {
        let bytewise = fragmented(&right);
        rows.push(row(format!("{name}, a fragment for each byte"), "5.6", bytewise, [Error]));
        rows.push(row(name, "8.1", text(right), [Error]));
    }
    // 6.6: prefixes of five letters, good where a letter ends.
    let letters = "κόσμε";
    for length in 1..=letters.len() {
        let comes = if letters.is_char_boundary(length) { [Error] } else { REFUSED };
        let prefix = &letters.as_bytes()[..length];
        rows.push(row(format!("6.6.{length} a prefix"), "8.1", text(prefix), comes));
    }
    let message = r#"{"type":"ping","greeting":"κόσμε, 𝄞"}"#.as_bytes();
    rows.push(row("6.2.1 several letters", "8.1", text(message), [Heartbeat]));
    for cut in 0..=message.len() {
        let (one, two) = message.split_at(cut);
        let sent = concat(&[frame(TEXT, one), frame(FIN | CONTINUATION, two)]);
        rows.push(row(format!("6.2.3 cut at {cut}"), "5.6", sent, [Heartbeat]));
    }
    let binary = frame(FIN | BINARY, b"\xff\xfe");
    rows.push(row("a binary message needs to be none", "5.6", binary, [Error]));
    try_all(sockets, rows).await;
}

/// A text with a frame for each byte (6.2.3, 6.3.2).
fn fragmented(content: &[u8]) -> Vec<u8> {
    let last = content.len() - 1;
    let piece = |(at, byte): (usize, &u8)| {
        let first = if at == 0 { TEXT } else { CONTINUATION };
        frame(first | if at == last { FIN } else { 0 }, [*byte])
    };
    content.iter().enumerate().flat_map(piece).collect()
}

async fn what_is_not(sockets: SocketWay) {
    let mut rows = Vec::new();
    let wrong = WRONG.iter().map(|(name, wrong)| ((*name).to_owned(), wrong.to_vec()));
    for (name, wrong) in wrong.chain(wrong_in_rows()) {
        let (one, two) = wrong.split_at(wrong.len() / 2);
        let sent = concat(&[frame(TEXT, one), frame(FIN | CONTINUATION, two)]);
        rows.push(row(format!("{name}, in two fragments"), "8.1", sent, REFUSED));
        let bytewise = fragmented(&wrong);
        rows.push(row(format!("{name}, a fragment for each byte"), "8.1", bytewise, REFUSED));
        rows.push(row(name, "8.1", text(wrong), REFUSED));
    }
    // 6.4: not later than at the end of the fragment in which it went wrong.
    let early = frame(TEXT, b"\xce\xba\xf4\x90\x80\x80");
    rows.push(row("6.4 found before the message ends", "8.1", early, REFUSED));
    let cut = concat(&[frame(TEXT, b"\xce"), frame(CONTINUATION, b"\xce")]);
    rows.push(row("6.4 found where fragments meet", "8.1", cut, REFUSED));
    try_all(sockets, rows).await;
}
