"""Tiny fast counting SMTP sink (standard library, epoll, one process).

  python -m bench.mail.sink --host 127.0.0.1 --port 41025

Keeps, per value of the X-Load-Id header: how often it came, when first (CLOCK_MONOTONIC) and a checksum of the bytes
from the id header to the end of the message (so lines put above it by relays do not matter).
Extra verbs for the load generator: XSTATS -> "250 {json}", XIDS -> "250 {json id:[count,time,crc]}", XRESET.
"""

import argparse
import json
import select
import socket
import time
import zlib


class Conn:
    __slots__ = ("buf", "data", "out", "s", "scan")

    def __init__(self, s):
        self.s, self.buf, self.data, self.scan, self.out = s, bytearray(), False, 0, b""


LONGEST = 3600  # seconds after which a forgotten one ends


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--host", default="127.0.0.1")
    ap.add_argument("--port", type=int, required=True)
    a = ap.parse_args()
    hdr = b"X-Load-Id: "
    L = socket.create_server((a.host, a.port), backlog=1024)
    L.setblocking(False)
    ep = select.epoll()
    ep.register(L.fileno(), select.EPOLLIN)
    conns, ids = {}, {}
    st = {"messages": 0, "bytes": 0, "connections": 0, "noid": 0}
    t_end = time.monotonic() + LONGEST
    rbuf = bytearray(1 << 18)
    rview = memoryview(rbuf)

    def reply(c, b):
        try:
            if c.out:
                c.out += b
                return
            n = c.s.send(b)
            if n < len(b):
                c.out = b[n:]
                ep.modify(c.s.fileno(), select.EPOLLIN | select.EPOLLOUT)
        except BlockingIOError:
            c.out += b
            ep.modify(c.s.fileno(), select.EPOLLIN | select.EPOLLOUT)
        except OSError:
            drop(c)

    def drop(c):
        fd = c.s.fileno()
        if fd in conns:
            del conns[fd]
            ep.unregister(fd)
            c.s.close()

    def message(c, end):
        now = time.monotonic()
        b = c.buf
        st["messages"] += 1
        st["bytes"] += end
        i = b.find(hdr, 0, 65536)
        if i < 0:
            st["noid"] += 1
        else:
            j = b.find(b"\r\n", i)
            k = bytes(b[i + len(hdr) : j]).decode("latin1")
            crc = zlib.crc32(memoryview(b)[i:end])
            e = ids.get(k)
            if e:
                e[0] += 1
            else:
                ids[k] = [1, now, crc]
        return b"250 2.0.0 Ok\r\n"

    def feed(c):
        b = c.buf
        while True:
            if c.data:
                if b.startswith(b".\r\n"):
                    end, skip = 0, 3
                else:
                    e = b.find(b"\r\n.\r\n", max(0, c.scan - 4))
                    if e < 0:
                        c.scan = len(b)
                        return
                    end, skip = e + 2, e + 5
                r = message(c, end)
                c.data, c.scan = False, 0
                del b[:skip]
                reply(c, r)
                continue
            e = b.find(b"\n")
            if e < 0:
                return
            line = bytes(b[:e]).rstrip()
            del b[: e + 1]
            v = line[:4].upper()
            if v == b"EHLO":
                reply(c, b"250-sink\r\n250-PIPELINING\r\n250-SIZE 0\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif v == b"DATA":
                c.data, c.scan = True, 0
                reply(c, b"354 go\r\n")
            elif v == b"QUIT":
                reply(c, b"221 bye\r\n")
                drop(c)
                return
            elif v == b"XSTA":
                dup = sum(1 for x in ids.values() if x[0] > 1)
                reply(
                    c, b"250 " + json.dumps({**st, "unique": len(ids), "duplicated": dup}).encode() + b"\r\n"
                )
            elif v == b"XIDS":
                reply(c, b"250 " + json.dumps(ids).encode() + b"\r\n")
            elif v == b"XRES":
                ids.clear()
                st.update(messages=0, bytes=0, connections=0, noid=0)
                reply(c, b"250 reset\r\n")
            else:
                reply(c, b"250 2.0.0 Ok\r\n")

    while time.monotonic() < t_end:
        for fd, ev in ep.poll(1):
            if fd == L.fileno():
                while True:
                    try:
                        s, _ = L.accept()
                    except BlockingIOError:
                        break
                    s.setblocking(False)
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    c = conns[s.fileno()] = Conn(s)
                    st["connections"] += 1
                    ep.register(s.fileno(), select.EPOLLIN)
                    reply(c, b"220 sink ESMTP\r\n")
                continue
            c = conns.get(fd)
            if c is None:
                continue
            if ev & select.EPOLLOUT and c.out:
                try:
                    n = c.s.send(c.out)
                    c.out = c.out[n:]
                except BlockingIOError:
                    pass
                except OSError:
                    drop(c)
                    continue
                if not c.out:
                    ep.modify(fd, select.EPOLLIN)
            if ev & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                try:
                    n = c.s.recv_into(rview)
                except BlockingIOError:
                    continue
                except OSError:
                    n = 0
                if not n:
                    drop(c)
                    continue
                c.buf += rview[:n]
                feed(c)


if __name__ == "__main__":
    main()
