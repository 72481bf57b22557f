"""Where the demo company works: real cities, time zones and streets; the company itself is invented."""

from typing import NamedTuple

COMPANY = "Ясный двор"
COMPANY_ZONE = "Europe/Moscow"


class Site(NamedTuple):
    """One location: a code within its city, its street, where it lies and how busy it is beside an ordinary one.

    One has no coordinates, so that the map shows what it says then.
    """

    code: str
    address: str
    latitude: float | None
    longitude: float | None
    size: float
    points: int
    day_and_night: bool = False


class City(NamedTuple):
    """A city of the company; `region` is the name of the node above it."""

    code: str
    name: str
    region: str
    zone: str
    latitude: float
    longitude: float
    sites: tuple[Site, ...]


REGIONS = {
    "centre": "Центр",
    "north-west": "Северо-Запад",
    "south": "Юг",
    "volga": "Поволжье",
    "ural": "Урал",
    "siberia": "Сибирь",
    "far-east": "Дальний Восток",
}

CITIES = (
    City(
        "msk",
        "Москва",
        "centre",
        "Europe/Moscow",
        55.7558,
        37.6173,
        (
            Site("tverskaya", "Тверская улица, 12", 55.7626, 37.6079, 1.6, 4),
            Site("arbat", "улица Новый Арбат, 15", 55.7527, 37.5910, 1.4, 3),
            Site("leninsky", "Ленинский проспект, 66", 55.6936, 37.5560, 1.1, 3),
            Site("taganka", "Таганская улица, 24", 55.7401, 37.6640, 1.0, 3),
            Site("vdnh", "проспект Мира, 114", 55.8052, 37.6370, 1.2, 3),
            Site("kazansky", "Комсомольская площадь, 2", 55.7738, 37.6560, 1.3, 3, day_and_night=True),
            Site("tushino", "бульвар Яна Райниса, 4", 55.8508, 37.4394, 0.8, 2),
            Site("lyublino", "Краснодарская улица, 58", 55.6776, 37.7615, 0.9, 2),
        ),
    ),
    City(
        "spb",
        "Санкт-Петербург",
        "north-west",
        "Europe/Moscow",
        59.9343,
        30.3351,
        (
            Site("nevsky", "Невский проспект, 71", 59.9322, 30.3497, 1.6, 4),
            Site("sadovaya", "Садовая улица, 38", 59.9263, 30.3180, 1.1, 3),
            Site("moskovsky", "Московский проспект, 165", 59.8713, 30.3187, 1.0, 3),
            Site("bolshoy", "Большой проспект П. С., 45", 59.9606, 30.3035, 0.9, 2),
            Site("prosveshcheniya", "проспект Просвещения, 33", 60.0510, 30.3350, 0.9, 2),
            Site("kupchino", "Балканская улица, 5", 59.8290, 30.3770, 0.8, 2),
        ),
    ),
    City(
        "kgd",
        "Калининград",
        "north-west",
        "Europe/Kaliningrad",
        54.7104,
        20.4522,
        (
            Site("leninsky", "Ленинский проспект, 30", 54.7150, 20.5030, 0.9, 2),
            Site("mira", "проспект Мира, 41", 54.7197, 20.4870, 0.7, 1),
        ),
    ),
    City(
        "rnd",
        "Ростов-на-Дону",
        "south",
        "Europe/Moscow",
        47.2357,
        39.7015,
        (
            Site("sadovaya", "Большая Садовая улица, 64", 47.2216, 39.7136, 1.1, 3),
            Site("voroshilov", "Ворошиловский проспект, 52", 47.2289, 39.7190, 0.9, 2),
        ),
    ),
    City(
        "krd",
        "Краснодар",
        "south",
        "Europe/Moscow",
        45.0355,
        38.9753,
        (
            Site("krasnaya", "Красная улица, 109", 45.0330, 38.9710, 1.2, 3),
            Site("stavropol", "Ставропольская улица, 216", 45.0210, 39.0300, 0.8, 2),
        ),
    ),
    City(
        "kzn",
        "Казань",
        "volga",
        "Europe/Moscow",
        55.7963,
        49.1088,
        (
            Site("bauman", "улица Баумана, 44", 55.7903, 49.1140, 1.3, 3),
            Site("pushkin", "улица Пушкина, 12", 55.7872, 49.1240, 1.0, 3),
            Site("yamasheva", "проспект Ямашева, 46", 55.8270, 49.1300, 0.9, 2),
        ),
    ),
    City(
        "sam",
        "Самара",
        "volga",
        "Europe/Samara",
        53.1959,
        50.1002,
        (
            Site("leningradskaya", "Ленинградская улица, 35", 53.1870, 50.0900, 1.0, 3),
            Site("novosadovaya", "Ново-Садовая улица, 106", 53.2130, 50.1510, 0.9, 2),
            Site("moskovskoe", "Московское шоссе, 41", 53.2180, 50.1800, 0.8, 2),
        ),
    ),
    City(
        "ekb",
        "Екатеринбург",
        "ural",
        "Asia/Yekaterinburg",
        56.8389,
        60.6057,
        (
            Site("malysheva", "улица Малышева, 71", 56.8345, 60.6140, 1.3, 3),
            Site("lenina", "проспект Ленина, 48", 56.8400, 60.6170, 1.2, 3),
            Site("8marta", "улица 8 Марта, 46", 56.8270, 60.6020, 1.0, 3),
            Site("uralmash", "улица Машиностроителей, 19", 56.8860, 60.6130, 0.8, 2),
        ),
    ),
    City(
        "oms",
        "Омск",
        "siberia",
        "Asia/Omsk",
        54.9885,
        73.3242,
        (
            Site("lenina", "улица Ленина, 20", 54.9790, 73.3790, 0.9, 2),
            Site("marksa", "проспект Карла Маркса, 41", 54.9660, 73.3860, 0.8, 2),
        ),
    ),
    City(
        "nsk",
        "Новосибирск",
        "siberia",
        "Asia/Novosibirsk",
        55.0302,
        82.9204,
        (
            Site("krasny", "Красный проспект, 29", 55.0284, 82.9210, 1.3, 3),
            Site("marksa", "площадь Карла Маркса, 7", 54.9830, 82.8970, 1.0, 3),
            Site("akadem", "Морской проспект, 54", 54.8390, 83.0920, 0.8, 2),
            Site("vokzal", "улица Дмитрия Шамшурина, 43", 55.0350, 82.8990, 1.0, 2, day_and_night=True),
        ),
    ),
    City(
        "kja",
        "Красноярск",
        "siberia",
        "Asia/Krasnoyarsk",
        56.0106,
        92.8526,
        (
            Site("mira", "проспект Мира, 86", 56.0115, 92.8720, 1.0, 3),
            Site("svobodny", "проспект Свободный, 50", None, None, 0.7, 2),
        ),
    ),
    City(
        "vvo",
        "Владивосток",
        "far-east",
        "Asia/Vladivostok",
        43.1155,
        131.8855,
        (
            Site("svetlanskaya", "Светланская улица, 33", 43.1160, 131.8860, 1.1, 3),
            Site("okeansky", "Океанский проспект, 52", 43.1270, 131.8930, 0.9, 2),
        ),
    ),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES_F = _words("""
    Анна Мария Елена Ольга Наталья Ирина Татьяна Светлана Юлия Екатерина Дарья Алина Ксения Вера Полина
""")
FIRST_NAMES_M = _words("""
    Алексей Иван Дмитрий Сергей Андрей Михаил Николай Павел Илья Роман Тимур Артём Егор Кирилл Денис
""")
LAST_NAMES = _words("""
    Белов Воронин Голубев Данилов Ершов Жуков Зимин Ильин Калинин Ларин Макеев Носов Орехов Пахомов Рогов
    Савин Тарасов Уваров Фомин Хромов Чернов Шилов Щукин Юдин Яшин Агапов Бобров Власов Громов Дёмин Зуев
    Климов Лосев Мухин Никонов Осипов Панин Рябов Сомов Титов
""")
