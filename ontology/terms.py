"""Every IRI that Diurnal writes, in one table: IES 5 will change a namespace, and then this file changes.

IES is the UK Information Exchange Standard, version 4.3.3 (MIT licence).
"""

from typing import Final

IES: Final = "http://ies.data.gov.uk/ontology/ies4#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
GEO: Final = "http://www.opengis.net/ont/geosparql#"
SOSA: Final = "http://www.w3.org/ns/sosa/"
PROV: Final = "http://www.w3.org/ns/prov#"
OURS: Final = "urn:diurnal:vocabulary#"

TYPE: Final = RDF + "type"
JSON: Final = RDF + "JSON"

STRING: Final = XSD + "string"
BOOLEAN: Final = XSD + "boolean"
INTEGER: Final = XSD + "integer"
DOUBLE: Final = XSD + "double"
DATE_TIME: Final = XSD + "dateTime"
DATE: Final = XSD + "date"

IS_STATE_OF: Final = IES + "isStateOf"
IN_LOCATION: Final = IES + "inLocation"
IN_PERIOD: Final = IES + "inPeriod"
IS_START_OF: Final = IES + "isStartOf"
IS_END_OF: Final = IES + "isEndOf"
BOUNDING_STATE: Final = IES + "BoundingState"
PARTICULAR_PERIOD: Final = IES + "ParticularPeriod"
ISO_PERIOD: Final = IES + "iso8601PeriodRepresentation"
IS_IDENTIFIED_BY: Final = IES + "isIdentifiedBy"
REPRESENTATION_VALUE: Final = IES + "representationValue"
IN_SCHEME: Final = IES + "inScheme"
NAMING_SCHEME: Final = IES + "NamingScheme"
ASSESSED: Final = IES + "assessed"
IDENTIFIER_CLASSES: Final = {
    "CallSign": IES + "Callsign",
    "Registration": IES + "RegistrationNumber",
    "IMEI": IES + "IMEI",
    "MAC": IES + "MACAddress",
}
"""Scheme → the class that IES has for its identifiers; others are CommunicationsIdentifiers only."""
EVENT_PARTICIPANT: Final = IES + "EventParticipant"
IS_PARTICIPANT_IN: Final = IES + "isParticipantIn"
IS_PARTICIPATION_OF: Final = IES + "isParticipationOf"
IS_PART_OF: Final = IES + "isPartOf"

SOSA_OBSERVATION: Final = SOSA + "Observation"
SOSA_FEATURE: Final = SOSA + "hasFeatureOfInterest"
SOSA_SENSOR: Final = SOSA + "madeBySensor"
SOSA_RESULT_TIME: Final = SOSA + "resultTime"

LABEL: Final = RDFS + "label"
GEOMETRY: Final = GEO + "Geometry"
HAS_GEOMETRY: Final = GEO + "hasDefaultGeometry"
AS_WKT: Final = GEO + "asWKT"
WKT: Final = GEO + "wktLiteral"


def ours(name: str) -> str:
    """The IRI of a term of our own vocabulary (`ontology/vocabulary.ttl`)."""
    return OURS + name
