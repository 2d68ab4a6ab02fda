"""Items as the values room takes them."""

from trialwright.study.model import Item, Study
from trialwright.values.parse import ItemSpec


def item_spec(study: Study, item: Item) -> ItemSpec:
    """What the item takes, with the answers of its code list."""
    codes = study.code_lists[item.code_list].codes if item.code_list else ()
    return ItemSpec(
        type=item.type,
        codes=tuple(code.code for code in codes),
        low=item.low,
        high=item.high,
        decimals=item.decimals,
        length=item.length,
        unit=item.unit,
        units=item.units,
    )
