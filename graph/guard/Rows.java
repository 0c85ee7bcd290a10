// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.neo4j.cypher.internal.javacompat.ResultSubscriber;
import org.neo4j.graphdb.Entity;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Path;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.neo4j.kernel.impl.coreapi.InternalTransaction;
import org.neo4j.kernel.impl.util.DefaultValueMapper;
import org.neo4j.memory.MemoryTracker;
import org.neo4j.values.SequenceValue;

/**
 * Rows as plain values, taken while the reader's sight is on: a node that left it would show everything.
 *
 * Nodes, relationships and paths become maps with what they are under "~", and numbers of this answer alone
 * for ids: those of the store have gaps, and gaps tell. A map of the reader's own with that key is wrapped.
 */
final class Rows {
    static final String KIND = "~";
    /** Bytes that a value takes with its place in a list: a number in a box, or the head of a text. */
    private static final int EACH = 32;

    private static final int EACH_ROW = 120;

    private final long mostBytes;
    private final MemoryTracker memory;
    private final Map<Long, Long> nodes = new HashMap<>();
    private final Map<Long, Long> relationships = new HashMap<>();
    private long bytes;
    /** Bytes of the lists that Neo4j has made of the next row so far; a list within a list is one more. */
    private long coming;

    /** @param memory what the answer takes is of the reader's memory, and of all readers' */
    Rows(long mostBytes, MemoryTracker memory) {
        this.mostBytes = mostBytes;
        this.memory = memory;
    }

    /** Sees that lists are not too large before they are made: that of range() is none until it is read. */
    void weighEach(Result result, Transaction transaction) {
        ((ResultSubscriber) result).onValueMapperCreated(new DefaultValueMapper((InternalTransaction) transaction) {
            @Override
            public List<?> mapSequence(SequenceValue list) {
                coming = Math.addExact(coming, Math.multiplyExact(list.actualSize(), (long) EACH));
                room(Math.addExact(bytes, coming));
                return super.mapSequence(list);
            }
        });
    }

    List<Object> row(List<String> columns, Map<String, Object> values) {
        coming = 0;
        add(EACH_ROW);
        List<Object> row = new ArrayList<>(columns.size());
        for (String column : columns) {
            row.add(plain(values.get(column)));
        }
        return row;
    }

    private Object plain(Object value) {
        weigh(value);
        return switch (value) {
            case Node node -> node(node);
            case Relationship relationship -> relationship(relationship);
            case Path path -> path(path);
            case Map<?, ?> map -> map(map);
            case List<?> list -> each(list);
            case null, default -> value;
        };
    }

    private void weigh(Object value) {
        add(EACH);
        if (value instanceof String text) {
            add(text.length());
        } else if (value != null && value.getClass().isArray()) {
            add(8L * Array.getLength(value));
        }
    }

    private void add(long more) {
        bytes += more;
        room(bytes);
        memory.allocateHeap(more);
    }

    private void room(long wanted) {
        if (wanted > mostBytes) {
            throw new GuardException("The answer is larger than " + mostBytes + " bytes: ask for less.");
        }
    }

    private List<Object> each(Iterable<?> several) {
        List<Object> list = new ArrayList<>();
        for (Object one : several) {
            list.add(plain(one));
        }
        return list;
    }

    private Map<String, Object> map(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put((String) key, plain(value)));
        return copy.containsKey(KIND) ? Map.of(KIND, "map", "value", copy) : copy;
    }

    private Map<String, Object> node(Node node) {
        List<String> labels = StreamSupport.stream(node.getLabels().spliterator(), false)
                .map(Label::name)
                .sorted()
                .toList();
        Map<String, Object> said = entity("node", number(nodes, node.getId()), node);
        said.put("labels", labels);
        return said;
    }

    private Map<String, Object> relationship(Relationship relationship) {
        Map<String, Object> said =
                entity("relationship", number(relationships, relationship.getId()), relationship);
        said.put("type", relationship.getType().name());
        said.put("start", number(nodes, relationship.getStartNodeId()));
        said.put("end", number(nodes, relationship.getEndNodeId()));
        return said;
    }

    private Map<String, Object> path(Path path) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put(KIND, "path");
        said.put("nodes", each(path.nodes()));
        said.put("relationships", each(path.relationships()));
        return said;
    }

    private Map<String, Object> entity(String kind, long number, Entity entity) {
        Map<String, Object> properties = new TreeMap<>();
        entity.getAllProperties().forEach((key, value) -> properties.put(key, plain(value)));
        Map<String, Object> said = new LinkedHashMap<>();
        said.put(KIND, kind);
        said.put("id", number);
        said.put("properties", properties);
        return said;
    }

    private static long number(Map<Long, Long> numbers, long id) {
        return numbers.computeIfAbsent(id, unknown -> (long) numbers.size());
    }
}
