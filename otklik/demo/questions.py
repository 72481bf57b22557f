"""The questions, topics and elements of the standard that the demo company asks about."""

from typing import Any

SERVICE, NPS, CSAT, EFFORT, INVITED = "service", "recommend", "satisfaction", "effort", "recommend-invited"

QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "code": SERVICE,
        "text_ru": "Как вас обслужили?",
        "text_en": "How were you served?",
        "type": "rating",
        "survey_type": "spontaneous",
        "scale_min": 1,
        "scale_max": 5,
        "top": 5,
        "labels": {
            "5": {"ru": "Отлично", "en": "Great"},
            "4": {"ru": "Хорошо", "en": "Good"},
            "3": {"ru": "Нормально", "en": "Fair"},
            "2": {"ru": "Плохо", "en": "Poor"},
            "1": {"ru": "Ужасно", "en": "Awful"},
        },
    },
    {
        "code": NPS,
        "text_ru": "Посоветуете ли вы нас друзьям?",
        "text_en": "Would you recommend us to friends?",
        "type": "nps",
        "survey_type": "spontaneous",
        "scale_min": 0,
        "scale_max": 10,
        "top": 10,
    },
    {
        "code": CSAT,
        "text_ru": "Насколько вы довольны покупкой?",
        "text_en": "How satisfied are you with your purchase?",
        "type": "csat",
        "survey_type": "spontaneous",
        "scale_min": 1,
        "scale_max": 5,
        "top": 5,
    },
    {
        "code": EFFORT,
        "text_ru": "У нас было легко найти и купить нужное. Согласны?",
        "text_en": "It was easy to find and buy what I needed. Do you agree?",
        "type": "ces2",
        "survey_type": "spontaneous",
        "scale_min": 1,
        "scale_max": 7,
        "top": 7,
    },
    {
        "code": INVITED,
        "text_ru": "Посоветуете ли вы нас друзьям? (опрос по приглашению)",
        "text_en": "Would you recommend us to friends? (invited)",
        "type": "nps",
        "survey_type": "representative",
        "scale_min": 0,
        "scale_max": 10,
        "top": 10,
    },
)

MESSAGES: dict[tuple[str, str], tuple[str, ...]] = {
    ("queue", "negative"): (
        "Стояли двадцать минут, работала одна касса.",
        "Очередь до дверей, а вторая касса закрыта.",
        "Ждала консультанта так долго, что ушла.",
    ),
    ("staff", "negative"): (
        "Продавец разговаривал по телефону и не отвечал.",
        "Нагрубили на кассе.",
        "Никто не подошёл помочь.",
    ),
    ("goods", "negative"): ("Нужной краски опять нет.", "Лейка протекла в первый же день.", "Ценник не тот, что на кассе."),
    ("payment", "negative"): ("Терминал не принял карту с третьего раза.", "Не дали чек."),
    ("cleanliness", "negative"): ("Грязный пол у входа.", "Тележки липкие."),
    ("staff", "positive"): (
        "Спасибо консультанту, всё объяснил и помог донести.",
        "Очень приветливая девушка на кассе!",
        "Подобрали инструмент за пять минут. Молодцы.",
    ),
    ("goods", "positive"): ("Отличный выбор рассады.", "Нашли редкую деталь, спасибо."),
    ("queue", "positive"): ("Быстро обслужили, хотя народу было много.",),
    ("goods", "neutral"): ("Привезите, пожалуйста, садовые качели.", "Будут ли ещё глиняные горшки?"),
    ("staff", "neutral"): ("Сделайте бейджи покрупнее.",),
}  # fmt: skip

STANDARD: dict[str, tuple[str, bool]] = {  # element → (what it asks, whether it is critical)
    "greeting": ("Поздоровался первым", False),
    "badge": ("Бейдж на месте", False),
    "uniform": ("Форма чистая", False),
    "need": ("Уточнил, что нужно", False),
    "offer": ("Предложил подходящий товар", False),
    "extra": ("Предложил сопутствующий товар", False),
    "receipt": ("Отдал чек", True),
    "thanks": ("Поблагодарил за покупку", False),
    "floor": ("Пол чистый", False),
    "prices": ("Ценники на месте", True),
    "queue": ("В очереди не больше трёх человек", False),
    "till-zone": ("У кассы порядок", False),
}

TROUBLES = (
    "Отключали свет на полчаса",
    "Прорвало трубу у входа",
    "Пожарная тревога, вывели всех на улицу",
    "Не работала связь с банком",
)
