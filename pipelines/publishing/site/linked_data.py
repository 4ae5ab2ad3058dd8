"""What machines read in a page: JSON-LD of schema.org, from the same documents as the page.

Belongs here: Dataset, FAQPage and BreadcrumbList. Does not: anything a person reads. Text cannot end the element it
stands in.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

CONTEXT = "https://schema.org"

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def element(content: Mapping[str, Any]) -> Markup:
    """JSON that holds no character HTML gives a meaning to."""
    text = _ENCODER.encode(content)
    for each in "<>&\u2028\u2029":
        text = text.replace(each, f"\\u{ord(each):04x}")
    return Markup(text)


def breadcrumbs(crumbs: Sequence[tuple[str, str | None]], base: str, here: str) -> Markup:
    return element(
        {
            "@context": CONTEXT,
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": words,
                    **({"item": f"{base}{path or here}"} if base else {}),
                }
                for position, (words, path) in enumerate(crumbs, start=1)
            ],
        }
    )


def dataset(name: str, description: str, changed_on: str, base: str, here: str, document: str) -> Markup:
    return element(
        {
            "@context": CONTEXT,
            "@type": "Dataset",
            "name": name,
            "description": description,
            "dateModified": changed_on,
            **(
                {
                    "url": f"{base}{here}",
                    "distribution": [
                        {
                            "@type": "DataDownload",
                            "encodingFormat": "application/json",
                            "contentUrl": f"{base}{document}",
                        }
                    ],
                }
                if base
                else {}
            ),
        }
    )


def questions(asked: Iterable[tuple[str, str]]) -> Markup:
    return element(
        {
            "@context": CONTEXT,
            "@type": "FAQPage",
            "mainEntity": [
                {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
                for question, answer in asked
            ],
        }
    )
