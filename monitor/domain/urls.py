"""Addresses as strangers write them, made one canonical form and one identity form."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

MAX_URL: Final = 2048
_MAX_HOST: Final = 253  # RFC 1035, section 2.3.4
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAX_PORT: Final = 65535

# Set by mailers, advertisers and share buttons; no publisher here serves content by them.
_TRACKING_NAMES = (
    "_ga _gl _hsenc _hsmi at_campaign at_medium cmpid dclid fbclid gbraid gclid gclsrc igsh igshid"
    " mc_cid mc_eid mkt_tok msclkid ref_src ref_url s_cid share_id smid srsltid ttclid twclid"
    " vero_id wbraid wt_mc xtor yclid ysclid"
)
_TRACKING: Final = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIXES: Final = ("utm_", "mtm_", "pk_", "hsa_")
# Names that may select content, dropped only where the value is plainly a way of arriving.
_REFERRERS: Final = frozenset({"ref", "source", "src", "from", "referrer", "via"})
_ARRIVALS: Final = frozenset(
    ("rss", "feed", "rssfeed", "atom", "twitter", "facebook", "telegram", "viber", "fb", "tw")
)

_MOBILE_HOSTS: Final = ("www.", "m.", "mobile.", "mob.", "amp.", "wap.")
_AMP_PARAMETERS: Final = frozenset({"amp", "amp=1", "amp=true", "outputtype=amp", "view=amp"})
_AMP_VIEWERS: Final = re.compile(
    r"^(?:google\.[a-z.]{2,6}/amp|[a-z0-9-]+\.cdn\.ampproject\.org/[cvi])/(?:s/)?(.+)$"
)
_HOST: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
_BLANKS: Final = "".join(map(chr, range(33)))
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DROPPED: Final = re.compile("[\t\n\r]")
_FORBIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_KEPT: Final = "%/:?#[]@!$&'()*+,;=-._~|^{}`"


def canonical(link: str, base: str = "") -> str:
    """Return the http or https address that a link means, or an empty string.

    Relative links and `//host` are resolved against `base`. Userinfo, default port, fragment
    (but not `#!`) and tracking parameters go; host becomes lower-case ASCII (RFC 3490); the case
    of the path and the order of parameters stay. Longer than MAX_URL: no address.
    """
    try:
        return _canonical(link, base)
    except (ValueError, UnicodeError):  # what urllib and the IDNA codec raise on nonsense
        return ""


def same_article(url: str) -> str:
    """Return what a canonical address has in common with its mobile, AMP and http variants.

    For comparing only: it is no address. Empty for an empty address.
    """
    if not url:
        return ""
    parts = urlsplit(url)
    host = _plain_host(parts.netloc)
    viewed = _AMP_VIEWERS.match(host + parts.path)
    if viewed:
        host, _, path = viewed[1].partition("/")
        host, path = _plain_host(host.lower()), "/" + path
    else:
        path = parts.path
    query = "&".join(p for p in parts.query.split("&") if p.lower() not in _AMP_PARAMETERS)
    form = host + _plain_path(path) + (f"?{query}" if query else "")
    form += f"#{parts.fragment}" if parts.fragment else ""
    return _ESCAPE.sub(lambda escape: escape[0].upper(), form)


def without_userinfo(url: str) -> str:
    """Return the address without the user name and password that it may bear."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def is_root(url: str) -> bool:
    """Say whether a canonical address names a whole site, not an article of it."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query and not parts.fragment


def _canonical(link: str, base: str) -> str:
    text = _DROPPED.sub("", link[: MAX_URL * 2].strip(_BLANKS))
    if not text or _FORBIDDEN.search(text):
        return ""
    head, mark, tail = text.partition("?")
    slashed = head.replace("\\", "/") + mark + tail  # as browsers do
    parts = urlsplit(slashed if _SCHEME.match(text) or not base else urljoin(base, slashed))
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        return ""
    host = _host(parts)
    query = "&".join(p for p in parts.query.split("&") if not _is_tracking(p))
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    url = (
        f"{parts.scheme}://{host}{_quoted(parts.path) or '/'}"
        + (f"?{_quoted(query)}" if query else "")
        + (f"#{_quoted(fragment)}" if fragment else "")
    )
    return url if host and len(url) <= MAX_URL else ""


def _host(parts: SplitResult) -> str:
    name, port = (parts.hostname or "").rstrip("."), parts.port
    if ":" in name:
        name = f"[{name}]"
    elif not name.isascii():
        name = name.encode("idna").decode("ascii").lower()
    if len(name) > _MAX_HOST or not _HOST.fullmatch(name):
        return ""
    if port is None or port == _DEFAULT_PORTS[parts.scheme]:
        return name
    return f"{name}:{port}" if 0 < port <= _MAX_PORT else ""


def _quoted(part: str) -> str:
    return quote(part, safe=_KEPT)


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.lower().partition("=")
    return (
        not parameter
        or name in _TRACKING
        or name.startswith(_TRACKING_PREFIXES)
        or (name in _REFERRERS and value in _ARRIVALS)
    )


@lru_cache(maxsize=4096)
def _plain_host(netloc: str) -> str:
    host = netloc
    while True:
        rest = next((host[len(p) :] for p in _MOBILE_HOSTS if host.startswith(p)), "")
        if "." not in rest.partition(":")[0]:
            return host
        host = rest


def _plain_path(path: str) -> str:
    plain = path.rstrip("/")
    if plain.endswith("/amp"):
        plain = plain[: -len("/amp")].rstrip("/")
    elif plain.startswith("/amp/"):
        plain = plain[len("/amp") :]
    for ending in (".amp.html", "/amp.html"):
        plain = plain.removesuffix(ending) + ".html" if plain.endswith(ending) else plain
    return plain.removesuffix(".amp").removesuffix("?")
