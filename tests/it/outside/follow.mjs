// A live client on Node's `ws`, written from the contract alone.
//
// follow.mjs follow URL FORMAT VERSION   follows to that version, breaking off and resuming
//                                        half-way; prints {"ready": v} at the first map, and the
//                                        end as JSON
// follow.mjs talk URL FORMAT             says what clients may and may not say; prints what came

import { WebSocket } from "ws";

const LETTERS = "ALRSB";
const TIMEOUT_MS = 60_000;

// Little endian, unsigned LEB128.
class Reader {
  constructor(bytes) {
    [this.bytes, this.at] = [bytes, 0];
  }
  byte() {
    if (this.at >= this.bytes.length) throw new Error("the message is cut short");
    return this.bytes[this.at++];
  }
  varint() {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value;
    }
  }
}

function readSnapshot(reader) {
  const [version, seats, encoding] = [reader.varint(), reader.varint(), reader.byte()];
  const statuses = [];
  while (statuses.length < seats) {
    if (encoding === 0) {
      const pair = reader.byte();
      statuses.push(LETTERS[pair & 15], LETTERS[pair >> 4]);
    } else {
      const run = reader.varint();
      for (let left = Math.floor(run / 8); left > 0; left--) statuses.push(LETTERS[run % 8]);
    }
  }
  return { type: "snapshot", version, statuses: statuses.slice(0, seats).join("") };
}

function readDelta(reader) {
  const [from, version, count] = [reader.varint(), reader.varint(), reader.varint()];
  const changes = [];
  for (let [at, seat] = [0, -1]; at < count; at++) {
    const value = reader.varint();
    seat += Math.floor(value / 8) + 1;
    changes.push([seat, LETTERS[value % 8]]);
  }
  return { type: "delta", from, version, changes };
}

function readHeartbeat(reader) {
  return { type: "heartbeat", version: reader.varint(), viewers: reader.varint() };
}

function decode(data, isBinary) {
  if (!isBinary) return JSON.parse(data.toString());
  const reader = new Reader(data);
  const message = { 1: readSnapshot, 2: readDelta, 3: readHeartbeat }[reader.byte()](reader);
  if (reader.at !== data.length) throw new Error("bytes are left over");
  return message;
}

// A socket whose messages, and whose close code at the end, are waited for one by one.
class Line {
  constructor(url, format) {
    this.queue = [];
    this.socket = new WebSocket(url, [`seatmap.v1.${format}`]);
    this.format = format;
    this.socket.on("message", (data, isBinary) => this.put(decode(data, isBinary)));
    this.socket.on("pong", () => this.put({ type: "pong" }));
    this.socket.on("close", (code) => this.put({ type: "closed", code }));
    this.socket.on("error", (error) => console.error(error.message));
  }
  put(message) {
    this.queue.push(message);
    this.wake?.();
  }
  async next() {
    const timer = setTimeout(() => {
      console.error("nothing was said");
      process.exit(1);
    }, TIMEOUT_MS);
    while (this.queue.length === 0) await new Promise((resolve) => (this.wake = resolve));
    clearTimeout(timer);
    const expected = `seatmap.v1.${this.format}`;
    if (this.socket.protocol !== expected) throw new Error(`speaks ${this.socket.protocol}`);
    return this.queue.shift();
  }
  async heard(type) {
    for (;;) {
      const message = await this.next();
      if (message.type === type) return message;
      if (message.type === "closed") throw new Error(`closed with ${message.code}`);
    }
  }
  send(message) {
    this.socket.send(message);
  }
  async end() {
    this.socket.close();
    await this.heard("closed");
  }
}

// The client rule.
class SeatMap {
  constructor() {
    Object.assign(this, { epoch: null, version: null, statuses: [], resyncs: 0 });
  }
  take(message, line) {
    if (message.type === "closed") throw new Error(`closed with ${message.code}`);
    if (message.type === "hello") {
      this.epoch = message.epoch;
      if (message.mode === "snapshot") this.version = null;
    } else if (message.type === "snapshot") {
      this.version = message.version;
      this.statuses = [...message.statuses];
    } else if (message.type === "delta" && this.version !== null) {
      this.change(message, line);
    }
  }
  change(delta, line) {
    if (delta.version <= this.version) return;
    if (delta.from > this.version) {
      this.resyncs++;
      line.send('{"type":"resync"}');
      return;
    }
    for (const [seat, status] of delta.changes) this.statuses[seat] = status;
    this.version = delta.version;
  }
  async reach(version, line) {
    while (this.version === null || this.version < version) this.take(await line.next(), line);
  }
}

async function follow(url, format, version) {
  const map = new SeatMap();
  let line = new Line(url, format);
  await map.reach(0, line);
  console.log(JSON.stringify({ ready: map.version }));
  await map.reach(Math.floor(version / 2), line);
  await line.end();
  line = new Line(`${url}?since=${map.epoch}.${map.version}`, format);
  const hello = await line.next();
  map.take(hello, line);
  await map.reach(version, line);
  await line.end();
  const { epoch, statuses, resyncs } = map;
  const end = { version: map.version, epoch, statuses: statuses.join("") };
  console.log(JSON.stringify({ ...end, mode: hello.mode, resyncs }));
}

async function talk(url, format) {
  const said = { errors: [] };
  let line = new Line(url, format);
  await line.heard("snapshot");
  line.send('{"type":"ping"}');
  said.ping = (await line.heard("heartbeat")).version;
  line.send('{"type":"resync"}');
  said.resync = (await line.heard("snapshot")).version;
  line.socket.ping();
  await line.heard("pong");
  for (const garbage of ["garbage", '{"type":"buy","seat":1}', Buffer.from([2, 0])]) {
    line.send(garbage);
    said.errors.push((await line.heard("error")).code);
  }
  said.garbage = (await line.heard("closed")).code;
  line = new Line(url, format);
  await line.heard("snapshot");
  line.send(JSON.stringify({ type: "auth", token: "x".repeat(5000) }));
  said.long = (await line.heard("closed")).code;
  console.log(JSON.stringify(said));
}

const [verb, url, format, version] = process.argv.slice(2);
if (verb === "follow") await follow(url, format, Number(version));
else await talk(url, format);
