"""Where the demo company works."""

from otklik.demo.cities import CITIES


def test_every_demo_location_but_one_lies_in_its_city():
    without = []
    for city in CITIES:
        for site in city.sites:
            if site.latitude is None or site.longitude is None:
                without.append(f"{city.code}-{site.code}")
                continue
            away = max(abs(site.latitude - city.latitude), abs(site.longitude - city.longitude) / 2)
            assert away < 0.25, site
    assert without == ["kja-svobodny"]
