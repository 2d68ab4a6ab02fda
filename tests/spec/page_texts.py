"""What a reader of the public page reads."""

from trialwright.registry.page import PageData


def texts_of_page(page: PageData) -> tuple[str, ...]:
    """Every text of a page, in the order of reading."""
    found = [page.title, page.acronym, page.notice]
    for fact in page.facts:
        found += [fact.label, *fact.texts]
    for section in page.sections:
        found += [section.title, *section.paragraphs]
        found += [text for fact in section.facts for text in (fact.label, *fact.texts)]
        found += [text for listing in section.lists for text in (listing.title, *listing.texts)]
        if section.table:
            found += [*section.table.head, *(text for row in section.table.rows for text in row)]
    return tuple(text for text in found if text)
