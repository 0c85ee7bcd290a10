"""Values as JSON, each of which comes back as it went in: from Python, and from Neo4j."""

from typing import Any, Final

TYPED: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "text": 'a "quoted" text, ünïcode',
    "seven": 7,
    "safe": 2**53,
    "big": {"$type": "integer", "value": "9007199254740993"},
    "least": {"$type": "integer", "value": "-9223372036854775808"},
    "most": {"$type": "integer", "value": "9223372036854775807"},
    "tenth": 0.1,
    "whole": 1.0,
    "nan": {"$type": "float", "value": "NaN"},
    "infinity": {"$type": "float", "value": "-Infinity"},
    "instant": {"$type": "datetime", "value": "2020-12-05T12:00:00.123456789-05:00"},
    "utc": {"$type": "datetime", "value": "2020-12-05T12:00:00+00:00"},
    "zoned": {"$type": "datetime", "value": "2020-07-01T00:00:00.5-04:00", "zone": "America/New_York"},
    "local": {"$type": "localdatetime", "value": "2020-12-05T12:00:00.5"},
    "day": {"$type": "date", "value": "2020-12-05"},
    "time": {"$type": "time", "value": "12:30:00+01:00"},
    "localtime": {"$type": "localtime", "value": "12:30:00.001"},
    "duration": {"$type": "duration", "value": "P1Y2M3DT4.5S"},
    "point": {"$type": "point", "srid": 4326, "type": "Point", "coordinates": [-74.0, 40.7]},
    "high": {"$type": "point", "srid": 9157, "type": "Point", "coordinates": [1.0, 2.0, 3.0]},
    "bytes": {"$type": "bytes", "value": "AAEC/w=="},
    "list": [1, "two", None, [{"$type": "date", "value": "2020-12-05"}]],
    "map": {"a": {"b": [1, {"$type": "integer", "value": "9007199254740993"}]}},
}
