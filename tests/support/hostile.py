"""What strangers could write to get out of a page, and a parser that would notice."""

import base64
from typing import Any, Final
from xml.etree.ElementTree import Element

import html5lib

from cosign.records.open_cosignature import NAME_LIMIT, PublicName


def _short(text: str) -> str:
    """Return as much of a text as a name can have."""
    return text.encode()[:NAME_LIMIT].decode(errors="ignore")


LINES: Final = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "\"><svg onload=document.title='owned'>",
    "' autofocus onfocus=document.title='owned' x='",
    "</style><script>document.title='owned'</script>",
    "</title><script>document.title='owned'</script>",
    "</bdi></li></ul></section></main><h1>VALID</h1>",
    "</pre></details><script>document.title='owned'</script>",
    "<details open ontoggle=document.title='owned'>",
    "<iframe src=//evil.example/></iframe><object data=//evil.example/>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/>",
    '<meta http-equiv="refresh" content="0;url=//evil.example/">',
    "<form action=//evil.example/><input type=submit formaction=javascript:0>",
    "<style>*{display:none}</style><plaintext>",
    '<math><mtext></table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1">',
    "<!-- --!> <![CDATA[ ]]> <?php ?> <%= 7 %> {{7*7}} ${7*7}",
    "&lt;script&gt; &#60;script&#62; &#x202e; &NotEqualTilde; &amp",
    "[x](javascript:document.title='owned')",
    "[x](data:text/html;base64,PHNjcmlwdD4=) [x](vbscript:x) [x](file:///etc/passwd)",
    "[x](<javascript:document.title='owned'>) <javascript:document.title='owned'>",
    "![x](https://evil.example/p.png \"a' onerror=document.title='owned'\")",
    "[![x](https://evil.example/p.png)](https://evil.example/ '\"><script>')",
    "<https://evil.example/?q=\"><script>document.title='owned'</script>>",
    "<https://evil.example/%E2%80%AE%00%0A> <a@evil.example>",
    "`</code><script>document.title='owned'</script>` ``<b>``",
    "**<b onmouseover=document.title='owned'>x**__</b>__ \\<script>",
    "\u05e9\u05dc\u05d5\u05dd 10 of 20 \u0627\u0644\u0633\u0644\u0627\u0645 \u200f\u061c\u200e!",
    "W" * 200,
    "\ue000\ufeff\u200b\u00ad\u3164\U000e0041\U0010fffd",
    "z" + "\u0489" * 30,
)
"""Each may be a name, a title or a statement."""

NAMES: Final = tuple(
    PublicName(_short(line), _short(LINES[-place])) if place % 2 else None
    for place, line in enumerate(LINES)
)
"""What every second of as many signers is called."""

LETTER: Final = "\n\n".join(
    (
        *LINES,
        '~~~ "><script>document.title=1</script>\n</code></pre><script>\n~~~',
        "    </pre><script>document.title='owned'</script>",
        "[ref]: javascript:document.title='owned' \"hidden\"\n\n[x][ref]",
        "<div\nonclick=x>\n\n<script\n>document.title='owned'</script\n>",
        "# <h1>\n\n###### [x](javascript:0)\n\n<h1>\n===",
        "999999999. <li>\n1. <ol>\n\n> <blockquote> </blockquote>\n> - [ ] <input>",
        "| <td> |\n|---|\n| </table> |\n",
        "*a **b *c **d *e _f __g " * 3 + "\t\n* * *\n",
        "last line without an end, but with \ttabs and spaces  ",
    )
)
"""All of them, and what takes several lines."""

_BARE: Final = (
    "head", "title", "style", "body", "main", "footer", "h1", "h2", "figure", "figcaption",
    "strong", "em", "bdi", "br", "hr", "summary", "details", "dl", "dt", "dd", "table",
    "thead", "tbody", "tr",
)  # fmt: skip
ALLOWED: Final[dict[str, set[str]]] = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "name", "content"},
    "header": {"class"},
    "section": {"class"},
    "article": {"lang", "aria-label"},
    "svg": {"role", "aria-label"},
    "rect": {"class", "width", "height"},
    "line": {"class", "x1", "x2", "y1", "y2"},
    "a": {"href", "download"},
    "pre": {"dir", "lang"},
    "p": {"class", "dir"},
    "ul": {"class", "dir", "lang"},
    "ol": {"dir"},
    "li": {"class", "dir", "value"},
    "blockquote": {"dir"},
    "span": {"class"},
    "code": {"class"},
    "th": {"scope", "dir"},
    "td": {"dir"},
    "time": {"datetime"},
    **{f"h{level}": {"dir"} for level in (3, 4, 5, 6)},
    **{name: set() for name in _BARE},
}
"""Elements of a page, with the attributes that they may have."""


def parse(page: bytes) -> Element:
    """Parse a page as browsers do; what they would have to repair is an error here.

    Letters may have noncharacters, which browsers keep and HTML calls an error.
    """
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root: Element = parser.parse(page.decode())
    assert {code for _place, code, _more in parser.errors} <= {"invalid-codepoint"}
    for found in root.iter():
        if isinstance(found.tag, str):
            found.tag = found.tag.removeprefix("{http://www.w3.org/2000/svg}")
    return root


def check_elements(root: Element) -> None:
    """Check that there is no element, attribute or address that a page has no need of."""
    for found in root.iter():
        assert isinstance(found.tag, str), "a comment"
        assert set(found.attrib) <= ALLOWED[found.tag], (found.tag, found.attrib)
        for name in ("href", "src", "action", "data"):
            assert found.get(name, "data:").startswith("data:")


def text_of(element: Any) -> str:
    """Return all text inside an element."""
    return "".join(element.itertext())


def saved_bytes(root: Element) -> bytes:
    """Return what the page's only link saves."""
    [link] = root.iter("a")
    kind, _, encoded = link.attrib["href"].partition(",")
    assert kind == "data:application/octet-stream;base64"
    return base64.b64decode(encoded, validate=True)
