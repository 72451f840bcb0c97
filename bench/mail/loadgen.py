"""SMTP load generator with an exactly-once check.

  python -m bench.mail.sink --port 41025 &
  python -m bench.mail.loadgen --host 127.0.0.1 --port 41000 --mix DIR -n 1000 -c 10 --sink 127.0.0.1:41025

--mix DIR       a folder of *.eml made by corpus.py (sent round-robin in a seeded order)
--mix fixed:SIZE  one text message of SIZE bytes (5k, 100k, 2m)
-n N / -c C     messages in all, and concurrent SMTP sessions
--per-conn M    messages per connection (default 0: all on one; 1: a new connection for each message)
--rate R        open loop: R messages/s offered at most (latency then is from the moment it was due)
--rcpts R       recipients per message
--sources S     so many loopback addresses that the sessions come from, by turns
--skip K        begin with the message of this number
--retry         a message that hears 4xx is kept and offered again once all others have been
--sink H:P      sink.py's address: waits until every accepted message is there (--drain seconds at most), then
                says missing / duplicated / changed bytes / unexpected, and end-to-end latency
Prints one JSON line: msgs/s accepted, p50/p95/p99 of (a) whole transaction MAIL..final reply, (b) end of data ->
final reply, (c) end of data -> in the sink; how long those waited who heard 4xx, and the slowest reply of all; errors by kind; delivered msgs/s.
"""

import argparse
import contextlib
import errno
import itertools
import json
import os
import select
import socket
import sys
import time
import zlib
from collections import Counter, deque

from bench.mail.messages import CRLF, ask, load_mix, stuff


def pct(v, q):
    if not v:
        return None
    v = sorted(v)
    return round(1e3 * v[min(len(v) - 1, int(q * len(v)))], 3)


PAUSE = 0.002  # seconds: who was turned away does not knock without end


class Sess:
    __slots__ = ("fd", "greet", "inb", "mid", "out", "pos", "rc", "s", "sent", "st", "t0", "t1", "want")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--host", default="127.0.0.1")
    ap.add_argument("--port", type=int, required=True)
    ap.add_argument("--mix", required=True)
    ap.add_argument("-n", type=int, default=1000)
    ap.add_argument("-c", type=int, default=10)
    ap.add_argument("--per-conn", type=int, default=0)
    ap.add_argument("--rate", type=float, default=0)
    ap.add_argument("--rcpts", type=int, default=1)
    ap.add_argument("--sink")
    ap.add_argument("--drain", type=float, default=60)
    ap.add_argument("--max-seconds", type=float, default=300)
    ap.add_argument("--sources", type=int, default=1)
    ap.add_argument("--skip", type=int, default=0)
    ap.add_argument("--retry", action="store_true")
    ap.add_argument("--no-reset", action="store_true")
    ap.add_argument(
        "--crc", action="store_true", help="compare bytes from the id header on with what the sink got"
    )
    ap.add_argument("--tag", default="")
    a = ap.parse_args()
    msgs = [stuff(b) for b in load_mix(a.mix)]
    raws = load_mix(a.mix) if a.crc else None
    run = f"{os.getpid():x}{int(time.time()):x}"
    sink = None
    if a.sink:
        h, p = a.sink.rsplit(":", 1)
        sink = (h, int(p))
        if not a.no_reset:
            ask(sink, b"XRESET")
    ep = select.epoll()
    sess = {}
    codes, errors = Counter(), Counter()
    lat_tx, lat_eod, lat_4xx, t_eod, accepted = [], [], [], {}, {}
    again, slowest, made = deque(), 0.0, itertools.count()
    nxt = 0
    done = 0
    idle, later = (
        deque(),
        deque(),
    )  # sessions without a message yet; when those that were turned away come again
    start = time.monotonic()
    stop_at = start + a.max_seconds
    rcpt = [b"RCPT TO:<p%d@home.example>\r\n" % i for i in range(a.rcpts)]
    nbytes = 0

    def take():
        nonlocal nxt
        if nxt >= a.n:
            return again.popleft() if again else None
        if a.rate and start + nxt / a.rate > time.monotonic():
            return -1
        nxt += 1
        return nxt - 1

    def connect():
        c = Sess()
        c.s = socket.socket()
        c.s.setblocking(False)
        c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if a.sources > 1:
            c.s.bind((f"127.0.0.{1 + next(made) % a.sources}", 0))
        with contextlib.suppress(BlockingIOError):
            c.s.connect((a.host, a.port))
        c.fd, c.st, c.inb, c.out, c.pos, c.sent, c.mid = c.s.fileno(), "greet", b"", None, 0, 0, None
        sess[c.fd] = c
        ep.register(c.fd, select.EPOLLIN)
        return c

    def close(c, why=None):
        nonlocal done
        if c.fd in sess:
            if why:
                errors[why] += 1
                if c.mid is not None:
                    done += 1
            del sess[c.fd]
            ep.unregister(c.fd)
            c.s.close()
        if nxt < a.n and time.monotonic() < stop_at and len(sess) + len(later) < a.c:
            if why:
                later.append(time.monotonic() + PAUSE)
            else:
                connect()

    def push(c, b):
        c.out, c.pos = memoryview(b), 0
        flush(c)

    def flush(c):
        try:
            while c.pos < len(c.out):
                c.pos += c.s.send(c.out[c.pos : c.pos + (1 << 18)])
        except BlockingIOError:
            ep.modify(c.fd, select.EPOLLIN | select.EPOLLOUT)
            return
        except OSError as e:
            close(c, "send:" + errno.errorcode.get(e.errno, "?"))
            return
        c.out = None
        if c.st == "eod":
            c.t1 = time.monotonic()
        ep.modify(c.fd, select.EPOLLIN)

    def begin(c):
        m = take()
        if m == -1:
            c.st = "idle"
            idle.append(c)
            return
        if m is None:
            c.st = "quit"
            push(c, b"QUIT\r\n")
            return
        c.mid = m
        c.t0 = (start + m / a.rate) if a.rate else time.monotonic()
        c.st = "mail"
        push(c, b"MAIL FROM:<s%d@school.example>\r\n" % (m % 97))

    def on_reply(c, code, line):
        nonlocal done, nbytes, slowest
        st = c.st
        if st == "greet":
            c.st = "ehlo"
            push(c, b"EHLO load.school.example\r\n")
        elif st == "ehlo":
            begin(c)
        elif st == "mail":
            if code >= 400:
                return fail(c, code, "mail")
            c.st, c.rc = "rcpt", 0
            push(c, rcpt[0])
        elif st == "rcpt":
            if code >= 400:
                return fail(c, code, "rcpt")
            c.rc += 1
            if c.rc < len(rcpt):
                push(c, rcpt[c.rc])
            else:
                c.st = "data"
                push(c, b"DATA\r\n")
        elif st == "data":
            if code >= 400:
                return fail(c, code, "data")
            c.st = "eod"
            body = msgs[(a.skip + c.mid) % len(msgs)]
            ident = f"{run}-{c.mid}"
            b = b"X-Load-Id: " + ident.encode() + CRLF + body + b".\r\n"
            nbytes += len(b)
            push(c, b)
        elif st == "eod":
            now = time.monotonic()
            codes[code] += 1
            ident = f"{run}-{c.mid}"
            slowest = max(slowest, now - c.t1)
            if 400 <= code < 500:
                lat_4xx.append(now - c.t1)
                if a.retry:
                    again.append(c.mid)
                    done -= 1  # it is not through
            if code < 400:
                accepted[ident] = now
                lat_tx.append(now - c.t0)
                lat_eod.append(now - c.t1)
                t_eod[ident] = c.t1
            after(c)
        elif st == "rset":
            begin(c)
        elif st == "quit":
            sess.pop(c.fd, None)
            ep.unregister(c.fd)
            c.s.close()
            if nxt < a.n and time.monotonic() < stop_at and len(sess) + len(later) < a.c:
                connect()
        return None

    def fail(c, code, where):
        codes[code] += 1
        errors[f"{where}:{code}"] += 1
        after(c, True)

    def after(c, rset=False):
        nonlocal done
        done += 1
        c.mid = None
        c.sent += 1
        if a.per_conn and c.sent >= a.per_conn:
            c.st = "quit"
            push(c, b"QUIT\r\n")
        elif rset:
            c.st = "rset"
            push(c, b"RSET\r\n")
        else:
            begin(c)

    for _ in range(min(a.c, a.n)):
        connect()
    while (sess or later) and done < a.n and time.monotonic() < stop_at:
        while later and later[0] <= time.monotonic():
            later.popleft()
            connect()
        if not codes and sum(errors.values()) > 200 + a.c:  # nobody there
            break
        for fd, ev in ep.poll(PAUSE if idle or later else 1):
            c = sess.get(fd)
            if c is None:
                continue
            if ev & select.EPOLLOUT and c.out is not None:
                flush(c)
                if fd not in sess:
                    continue
            if ev & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                try:
                    b = c.s.recv(65536)
                except BlockingIOError:
                    continue
                except OSError as e:
                    close(c, "recv:" + errno.errorcode.get(e.errno, "?"))
                    continue
                if not b:
                    close(c, None if c.st == "quit" else "closed:" + c.st)
                    continue
                c.inb += b
                while True:
                    e = c.inb.find(b"\n")
                    if e < 0:
                        break
                    line, c.inb = c.inb[:e], c.inb[e + 1 :]
                    if line[3:4] == b"-":
                        continue
                    try:
                        code = int(line[:3])
                    except ValueError:
                        close(c, "garbled")
                        break
                    if code == 421:
                        close(c, "421")
                        break
                    on_reply(c, code, line)
                    if fd not in sess:
                        break
        for _ in range(len(idle)):
            begin(idle.popleft())
    t_accept = time.monotonic() - start
    for c in list(sess.values()):
        c.s.close()
    res = {
        "tag": a.tag,
        "n": a.n,
        "c": a.c,
        "accepted": len(accepted),
        "seconds": round(t_accept, 3),
        "msgs_s": round(len(accepted) / t_accept, 1),
        "MB_s": round(nbytes / t_accept / 1e6, 1),
        "tx_ms": {q: pct(lat_tx, float("." + q)) for q in ("50", "95", "99")},
        "eod_ms": {q: pct(lat_eod, float("." + q)) for q in ("50", "95", "99")},
        "turned_away_ms": {q: pct(lat_4xx, float("." + q)) for q in ("50", "95", "99")},
        "slowest_ms": round(1e3 * slowest, 3),
        "codes": {str(k): v for k, v in codes.items()},
        "errors": dict(errors),
    }
    if sink:
        t_drain = time.monotonic() + a.drain
        while time.monotonic() < t_drain:
            s = ask(sink, b"XSTATS")
            if s["unique"] >= len(accepted):
                break
            time.sleep(0.1)  # between two questions to the sink, which has one thread and mail to take
        time.sleep(0.2)  # a double would come behind the last one: it has this long to show itself
        ids = ask(sink, b"XIDS")
        mine = {k: v for k, v in ids.items() if k.startswith(run + "-")}
        missing = [k for k in accepted if k not in mine]
        extra = [k for k in mine if k not in accepted]
        last = max((v[1] for v in mine.values()), default=start)
        e2e = [mine[k][1] - t_eod[k] for k in t_eod if k in mine]
        changed = None
        if a.crc:
            changed = 0
            for k, v in mine.items():
                m = int(k.rsplit("-", 1)[1])
                raw = stuff(raws[(a.skip + m) % len(raws)])
                changed += zlib.crc32(b"X-Load-Id: " + k.encode() + CRLF + raw) != v[2]
        res["sink"] = {
            "delivered": len(mine),
            "missing": len(missing),
            "not_accepted_but_there": len(extra),
            "duplicated": sum(1 for v in mine.values() if v[0] > 1),
            "changed": changed,
            "delivered_msgs_s": round(len(mine) / max(1e-9, last - start), 1),
            "e2e_ms": {q: pct(e2e, float("." + q)) for q in ("50", "95", "99")},
        }
    print(json.dumps(res))
    bad = errors or (sink and (res["sink"]["missing"] or res["sink"]["duplicated"]))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
