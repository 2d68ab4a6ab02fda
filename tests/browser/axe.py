"""What axe finds wrong with a page."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_SCRIPT: Final = Axe().axe_script
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What it has to say of all that is well would be thousands of values to hand over.
_VIOLATIONS: Final = """async (rules) => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"], runOnly: rules});
  return violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${one.help} – ${node.html.slice(0, 200)} – ${(node.failureSummary ?? "").slice(0, 300)}`));
}"""


def violations(page: Page) -> list[str]:
    """One line each, beginning with the rule. The script goes into a page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    found = page.evaluate(_VIOLATIONS, _RULES)
    assert isinstance(found, list)
    return found
