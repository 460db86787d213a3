"""The longest match over names of several kinds, on a gazetteer of its own."""

from jiesu.places.gazetteer import Gazetteer, Level, Match


def a_gazetteer() -> Gazetteer:
    """A small city with the same names at different levels."""
    gazetteer = Gazetteer(not_places=["南山群众"], elsewhere=["邻城"], everywhere=["建设路"], city="本城")
    gazetteer.add("南山", Level.DISTRICT, "南山区")
    gazetteer.add("北河", Level.DISTRICT, "北河区")
    gazetteer.add("柳树", Level.SUBDISTRICT, "南山区")
    gazetteer.add("柳树林", Level.COMMUNITY, "北河区")
    gazetteer.add("建设路", Level.ROAD, "南山区")
    gazetteer.add("钟楼湾", Level.STATION, "南山区")
    gazetteer.add("钟楼湾", Level.COMMUNITY, "北河区")
    gazetteer.add("幸福里", Level.COMMUNITY, "南山区")
    gazetteer.add("双桥铺", Level.COMMUNITY, "南山区")
    gazetteer.add("双桥铺", Level.COMMUNITY, "北河区")
    return gazetteer


def only(text: str) -> Match:
    (match,) = a_gazetteer().matches(text)
    return match


def test_a_short_street_name_matches_only_with_its_kind() -> None:
    assert a_gazetteer().matches("柳树下") == ()
    assert only("柳树街道办").level is Level.SUBDISTRICT


def test_the_longer_name_hides_the_shorter_one() -> None:
    assert only("柳树林里").districts == ("北河区",)


def test_the_kind_after_a_name_says_which_of_two_places_is_meant() -> None:
    assert only("钟楼湾地铁站").districts == ("南山区",)
    assert only("钟楼湾社区").districts == ("北河区",)


def test_bare_the_higher_level_is_meant() -> None:
    assert only("在钟楼湾").level is Level.STATION


def test_a_name_that_every_city_has_matches_only_with_its_kind() -> None:
    assert a_gazetteer().matches("住在幸福里") == ()
    assert only("幸福里小区").districts == ("南山区",)


def test_a_name_in_two_districts_keeps_both() -> None:
    assert only("双桥铺").districts == ("南山区", "北河区")


def test_a_phrase_that_holds_a_name_by_chance_is_passed_over_and_what_follows_keeps_its_offset() -> None:
    match = only("南山群众在北河区")
    assert (match.text, match.start, match.end) == ("北河区", 5, 8)


def test_a_name_after_another_citys_name_is_not_ours() -> None:
    assert a_gazetteer().matches("邻城市南山区") == ()
    assert a_gazetteer().matches("邻城南山区") == ()


def test_where_an_address_in_another_city_is_given_only_our_districts_are_ours() -> None:
    assert a_gazetteer().matches("邻城市某区双桥铺") == ()
    assert [match.text for match in a_gazetteer().matches("邻城市来的,在南山区")] == ["南山区"]


def test_a_name_that_every_city_has_is_ours_unless_only_another_city_is_named() -> None:
    assert a_gazetteer().matches("邻城的建设路") == ()
    assert only("建设路").districts == ("南山区",)
    assert only("从邻城到本城建设路").districts == ("南山区",)
    assert only("邻城来的,在双桥铺").districts == ("南山区", "北河区")


def test_matches_come_from_left_to_right_and_never_overlap() -> None:
    matches = a_gazetteer().matches("南山区钟楼湾社区,北河区")
    assert [(match.text, match.start) for match in matches] == [("南山区", 0), ("钟楼湾社区", 3), ("北河区", 9)]


def test_a_name_of_one_character_is_not_taken_up() -> None:
    gazetteer = a_gazetteer()
    gazetteer.add("湾", Level.COMMUNITY, "南山区")
    assert gazetteer.matches("湾社区") == ()
