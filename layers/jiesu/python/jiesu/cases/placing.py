"""The place of a case as a person corrects it."""

from collections.abc import Iterable

from jiesu.cases.refusals import refuse
from jiesu.model.message import PlaceMatch
from jiesu.model.people import Bureau


def placed(before: PlaceMatch, text: str, bureau_code: str, bureaus: Iterable[Bureau]) -> PlaceMatch | None:
    """None where neither text nor bureau differ. The district is the bureau's, where it has one. Raises `CommandRefusedError`."""
    if (text, bureau_code) == (before.text, before.bureau_code):
        return None
    bureau = next((one for one in bureaus if one.code == bureau_code), None)
    if bureau_code and bureau is None:
        raise refuse("bureau_unknown")
    district = bureau.district if bureau is not None and bureau.district else before.district
    chosen = any(one.bureau_code == bureau_code for one in before.candidates)
    reason = f"由人工在{before.district}中选定" if chosen and text == before.text else "人工更正"
    return PlaceMatch(text=text, district=district, bureau_code=bureau_code, reason=reason)
