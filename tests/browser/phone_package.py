"""The package of a small diary as the server sends it: a daily and a weekly form, one after an injection, one for reports."""

from datetime import date, timedelta

Texts = dict[str, str]


def texts(english: str, chinese: str) -> Texts:
    return {"en": english, "zh-Hans": chinese}


def scale(label: Texts, low: Texts, high: Texts, **rest: object) -> dict[str, object]:
    return {
        "label": label,
        "type": "integer",
        "low": 0,
        "high": 10,
        "low_label": low,
        "high_label": high,
        "decimals": None,
        "length": None,
        "codes": [],
        "is_optional": False,
        "row": None,
        "share": None,
        "when": "",
        "derive": "",
        **rest,
    }


def plain(label: Texts, kind: str, **rest: object) -> dict[str, object]:
    return {
        **scale(label, {}, {}),
        "type": kind,
        "low": None,
        "high": None,
        "low_label": None,
        "high_label": None,
        **rest,
    }


SPOTS = texts("Where do you have spots today?", "今天哪些部位有皮疹？")
ROWS = {
    "head": (texts("Head and neck", "头颈部"), 10),
    "upper": (texts("Arms", "上肢"), 20),
    "trunk": (texts("Trunk", "躯干"), 30),
    "lower": (texts("Legs", "下肢"), 40),
}
CELLS = {
    f"{row}_palms": plain(SPOTS, "decimal", decimals=1, low=0, high=share, share=share, row=label)
    for row, (label, share) in ROWS.items()
}
NONE, WORST = texts("None", "没有"), texts("Very severe", "非常严重")
DAY = {
    "label": texts("Today’s symptoms", "今天的症状"),
    "kind": "day",
    "opens": 1080,
    "closes": 2160,
    "pages": [{"items": ["itch"]}, {"items": ["sleep"]}],
    "items": {
        "itch": scale(
            texts("Worst itch in the last 24 hours", "过去 24 小时内最严重的瘙痒"),
            texts("No itch", "不痒"),
            texts("Worst itch imaginable", "能想象到的最严重的瘙痒"),
        ),
        "sleep": plain(texts("Did itch wake you last night?", "昨晚您有没有被痒醒？"), "boolean"),
    },
    "checks": [],
}
WEEK = {
    "label": texts("Your skin this week", "本周的皮肤"),
    "kind": "week",
    "opens": 480,
    "closes": 2880,
    "pages": [{"shading": list(CELLS), "drawing": "drawing"}, {"items": ["redness"]}],
    "items": {
        **CELLS,
        "drawing": plain(
            texts("Where do you have spots?", "哪些部位有皮疹？"), "text", length=20000, is_optional=True
        ),
        "redness": scale(texts("How red are the spots?", "皮疹有多红？"), NONE, WORST, is_optional=True),
    },
    "checks": [],
}
INJECTION = {
    "label": texts("After the injection", "注射之后"),
    "kind": "after",
    "opens": 480,
    "closes": 2160,
    "pages": [{"items": ["reaction"]}, {"items": ["hurt"]}, {"items": ["since"]}],
    "items": {
        "reaction": plain(
            texts("Is there a reaction where you were injected?", "注射部位有反应吗？"), "boolean"
        ),
        "hurt": scale(texts("How much does it hurt?", "有多疼？"), NONE, WORST, when="has_reaction"),
        "since": plain(texts("Since when?", "从什么时候开始？"), "date", when="has_reaction"),
    },
    "checks": [
        {"rule": "strong", "tell": texts("Please call the trial office today.", "请今天致电试验办公室。")}
    ],
}
REPORT = {
    "label": texts("Something is wrong", "我有不适"),
    "kind": "whenever",
    "opens": 0,
    "closes": 0,
    "pages": [{"items": ["kind"]}, {"items": ["words"]}],
    "items": {
        "kind": plain(
            texts("What is it about?", "是关于什么的？"),
            "code",
            codes=[
                {"code": "ill", "label": texts("I feel ill", "身体不适")},
                {"code": "drug", "label": texts("The medicine", "药物")},
                {"code": "other", "label": texts("Something else", "其他")},
            ],
        ),
        "words": plain(texts("In your words", "请描述"), "text", length=1000, is_optional=True),
    },
    "checks": [],
}

# Written by hand as the server compiles them; what reads a record reads it through the reader of rules.js.
RULES = """
const answer = (value) => ({ value, kind: "truth", needs: [] });
const read = (reader, name) => reader.state("diary_injection", name)?.v;
export const rules = {
  has_reaction: (reader) => answer(read(reader, "reaction") === "true"),
  strong: (reader) => (read(reader, "hurt") === undefined ? answer(null) : answer(Number(read(reader, "hurt")) >= 8)),
};
"""


def package(today: date, *, digest: str = "p1") -> dict[str, object]:
    """The diary began three days ago; its weekly form is due today, and so is the form after the injection."""
    first = (today - timedelta(days=3)).isoformat()
    day = today.isoformat()
    return {
        "digest": digest,
        "protocol": 1,
        "study": "small",
        "definition": "d" * 64,
        "version": "1.0",
        "title": texts("Skin diary", "皮肤日记"),
        "notice": texts("This is an example, not a real trial.", "这是示例，并非真实试验。"),
        "languages": ["en", "zh-Hans"],
        "participant": "p7d01",
        "timezone": "UTC",
        "code": "HK01-007",
        "contact": {
            "text": texts("If you feel ill, call the trial office.", "如感不适，请致电试验办公室。"),
            "phone": "+852 5555 0100",
        },
        "remind_at": "20:00",
        "snooze_minutes": [30, 60],
        "rules": "/diary/rules/abc.js",
        "spans": [
            {"form": "diary_day", "visit": "", "first": first, "last": None, "every_days": 1},
            {"form": "diary_week", "visit": "", "first": day, "last": None, "every_days": 7},
            {"form": "diary_injection", "visit": "W0", "first": day, "last": day, "every_days": 1},
        ],
        "next_visit": {
            "label": texts("Week 4 visit", "第 4 周访视"),
            "day": (today + timedelta(days=9)).isoformat(),
            "last": (today + timedelta(days=12)).isoformat(),
        },
        "closed": False,
        "forms": {
            "diary_day": DAY,
            "diary_week": WEEK,
            "diary_injection": INJECTION,
            "diary_report": REPORT,
        },
    }
