"""What stands on the pages of a PDF."""

import io
from functools import lru_cache

import pypdf
from tests.untraced import untraced


@lru_cache(maxsize=4)
def texts_of_pages(pdf: bytes) -> tuple[str, ...]:
    """Of each page, without blanks. What reads it is not ours, and slow: it is neither measured nor done twice."""
    with untraced():
        return tuple("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
