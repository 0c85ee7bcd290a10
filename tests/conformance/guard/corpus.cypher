// Counts: those that the count store knows, and those that it does not.
MATCH (n) RETURN count(n) AS c

MATCH (n) RETURN count(*) AS c

MATCH (n:Ship) RETURN count(n) AS c

MATCH (n:Ship) RETURN count(*) AS c

MATCH (n:Stay) RETURN count(DISTINCT n.place) AS c

MATCH ()-[r]->() RETURN count(r) AS c

MATCH ()-[r]->() RETURN count(*) AS c

MATCH ()-[r:STAYED]->() RETURN count(r) AS c

MATCH (:Subject)-[r:STAYED]->() RETURN count(r) AS c

MATCH ()-[r:STAYED]->(:Stay) RETURN count(*) AS c

MATCH ()-[r:STATEMENT|KNOWS|AT]->() RETURN count(*) AS c

MATCH ()-[r]-() RETURN count(r) AS c

MATCH (:Subject)-[r]-() RETURN count(r) AS c

MATCH (a:Subject), (b:Place) RETURN count(*) AS c

MATCH (n:Nonesuch) RETURN count(n) AS c

MATCH (n) RETURN count(n.name) AS c, count(n.key) AS k, count(DISTINCT labels(n)) AS l

MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS c

MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS c

MATCH (n:Ship) RETURN count(n) > 0 AS any

CYPHER 5 MATCH (n:Stay) RETURN count(n) AS c

CYPHER 5 MATCH ()-[r:AT]->() RETURN count(r) AS c

// Degrees, which a dense node stores.
MATCH (n:Subject) RETURN n.key AS k, COUNT { (n)--() } AS d

MATCH (n:Subject) RETURN n.key AS k, COUNT { (n)-->() } AS out, COUNT { (n)<--() } AS into

MATCH (n:Subject) RETURN n.key AS k, COUNT { (n)-[:STAYED]->() } AS d

MATCH (n:Place) RETURN n.key AS k, COUNT { (n)<-[:AT]-() } AS d

MATCH (n:Place) WHERE COUNT { (n)<-[:AT]-() } > 3 RETURN n.key AS k

MATCH (n:Subject) WHERE COUNT { (n)-[:HAS_TRACK]->() } >= 2 RETURN n.key AS k

MATCH (n:Place) RETURN n.key AS k, COUNT { (n)<-[:AT|FROM|TO]-() } AS d

MATCH (n) WHERE NOT (n)--() RETURN labels(n) AS l, count(*) AS c

CYPHER 5 MATCH (n:Subject) RETURN n.key AS k, size([(n)-[:STAYED]->(s) | 1]) AS d

MATCH (n:Resource) RETURN n.key AS k, COUNT { (n)-[:STATEMENT]->(:Resource) } AS d

MATCH (n:Subject) RETURN sum(COUNT { (n)-[:MADE_TRIP]->() }) AS c, max(COUNT { (n)--() }) AS m

// Sub-query expressions.
MATCH (n:Subject) WHERE EXISTS { (n)-[:HAS_STATE]->() } RETURN n.key AS k

MATCH (n:Subject) WHERE NOT EXISTS { (n)-[:WENT_SILENT]->() } RETURN n.key AS k

MATCH (n:Subject) RETURN n.key AS k, EXISTS { MATCH (n)-[:STAYED]->(s:Stay) WHERE s.fixes > 50 } AS long

MATCH (n:Subject) RETURN n.key AS k, EXISTS { MATCH (n)-[:ABOUT]-(f) WHERE f.days > 5 RETURN f } AS found

MATCH (n:Subject) RETURN n.key AS k, COUNT { MATCH (n)-[:STAYED]->(s)-[:AT]->(p) RETURN DISTINCT p } AS places

MATCH (n:Subject) RETURN n.key AS k, COLLECT { MATCH (n)-[:STAYED]->(s) RETURN s.start ORDER BY s.start } AS l

MATCH (n:Subject) RETURN n.key AS k, COLLECT { MATCH (n)-[:HAS_STATE]->(s) RETURN s.name } AS names

MATCH (n:Subject) WHERE COUNT { (n)-[:STAYED]->() WHERE true } > 1 RETURN n.key AS k

MATCH (n:Place) WHERE EXISTS { (n)<-[:AT]-(:Stay)<-[:STAYED]-(:Ship) } RETURN n.name AS name

MATCH (n:Place) RETURN n.name AS name, EXISTS { (n)<-[:AT]-(s) WHERE EXISTS { (s)<-[:EVIDENCE]-() } } AS cited

RETURN EXISTS { MATCH (n:Ship {key: $ship}) } AS there, EXISTS { MATCH (n:Ship {key: 'nobody'}) } AS nobody

RETURN COUNT { MATCH (n:Stay) WHERE n.end IS NULL } AS open, COUNT { MATCH (n:Stay) RETURN n UNION MATCH (n:Trip) RETURN n } AS two

// Matching: labels, types, patterns.
MATCH (n:Ship) RETURN n.key AS k

MATCH (n:Ship|Place) RETURN n

MATCH (n:Subject&!Ship) RETURN n

MATCH (n:(Stay|Trip)&Conclusion) RETURN n.key AS k

MATCH (n:!Subject&!Conclusion&!Literal) RETURN labels(n) AS l, n.key AS k

MATCH (n:%) RETURN count(n) AS c

MATCH (n:!%) RETURN count(n) AS c

MATCH (n) WHERE n:Ship OR n:Aircraft RETURN n.key AS k

MATCH (n IS Ship) RETURN n.key AS k

MATCH (n:$($label)) RETURN n.key AS k

MATCH (n:$any($labels)) RETURN n.key AS k

MATCH (n:$all(['Stay', 'Conclusion'])) RETURN count(n) AS c

MATCH ()-[r:$($type)]->(b) RETURN b.key AS k

MATCH ()-[r:$any(['STAYED', 'AT'])]->(b) RETURN count(b) AS c

MATCH (n) WHERE n[$prop] IS NOT NULL RETURN n[$prop] AS v

MATCH (a)-[r:!STAYED&!AT]->(b) RETURN type(r) AS t, count(*) AS c

MATCH (a)-[r:STAYED|MADE_TRIP]->(b) RETURN type(r) AS t, b.key AS k

MATCH (a:Subject)-[r]->(b) RETURN a, type(r) AS t, b.key AS k

MATCH (a:Subject)-->(b) RETURN a.key AS a, labels(b) AS l, count(*) AS c

MATCH (a:Ship)-[:STAYED]->(s:Stay)-[:AT]->(p:Place) RETURN a.key AS a, s.start AS s, p.name AS p

MATCH (a:Ship)-[:STAYED]->(s:Stay)-[:AT]->(p:Place)<-[:AT]-(t:Stay)<-[:STAYED]-(b:Ship) WHERE a.key < b.key RETURN a.key AS a, b.key AS b, count(*) AS c

MATCH (a:Subject)-[:IDENTIFIED_BY]->(i)<-[:IDENTIFIED_BY]-(b:Subject) RETURN a.key AS a, i.value AS i, b.key AS b

MATCH (a:Subject)-[:IDENTIFIED_BY]->(i) WHERE i.scheme IS NULL RETURN a.key AS a, i.key AS i

MATCH (f:Finding)-[:ABOUT]->(a), (f)-[:EVIDENCE]->(e) RETURN f.key AS f, a.key AS a, e.key AS e

MATCH (f:Finding)-[:AT]->(p)<-[:AT]-(s:Stay)<-[:EVIDENCE]-(f) RETURN f.key AS f, s.key AS s

MATCH (n {key: $ship}) RETURN n

MATCH (n:Ship)-[r:HAS_STATE]->(s {name: $name}) RETURN n.key AS n, s

MATCH (a WHERE a.key = $ship)-[r:STAYED]->(b WHERE b.fixes > 5) RETURN b.key AS k

MATCH (a)-[r:STATEMENT WHERE r.name = 'knows']->(b) RETURN a.key AS a, b.key AS b

MATCH (a)-[r:STATEMENT {name: 'age'}]->(l) RETURN a.key AS a, l.number AS age

MATCH (a:Resource)-[r:STATEMENT]->(l:Literal {language: 'en'}) RETURN a.key AS a, l.value AS v

MATCH (a), (b) WHERE a:Place AND b:Place AND a.name < b.name RETURN a.name AS a, b.name AS b

OPTIONAL MATCH (n:Ship {key: 'nobody'}) RETURN n, 1 AS one

MATCH (a:Subject) OPTIONAL MATCH (a)-[:WENT_SILENT]->(g:Gap) RETURN a.key AS a, g.start AS g

MATCH (a:Subject) OPTIONAL MATCH (a)-[:HAS_STATE]->(s)-[:NONE]->(x) RETURN a.key AS a, s.key AS s, x

MATCH (a:Place) OPTIONAL MATCH (a)<-[:AT]-(r:Routine) WHERE r.visits > 2 RETURN a.key AS a, r.summary AS s

MATCH DIFFERENT RELATIONSHIPS (a:Resource)-[:STATEMENT]->(b:Resource)-[:STATEMENT]->(c:Resource) RETURN a.key AS a, c.key AS c

MATCH REPEATABLE ELEMENTS (a:Resource)-[:STATEMENT]->{1,2}(b:Resource) RETURN a.key AS a, b.key AS b

MATCH REPEATABLE ELEMENTS (a:Ship {key: $ship})-[:IDENTIFIED_BY]-{2}(b) RETURN b.key AS b

// Paths of every kind.
MATCH (a:Resource)-[:STATEMENT*1..3]->(b:Resource) RETURN a.key AS a, b.key AS b

MATCH (a:Resource {key: $iri})-[:STATEMENT*..3]->(b:Literal) RETURN count(b) AS c

MATCH (a:Resource {key: $iri})-[:STATEMENT*0..2]->(b) RETURN b.key AS b

MATCH (a:Subject {key: $ship})-[*2]-(b) RETURN labels(b) AS l, count(*) AS c

MATCH (a:Subject {key: $ship})-[rs:STAYED|AT*2]-(b) RETURN [r IN rs | type(r)] AS t, b.key AS b

MATCH p = (a:Subject {key: $ship})-[:STAYED|AT*..3]-(b:Place) RETURN length(p) AS l, b.key AS b

MATCH p = (a)-[:IDENTIFIED_BY]->(b) RETURN p

MATCH p = (a:Ship)-[:STAYED]->()-[:AT]->() RETURN nodes(p) AS n, relationships(p) AS r, length(p) AS l

MATCH p = shortestPath((a:Subject {key: $ship})-[*]-(b:Subject {key: $other})) RETURN length(p) AS l

MATCH p = shortestPath((a:Subject {key: $ship})-[:IDENTIFIED_BY*..6]-(b:Subject)) WHERE a <> b RETURN b.key AS b, length(p) AS l

MATCH p = shortestPath((a:Resource {key: $iri})-[:STATEMENT*]->(b:Resource)) WHERE a <> b RETURN b.key AS b, length(p) AS l

MATCH p = allShortestPaths((a:Subject {key: $ship})-[:STAYED|AT*]-(b:Subject {key: $other})) RETURN [n IN nodes(p) | n.key] AS n

CYPHER 5 MATCH p = allShortestPaths((a:Resource {key: $iri})-[:STATEMENT*..4]-(b:Resource)) WHERE a <> b RETURN count(p) AS c

MATCH p = SHORTEST 1 (a:Subject {key: $ship})-[:STAYED|AT]-+(b:Subject) RETURN b.key AS b, length(p) AS l

MATCH p = SHORTEST 1 (a:Resource {key: $iri})-[:STATEMENT]->+(b:Resource) RETURN b.key AS b, length(p) AS l

MATCH p = ANY SHORTEST (a:Resource {key: $iri})-[:STATEMENT]->+(b:Resource) RETURN b.key AS b, length(p) AS l

MATCH p = ALL SHORTEST (a:Resource {key: $iri})-[:STATEMENT]-+(b:Resource) RETURN [n IN nodes(p) | n.key] AS n

MATCH p = ALL SHORTEST (a:Subject {key: $ship})--+(b:Subject {key: $other}) RETURN length(p) AS l, count(*) AS c

MATCH p = SHORTEST 2 GROUPS (a:Resource {key: $iri})-[:STATEMENT]->{1,4}(b:Resource) RETURN b.key AS b, length(p) AS l, count(*) AS c

MATCH p = SHORTEST GROUP (a:Resource {key: $iri})-[:STATEMENT]->{1,5}(b:Literal) RETURN b.value AS b, count(*) AS c

MATCH p = ANY (a:Resource {key: $iri})-[:STATEMENT]->+(b:Resource) RETURN b.key AS b

MATCH p = ANY 2 (a:Resource {key: $iri})-[:STATEMENT]->{1,3}(b:Resource) RETURN b.key AS b, count(*) AS c

MATCH ACYCLIC (a:Resource {key: $iri})-[:STATEMENT]->{1,3}(b:Resource) RETURN b.key AS b, count(*) AS c

MATCH TRAIL (a:Resource {key: $iri})-[:STATEMENT]->{1,3}(b:Resource) RETURN b.key AS b, count(*) AS c

MATCH (a:Resource) ((x)-[:STATEMENT]->(y)){1,3} (b:Literal) RETURN a.key AS a, size(x) AS n, b.value AS v

MATCH (a:Subject {key: $ship}) ((x)-[:STAYED]->(s)-[:AT]->(p)<-[:AT]-(t)<-[:STAYED]-(y)){1,2} (b:Subject) RETURN b.key AS b, count(*) AS c

MATCH (a:Subject {key: $ship}) ((x)-[r:STAYED|AT]-(y) WHERE y.fixes > 10 OR y.name IS NOT NULL){1,3} (b) RETURN b.key AS b, [q IN r | type(q)] AS t

MATCH (a:Resource)-[:STATEMENT]->{2}(b:Resource) RETURN a.key AS a, b.key AS b

MATCH (a:Resource {key: $friend})-[:STATEMENT]->{1,3}(b:Literal) WHERE b.number > 20 RETURN count(a) AS c, max(b.number) AS m

MATCH (a:Resource)-[:STATEMENT]->{0,3}(b:Resource {key: $iri}) RETURN DISTINCT a.key AS a

MATCH (a:Subject)-[:IDENTIFIED_BY]-+(b:Subject) RETURN DISTINCT a.key AS a, b.key AS b

MATCH (a:Resource)-[:STATEMENT]->{,1}(b:Resource) RETURN count(*) AS c

MATCH (a:Subject {key: $ship})-[r]-{1,2}(b) RETURN size(r) AS n, count(*) AS c

FOR x IN $keys MATCH (n {key: x}) RETURN n.key AS k

// Sub-queries.
MATCH (n:Subject) CALL (n) { MATCH (n)-[:STAYED]->(s) RETURN s } RETURN n.key AS n, s.start AS s

MATCH (n:Subject) CALL (n) { MATCH (n)-[:STAYED]->(s) RETURN max(s.start) AS last, count(s) AS c } RETURN n.key AS n, last, c

MATCH (n:Subject) OPTIONAL CALL (n) { MATCH (n)-[:WENT_SILENT]->(g) RETURN g } RETURN n.key AS n, g.key AS g

MATCH (n:Place) CALL (*) { MATCH (n)<-[:AT]-(s:Stay) RETURN s ORDER BY s.start DESC, s.key LIMIT 1 } RETURN n.name AS n, s.key AS s

CYPHER 5 MATCH (n:Subject) CALL { WITH n MATCH (n)-[:HAS_STATE]->(s) RETURN collect(s.name) AS names } RETURN n.key AS n, names

CALL () { MATCH (n:Ship) RETURN n.key AS k UNION MATCH (n:Place) RETURN n.key AS k } RETURN k

CALL () { MATCH (n:Ship) RETURN count(n) AS c UNION ALL MATCH (n:Place) RETURN count(n) AS c } RETURN sum(c) AS c

MATCH (n:Subject) CALL (n) { WITH n WHERE n:Ship RETURN 'ship' AS what UNION WITH n WHERE n:Person RETURN 'person' AS what } RETURN n.key AS n, what

UNWIND $keys AS key CALL (key) { MATCH (n:Subject {key: key}) RETURN n } RETURN key, n

// Lists, maps, comprehension, projection.
MATCH (n:Subject) RETURN n.key AS n, [(n)-[:STAYED]->(s) | s.start] AS l

MATCH (n:Subject) RETURN n.key AS n, [(n)-[:STAYED]->(s)-[:AT]->(p) WHERE s.fixes > 10 | p.name] AS l

MATCH (n:Subject) RETURN n.key AS n, [p = (n)-[:STAYED]->()-[:AT]->() | length(p)] AS l

MATCH (n:Place) RETURN n {.key, .name, stays: COUNT { (n)<-[:AT]-(:Stay) }} AS m

MATCH (n:Stay) RETURN n {.*} AS m

MATCH (n:Trip) RETURN n {.*, key: null, hours: n.distance_m / 1000} AS m

MATCH (n:Subject) RETURN n {.key, states: [(n)-[:HAS_STATE]->(s) | s {.name, .start}]} AS m

MATCH (n:Routine) RETURN n.key AS n, [h IN n.weekday_hours WHERE h > 1 | h * 2] AS l, n.weekday_hours[3] AS three, n.weekday_hours[-1] AS last, n.weekday_hours[1..4] AS some

MATCH (n:Routine) RETURN n.key AS n, reduce(s = 0, h IN n.weekday_hours | s + h) AS sum, any(h IN n.weekday_hours WHERE h > 3) AS any, all(h IN n.weekday_hours WHERE h >= 0) AS all, none(h IN n.weekday_hours WHERE h > 99) AS none, single(h IN n.weekday_hours WHERE h = 0) AS single

MATCH (n:TrackSegment) RETURN n.segment AS s, size(n.times) AS n, head(n.lons) AS first, last(n.lats) AS last, tail(n.times) AS rest, reverse(n.times) AS back

MATCH (n:TrackSegment) UNWIND n.times AS t RETURN min(t) AS first, max(t) AS last, count(t) AS c

MATCH (n:TrackSegment) UNWIND range(0, size(n.times) - 1) AS at RETURN n.subject AS s, n.times[at] AS t, n.lons[at] AS lon

MATCH (n:Finding) UNWIND n.evidence AS e RETURN n.key AS f, e, EXISTS { (n)-[:EVIDENCE]->({key: e}) } AS there

MATCH (n) RETURN properties(n) AS p

MATCH (n) RETURN labels(n) AS l, keys(n) AS k

MATCH ()-[r]->() RETURN r

MATCH ()-[r]->() RETURN properties(r) AS p, keys(r) AS k, type(r) AS t

MATCH ()-[r]->() RETURN startNode(r).key AS a, endNode(r).key AS b

MATCH ()-[r:STATEMENT]->() RETURN r {.*} AS m, r.predicate AS p

MATCH (n:Subject) RETURN collect(n) AS l

MATCH (n:Place) RETURN collect(DISTINCT n.timezone) AS l, collect(n {.name}) AS m

MATCH (n:Place) WITH collect(n) AS l UNWIND l AS n RETURN n.name AS n

MATCH (n:Subject) WITH collect(n.key) AS keys RETURN size(keys) AS c, $ship IN keys AS there, 'nobody' IN keys AS nobody

MATCH (n:Subject) WITH {key: n.key, kind: n.kind} AS m RETURN m.key AS k, m['kind'] AS v, keys(m) AS l

RETURN [x IN range(1, 5) WHERE x % 2 = 0 | x * x] AS l, [1, 2] + 3 AS p, [1] || [2] AS q, {a: {b: 1}}.a.b AS m

MATCH (n:Place) RETURN allReduce(s = 0, x IN [1, 2] | s + x, s < 10) AS z, n.key AS k

// Aggregation.
MATCH (n:Stay) RETURN count(n) AS c, sum(n.fixes) AS s, avg(n.fixes) AS a, min(n.start) AS first, max(n.start) AS last

MATCH (n:Stay) RETURN stdev(n.fixes) AS d, stdevp(n.fixes) AS p

MATCH (n:Trip) RETURN percentileCont(n.distance_m, 0.5) AS m, percentileDisc(n.distance_m, 0.9) AS p

MATCH (n:Stay) RETURN n.place AS p, count(*) AS c, avg(n.radius_m) AS r

MATCH (n:Stay) RETURN n.inferred AS i, n.end IS NULL AS open, count(*) AS c

MATCH (a:Subject)-[:STAYED]->(s)-[:AT]->(p) RETURN a.key AS a, p.key AS p, count(s) AS c, collect(s.fixes) AS f

MATCH (a:Subject)-[:STAYED]->(s) WITH a, count(s) AS c WHERE c > 2 RETURN a.key AS a, c

MATCH (a:Subject) WITH a.kind AS kind, count(*) AS c RETURN kind, c

MATCH (n:Stay) RETURN date(n.start) AS day, count(*) AS c

MATCH (n:Stay) RETURN n.start.hour AS hour, sum(n.fixes) AS c

MATCH (n:Literal) RETURN n.datatype AS d, count(*) AS c, min(n.value) AS first, max(n.value) AS last

MATCH (n:Literal) RETURN avg(n.number) AS a, min(n.number) AS b, max(n.number) AS c

MATCH (n:Trip) RETURN sum(duration.between(n.start, n.end)) AS d, avg(duration.inSeconds(n.start, n.end)) AS a

MATCH (n:Place) RETURN n.port AS port, count(*) AS c GROUP BY n.port

MATCH (n:Stay) RETURN DISTINCT n.place AS p, n.inferred AS i

MATCH (n) RETURN DISTINCT labels(n) AS l

MATCH (n:Stay) WITH avg(n.fixes) AS mean MATCH (m:Stay) WHERE m.fixes > mean RETURN count(m) AS c

MATCH (n:Finding) RETURN n.kind AS k, sum(n.surprise) AS s, collect(DISTINCT n.days) AS d

// Ordering and paging.
// in order
MATCH (n:Stay) RETURN n.key AS k ORDER BY k

// in order
MATCH (n:Stay) RETURN n.key AS k ORDER BY n.start DESC, k LIMIT 5

// in order
MATCH (n:Stay) RETURN n.key AS k ORDER BY k SKIP 3 LIMIT 4

// in order
MATCH (n:Subject) RETURN n.key AS k ORDER BY k OFFSET 2

// in order
MATCH (n:SubjectState) RETURN n.name AS n, n.key AS k ORDER BY n.name ASC, n.key DESC LIMIT 10

// in order
MATCH (n:SubjectState) RETURN n.call_sign AS c, n.key AS k ORDER BY c ASC, k

// in order
MATCH (n:SubjectState) RETURN n.length_m AS c, n.key AS k ORDER BY c DESC, k

// in order
MATCH (n:Subject) WITH n ORDER BY n.key DESC LIMIT 3 MATCH (n)-[:STAYED]->(s) RETURN n.key AS n, s.key AS s ORDER BY s

// in order
MATCH (n:Subject) WITH n ORDER BY n.key RETURN collect(n.key) AS l

// in order
MATCH (n:Trip) RETURN n.key AS k, n.distance_m AS d ORDER BY d DESC, k LIMIT 1

// in order
MATCH (a:Subject)-[:STAYED]->(s)-[:AT]->(p) RETURN p.key AS p, count(*) AS c ORDER BY c DESC, p LIMIT 3

// in order
MATCH (n:Stay) WHERE n.start >= $since RETURN n.start AS s, n.key AS k ORDER BY s, k LIMIT 7

// in order
MATCH (n) RETURN n.key AS k ORDER BY k LIMIT 20

// in order
MATCH (n) RETURN n.key AS k, labels(n) AS l ORDER BY k DESC LIMIT toInteger(3 + 2)

// in order
CYPHER 5 MATCH (n:Place) RETURN n.name AS n ORDER BY n.name SKIP 1 LIMIT 2

MATCH (n:Ship) RETURN 1 AS one LIMIT 1

MATCH (n:Ship) RETURN count(*) AS c LIMIT 1

// UNION, NEXT, WHEN, LET, FILTER.
MATCH (n:Ship) RETURN n.key AS k UNION MATCH (n:Place) RETURN n.key AS k

MATCH (n:Ship) RETURN labels(n) AS k UNION ALL MATCH (n:Subject) RETURN labels(n) AS k

MATCH (n:Ship) RETURN n.key AS k UNION DISTINCT MATCH (n:Subject) RETURN n.key AS k

CYPHER 5 MATCH (n:Stay) RETURN n.place AS k UNION MATCH (n:Trip) RETURN n.origin AS k

MATCH (n:Ship) RETURN n NEXT MATCH (n)-[:STAYED]->(s) RETURN n.key AS n, count(s) AS c

MATCH (n:Stay) RETURN count(n) AS c NEXT MATCH (p:Place) RETURN c, count(p) AS p

MATCH (n:Ship) RETURN count(n) AS c NEXT WHEN c > 2 THEN RETURN 'many' AS many ELSE RETURN 'few' AS many

WHEN EXISTS { MATCH (n:Ship {key: $ship}) } THEN MATCH (n:Ship) RETURN count(n) AS c ELSE RETURN -1 AS c

WHEN EXISTS { MATCH (n:Ship {key: 'nobody'}) } THEN RETURN 1 AS c ELSE MATCH (n:Subject) RETURN count(n) AS c

MATCH (n:Stay) LET hours = n.fixes / 10.0 FILTER hours > 4 RETURN n.key AS k, hours

LET x = 1 MATCH (n:Ship) FILTER WHERE n.key <> $ship RETURN x, n.key AS k

MATCH (n:Subject) FILTER n:Ship AND EXISTS { (n)-[:STAYED]->() } RETURN n.key AS k

// in order
MATCH (n:Place) LET k = n.key FILTER k STARTS WITH 'urn' ORDER BY k LIMIT 3 RETURN k

{ MATCH (n:Ship) RETURN n.key AS k UNION MATCH (n:Place) RETURN n.key AS k }

MATCH (n:Ship) RETURN * NEXT RETURN n.key AS k

MATCH (n:Subject) WITH *, n.key AS k WHERE k > $ship RETURN *

MATCH (n:Place) RETURN *, n.name AS name

UNWIND $keys AS key MATCH (n {key: key}) RETURN n

UNWIND $keys AS key OPTIONAL MATCH (n:Ship {key: key}) RETURN key, n.kind AS kind

MATCH (n:Ship) FINISH

// Predicates and values.
MATCH (n:SubjectState) WHERE n.name STARTS WITH 'A' RETURN n.name AS n, n.key AS k

MATCH (n:SubjectState) WHERE n.name ENDS WITH 'R' RETURN n.name AS n

MATCH (n:SubjectState) WHERE n.name CONTAINS 'T' RETURN n.name AS n

MATCH (n:SubjectState) WHERE n.name =~ '(?i).*tug.*' RETURN n.name AS n

MATCH (n:SubjectState) WHERE n.name = $name RETURN n.key AS k

MATCH (n:SubjectState) WHERE n.name IN ['ADA', 'TUG TWO'] RETURN n.key AS k

MATCH (n:SubjectState) WHERE n.name <> $name XOR n.type_code = 52 RETURN n.key AS k

MATCH (n:SubjectState) WHERE n.type_code IS NULL RETURN n.key AS k

MATCH (n:SubjectState) WHERE 30 < n.type_code <= 70 RETURN n.key AS k

MATCH (n:SubjectState) RETURN CASE n.type_code WHEN 30 THEN 'f' WHEN 52, 70 THEN 't' ELSE 'x' END AS c, count(*) AS n

MATCH (n:SubjectState) RETURN CASE WHEN n.length_m > 100 THEN 'long' WHEN n.length_m IS NULL THEN 'unknown' ELSE 'short' END AS c, count(*) AS n

MATCH (n:SubjectState) RETURN toLower(n.name) AS l, toUpper(n.name) AS u, size(n.name) AS s, left(n.name, 2) AS a, right(n.name, 1) AS z, substring(n.name, 1, 2) AS m, replace(n.name, 'A', '_') AS r, split(n.name, ' ') AS w, trim(n.name) AS t, reverse(n.name) AS v

MATCH (n:SubjectState) RETURN coalesce(n.call_sign, n.name, 'none') AS c, nullIf(n.name, 'ADA') AS i

MATCH (n:SubjectState) RETURN n.name || '!' AS s, n.name + 1 AS t, toString(n.type_code) AS c, toIntegerOrNull(n.name) AS i

MATCH (n:SubjectState) RETURN valueType(n.length_m) AS t, n.length_m IS :: FLOAT AS f, n.name IS :: STRING NOT NULL AS s, n.type_code IS NOT TYPED STRING AS i, n.name IS NORMALIZED AS z

MATCH (n:Trip) RETURN round(n.distance_m, 1) AS r, floor(n.distance_m) AS f, ceil(n.max_speed) AS c, abs(-n.fixes) AS a, sign(n.fixes) AS s, sqrt(n.fixes) AS q, n.fixes % 3 AS m, n.fixes ^ 2 AS p, n.distance_m / n.fixes AS d, log(n.fixes) AS l, exp(1) AS e

MATCH (n:Trip) WHERE n.distance_m > $number RETURN n.key AS k

MATCH (n:Trip) WHERE n.origin = n.destination OR n.origin < n.destination RETURN n.key AS k

MATCH (n:Place) RETURN sin(n.lat) AS s, cos(radians(n.lon)) AS c, degrees(atan2(n.lat, n.lon)) AS d, haversin(n.lat) AS h

MATCH (a:Subject), (b:Subject) WHERE a = b RETURN count(*) AS c

MATCH (a:Subject), (b:Subject) WHERE a <> b AND a.kind = b.kind RETURN a.key AS a, b.key AS b

MATCH (n) WHERE n.key IS NULL RETURN count(n) AS c

MATCH (n) WHERE NOT isEmpty(n.name) RETURN count(n) AS c

MATCH (n:Stay) WHERE n.end IS NOT NULL AND NOT n.inferred RETURN n.key AS k

MATCH (n:Subject) RETURN exists { (n)-[:STAYED]->() } AND n:Ship AS e, count(*) AS c

MATCH (n) WHERE n:Stay AND n.subject = $ship RETURN n.key AS k

// Indexes and hints: range, text, point, lookup, composite, of relationships, unique.
MATCH (n:Subject) USING INDEX n:Subject(key) WHERE n.key = $ship RETURN n

MATCH (n:Subject) USING INDEX SEEK n:Subject(key) WHERE n.key IN $keys RETURN n.key AS k

MATCH (n:Subject) USING SCAN n:Subject WHERE n.key > $ship RETURN n.key AS k

MATCH (n:Conclusion) USING INDEX n:Conclusion(key) WHERE n.key STARTS WITH 'urn:diurnal:stay' RETURN n.key AS k

MATCH (n:Conclusion) USING RANGE INDEX n:Conclusion(key) WHERE n.key >= 'urn:diurnal:t' RETURN n.key AS k

MATCH (n:Conclusion) USING INDEX n:Conclusion(key) WHERE n.key IS NOT NULL RETURN count(n) AS c

MATCH (n:Stay) USING INDEX n:Stay(start) WHERE n.start >= $since AND n.start < $until RETURN n.key AS k

MATCH (n:Trip) WHERE n.start < $until RETURN n.key AS k

// in order
MATCH (n:Trip) WHERE n.start > $since RETURN n.start AS s, n.key AS k ORDER BY n.start, n.key LIMIT 5

MATCH (n:Stay) WHERE n.start IS NOT NULL RETURN min(n.start) AS a, max(n.start) AS b

MATCH (n:SubjectState) USING TEXT INDEX n:SubjectState(name) WHERE n.name CONTAINS 'TUG' RETURN n.key AS k

MATCH (n:SubjectState) USING TEXT INDEX n:SubjectState(name) WHERE n.name STARTS WITH 'A' RETURN n.key AS k

MATCH (n:SubjectState) USING TEXT INDEX n:SubjectState(name) WHERE n.name = $name RETURN n.key AS k

MATCH (n:Place) USING POINT INDEX n:Place(position) WHERE point.distance(n.position, $here) < 5000 RETURN n.key AS k

MATCH (n:Stay) USING POINT INDEX n:Stay(position) WHERE point.withinBBox(n.position, point({longitude: -74.1, latitude: 40.6}), point({longitude: -73.95, latitude: 40.9})) RETURN n.key AS k

MATCH (n:Place) WHERE n.position = $here RETURN n.key AS k

MATCH (n:TrackSegment) USING INDEX n:TrackSegment(subject, hour) WHERE n.subject = $ship AND n.hour >= $since RETURN n.key AS k

MATCH (n:TrackSegment) USING INDEX n:TrackSegment(hour) WHERE n.hour >= $since RETURN n.key AS k

MATCH (n:TrackSegment) WHERE n.subject = $ship AND n.hour IS NOT NULL RETURN n.hour AS h, n.fixes AS f

MATCH ()-[r:STATEMENT]->() USING INDEX r:STATEMENT(name) WHERE r.name = 'knows' RETURN count(r) AS c

MATCH (a)-[r:STATEMENT]->(b) USING INDEX r:STATEMENT(name) WHERE r.name STARTS WITH 'a' RETURN a.key AS a, b.key AS b

MATCH (a)-[r:STATEMENT]-(b) WHERE r.name = 'near' RETURN a.key AS a, b.key AS b

MATCH ()-[r:STATEMENT]->() WHERE r.key IS NOT NULL RETURN count(r) AS c

MATCH (n:Literal) USING INDEX n:Literal(number) WHERE n.number > 30 RETURN n.value AS v

MATCH (n:Literal) USING INDEX n:Literal(instant) WHERE n.instant < $since RETURN n.value AS v

MATCH (n:Literal) USING INDEX n:Literal(head) WHERE n.head IN ['ADA', 'TUG TWO'] RETURN n.value AS v

MATCH (n:Literal) WHERE n.number = 50 OR n.head STARTS WITH 'A' RETURN n.value AS v

MATCH (a:Subject)-[:STAYED]->(s:Stay)-[:AT]->(p:Place) USING JOIN ON s WHERE a.key = $ship RETURN p.key AS p

MATCH (a:Subject {key: $ship}), (b:Subject {key: $other}) USING INDEX a:Subject(key) USING INDEX b:Subject(key) RETURN a.key AS a, b.key AS b

MATCH (n:Identifier) WHERE n.key STARTS WITH 'urn:diurnal:identifier:IMO' RETURN n.value AS v

MATCH (n:Place {key: $place}) RETURN n

MATCH (n:Source) RETURN n

MATCH (n:Resource {key: $iri})-[r:STATEMENT]->(o) RETURN r.name AS name, o.value AS v, o.key AS k

MATCH ()-[r:STAYED]->(s:Stay {place: $place}) RETURN s.key AS s

MATCH ()-[r]->({key: $place}) RETURN type(r) AS t, count(*) AS c

// Full text.
CALL diurnal.search($word) YIELD node RETURN node

CALL diurnal.search('ada') YIELD node RETURN labels(node) AS l, node.name AS n

CALL diurnal.search('tug') YIELD node WHERE node:SubjectState RETURN node.key AS k

CALL diurnal.search('ada star') YIELD node RETURN count(node) AS c

CALL diurnal.search('367') YIELD node MATCH (node)<-[:IDENTIFIED_BY]-(s) RETURN s.key AS s, node.value AS v

CALL diurnal.search('pier') YIELD node AS p MATCH (p)<-[:AT]-(s:Stay) RETURN p.name AS p, count(s) AS c

MATCH (n:Subject)-[:HAS_STATE]->(s) CALL diurnal.search(s.name) YIELD node RETURN n.key AS n, count(node) AS c

// in order
CALL diurnal.search('a') YIELD node RETURN node.name AS n, node.key AS k ORDER BY k LIMIT 4

CALL diurnal.search('fishing') YIELD node RETURN count(*) AS c

CALL diurnal.search('nobodysname') YIELD node RETURN count(*) + 1 AS c

CYPHER 5 CALL diurnal.search('ada') YIELD node RETURN node.key AS k

// Time and space.
MATCH (n:Stay) WHERE n.start >= datetime('2020-12-02T00:00Z') RETURN n.key AS k

MATCH (n:Stay) RETURN date(n.start) AS d, localtime(n.start) AS t, localdatetime(n.start) AS l, time(n.start) AS z, n.start.epochMillis AS e

MATCH (n:Stay) RETURN datetime.truncate('day', n.start) AS d, date.truncate('week', n.start) AS w, n.start.dayOfWeek AS o, n.start.week AS k

MATCH (n:Stay) WHERE n.end IS NOT NULL RETURN n.key AS k, duration.between(n.start, n.end) AS d, duration.inSeconds(n.start, n.end).seconds AS s, n.end - duration('PT1H') AS b

MATCH (n:Stay) WHERE n.start + duration({hours: 5}) >= n.last_seen RETURN n.key AS k

MATCH (n:Routine) RETURN n.through AS t, n.through + duration('P1D') AS next, n.through.year AS y, duration.inDays(date('2020-12-01'), n.through).days AS d

MATCH (n:TrackSegment) RETURN datetime({epochMillis: n.times[0]}) AS t, datetime.fromEpochMillis(n.times[0]) AS u, datetime.fromEpoch(n.times[0] / 1000, 0) AS v

MATCH (n:Stay) WITH n, datetime({date: date(n.start), timezone: 'America/New_York'}) AS local RETURN n.key AS k, local

MATCH (n:Literal) WHERE n.instant IS NOT NULL RETURN n.instant.year AS y, datetime(n.value) = n.instant AS same

MATCH (a:Stay), (b:Stay) WHERE a.key < b.key AND a.start <= b.last_seen AND b.start <= a.last_seen AND a.place = b.place RETURN a.key AS a, b.key AS b

MATCH (a:Place), (b:Place) WHERE a.key < b.key RETURN a.key AS a, b.key AS b, point.distance(a.position, b.position) AS d

MATCH (n:Place) RETURN n.position.longitude AS x, n.position.y AS y, n.position.srid AS s, n.position.crs AS c, point({longitude: n.lon, latitude: n.lat}) = n.position AS same

// in order
MATCH (n:Place) RETURN n.key AS k, point.distance(n.position, $here) AS d ORDER BY d, k LIMIT 2

MATCH (n:Gap) RETURN point.distance(point({longitude: n.start_lon, latitude: n.start_lat}), point({longitude: n.end_lon, latitude: n.end_lat})) AS d, n.distance_m AS m

MATCH (n:Place) RETURN vector.similarity.cosine([n.lon, n.lat], [1.0, 2.0]) AS c, vector.similarity.euclidean([n.lon, n.lat], [1.0, 2.0]) AS e

// What analysts ask.
MATCH (s:Ship)-[:STAYED]->(v:Stay)-[:AT]->(p:Place) WITH s, p, count(v) AS visits ORDER BY visits DESC, p.key WITH s, collect({place: p.name, visits: visits})[0] AS most RETURN s.key AS s, most

MATCH (a:Subject)-[:STAYED]->(x:Stay)-[:AT]->(p:Place)<-[:AT]-(y:Stay)<-[:STAYED]-(b:Subject) WHERE a.key < b.key AND x.start < coalesce(y.end, y.last_seen) AND y.start < coalesce(x.end, x.last_seen) RETURN a.key AS a, b.key AS b, p.name AS p, count(*) AS meetings

MATCH (s:Subject) OPTIONAL MATCH (s)-[:HAS_STATE]->(n) WITH s, n ORDER BY n.start DESC, n.key WITH s, collect(n)[0] AS latest RETURN s.key AS s, latest.name AS name

MATCH (s:Subject)-[:HAS_STATE]->(n) WHERE n.start < $until WITH s, n.name AS name, min(n.start) AS since RETURN s.key AS s, name, since

MATCH (f:Finding)-[:ABOUT]->(s:Subject)-[:HAS_STATE]->(n) RETURN f.statement AS f, collect(DISTINCT n.name) AS names

MATCH (s:Subject)-[:MADE_TRIP]->(t:Trip)-[:FROM]->(a), (t)-[:TO]->(b) RETURN a.name AS a, b.name AS b, count(*) AS c, sum(t.distance_m) AS m

MATCH (s:Subject {key: $ship})-[:HAS_TRACK]->(t) RETURN sum(t.fixes) AS fixes, min(t.start) AS first, max(t.end) AS last, count(DISTINCT t.source) AS sources

MATCH (s:Subject) WHERE NOT EXISTS { (s)-[:HAS_TRACK]->(t) WHERE t.hour >= $since } RETURN s.key AS s

MATCH (a:Resource)-[:STATEMENT {name: 'knows'}]->(b)-[:STATEMENT {name: 'knows'}]->(c) WHERE NOT EXISTS { (a)-[:STATEMENT {name: 'knows'}]->(c) } RETURN a.key AS a, c.key AS c

MATCH (a:Resource)-[:STATEMENT {name: 'at'}]->(b)-[:STATEMENT {name: 'near'}]->(r), (s:Subject) WHERE s.key = r.key RETURN a.key AS a, s.key AS s

MATCH (n:Subject)-[r]->(m) WITH n, type(r) AS t, count(m) AS c RETURN n.key AS n, collect({type: t, many: c}) AS l
