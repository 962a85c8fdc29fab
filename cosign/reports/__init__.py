"""What a verifier found, for people and programs: text, a page, JSON.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.reports.html import refusal_page as refusal_page
    from cosign.reports.html import report_page as report_page
    from cosign.reports.joint import joint_json as joint_json
    from cosign.reports.joint import joint_text as joint_text
    from cosign.reports.joint_html import joint_page as joint_page
    from cosign.reports.json import refusal_json as refusal_json
    from cosign.reports.json import report_json as report_json
    from cosign.reports.text import report_text as report_text

__all__ = [
    "joint_json",
    "joint_page",
    "joint_text",
    "refusal_json",
    "refusal_page",
    "report_json",
    "report_page",
    "report_text",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "joint_page": f"{__name__}.joint_html",
            "joint_text": f"{__name__}.joint",
            "joint_json": f"{__name__}.joint",
            "refusal_json": f"{__name__}.json",
            "refusal_page": f"{__name__}.html",
            "report_json": f"{__name__}.json",
            "report_page": f"{__name__}.html",
            "report_text": f"{__name__}.text",
        },
    )
