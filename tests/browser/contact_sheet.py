"""One page with all pictures of a walk side by side: wide and narrow, for looking at them."""

from html import escape
from pathlib import Path

from playwright.sync_api import Browser

_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pictures of the walk</title><style>
body{font:14px/20px system-ui;margin:16px;background:#dfe5e8}
section{display:inline-block;vertical-align:top;margin:0 16px 24px 0}
h2{font-size:16px;margin:0 0 4px}
img{border:1px solid #3d4a52;vertical-align:top;margin-right:8px;background:#fff}
img.wide{width:620px}img.narrow{width:178px}
</style></head><body>"""


def write_contact_sheet(browser: Browser, folder: Path, pictures: list[str]) -> Path:
    """The sheet as HTML beside the pictures, and as one picture. pictures: their names without width and ending."""
    parts = [
        f'<section><h2>{escape(name)}</h2><img class="wide" src="{escape(name)}-1360.png" alt="{escape(name)}, wide">'
        f'<img class="narrow" src="{escape(name)}-390.png" alt="{escape(name)}, narrow"></section>'
        for name in pictures
    ]
    sheet = folder / "contact-sheet.html"
    sheet.write_text(_HEAD + "".join(parts) + "</body></html>", "utf-8")
    page = browser.new_page(viewport={"width": 1720, "height": 1000})
    page.goto(sheet.as_uri())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "contact-sheet.png", full_page=True)
    page.close()
    return sheet
