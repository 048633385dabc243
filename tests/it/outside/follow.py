"""A live client on Python's `websockets`, written from the contract alone.

follow.py follow URL FORMAT VERSION   follows to that version, breaking off and resuming half-way;
                                      prints {"ready": v} at the first map, and the end as JSON
follow.py talk URL FORMAT             says what clients may and may not say; prints what came back
"""

import json
import sys

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

LETTERS = "ALRSB"
TIMEOUT = 60


class Reader:
    """Little endian, unsigned LEB128."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def done(self):
        return self.at == len(self.data)


def read_snapshot(reader):
    version, seats, encoding = reader.varint(), reader.varint(), reader.byte()
    statuses = []
    while len(statuses) < seats:
        if encoding == 0:
            pair = reader.byte()
            statuses += [pair & 15, pair >> 4]
        else:
            run = reader.varint()
            statuses += [run & 7] * (run >> 3)
    statuses = "".join(LETTERS[status] for status in statuses[:seats])
    return {"type": "snapshot", "version": version, "statuses": statuses}


def read_delta(reader):
    first, version, count = reader.varint(), reader.varint(), reader.varint()
    changes, seat = [], -1
    for _ in range(count):
        value = reader.varint()
        seat += (value >> 3) + 1
        changes.append([seat, LETTERS[value & 7]])
    return {"type": "delta", "from": first, "version": version, "changes": changes}


def read_heartbeat(reader):
    return {"type": "heartbeat", "version": reader.varint(), "viewers": reader.varint()}


def decode(frame):
    if isinstance(frame, str):
        return json.loads(frame)
    reader = Reader(frame)
    message = {1: read_snapshot, 2: read_delta, 3: read_heartbeat}[reader.byte()](reader)
    assert reader.done(), "bytes are left over"
    return message


class Map:
    """The client rule."""

    def __init__(self):
        self.epoch = self.version = None
        self.statuses, self.resyncs, self.kinds = [], 0, set()

    def take(self, message, socket):
        kind = message["type"]
        self.kinds.add(kind)
        if kind == "hello":
            self.epoch = message["epoch"]
            if message["mode"] == "snapshot":
                self.version = None
        elif kind == "snapshot":
            self.version, self.statuses = message["version"], list(message["statuses"])
        elif kind == "delta" and self.version is not None and message["version"] > self.version:
            if message["from"] > self.version:
                self.resyncs += 1
                socket.send('{"type":"resync"}')
                return
            for seat, status in message["changes"]:
                self.statuses[seat] = status
            self.version = message["version"]


def opened(url, form):
    socket = connect(url, subprotocols=[f"seatmap.v1.{form}"])
    assert socket.subprotocol == f"seatmap.v1.{form}", socket.subprotocol
    return socket


def listen(socket):
    return decode(socket.recv(timeout=TIMEOUT))


def reach(socket, seen, version):
    while seen.version is None or seen.version < version:
        seen.take(listen(socket), socket)


def follow(url, form, version):
    seen = Map()
    with opened(url, form) as socket:
        reach(socket, seen, 0)
        print(json.dumps({"ready": seen.version}), flush=True)
        reach(socket, seen, version // 2)
    with opened(f"{url}?since={seen.epoch}.{seen.version}", form) as socket:
        hello = listen(socket)
        seen.take(hello, socket)
        reach(socket, seen, version)
    end = {"version": seen.version, "epoch": seen.epoch, "statuses": "".join(seen.statuses)}
    print(json.dumps(end | {"mode": hello["mode"], "resyncs": seen.resyncs}))


def heard(socket, kind):
    while True:
        message = listen(socket)
        if message["type"] == kind:
            return message


def closed(socket):
    try:
        while True:
            socket.recv(timeout=TIMEOUT)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else None


def talk(url, form):
    said = {}
    with opened(url, form) as socket:
        heard(socket, "snapshot")
        socket.send('{"type":"ping"}')
        said["ping"] = heard(socket, "heartbeat")["version"]
        socket.send('{"type":"resync"}')
        said["resync"] = heard(socket, "snapshot")["version"]
        assert socket.ping().wait(TIMEOUT), "a WebSocket ping is answered"
        said["errors"] = []
        for garbage in ["garbage", '{"type":"buy","seat":1}', b"\x02\x00"]:
            socket.send(garbage)
            said["errors"].append(heard(socket, "error")["code"])
        said["garbage"] = closed(socket)
    with opened(url, form) as socket:
        socket.send(json.dumps({"type": "auth", "token": "x" * 5000}))
        said["long"] = closed(socket)
    print(json.dumps(said))


if __name__ == "__main__":
    verb, url, form, *rest = sys.argv[1:]
    if verb == "follow":
        follow(url, form, int(rest[0]))
    else:
        talk(url, form)
