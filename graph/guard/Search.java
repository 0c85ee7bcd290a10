// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/**
 * Full text, without what tells of hidden nodes: no scores, which count them; no limit, which they fill; no
 * fuzzy words, which are replaced by the nearest in the index, whosever they are.
 */
public final class Search {
    /** An apostrophe within a word is of the word, as in the index. */
    private static final Pattern BETWEEN_WORDS =
            Pattern.compile("(?:[^\\p{L}\\p{N}_'’]|(?<![\\p{L}\\p{N}])['’]|['’](?![\\p{L}\\p{N}]))+");

    @Context
    public Transaction transaction;

    /** A node found. */
    public static final class Found {
        public Node node;

        Found(Node node) {
            this.node = node;
        }
    }

    @Procedure(name = "diurnal.search", mode = Mode.READ)
    @Description("Nodes with a name, call sign, type or value in which each of the words begins a word.")
    public Stream<Found> search(@Name("words") String words) {
        List<String> wanted = Arrays.stream(BETWEEN_WORDS.split(words.toLowerCase(Locale.ROOT)))
                .filter(word -> !word.isEmpty())
                .toList();
        if (wanted.isEmpty()) {
            return Stream.empty();
        }
        String lucene = wanted.stream().map(word -> "+" + word + "*").collect(Collectors.joining(" "));
        Result result = transaction.execute(
                "CALL db.index.fulltext.queryNodes('search', $lucene) YIELD node RETURN node", Map.of("lucene", lucene));
        return result.stream().map(row -> new Found((Node) row.get("node"))).onClose(result::close);
    }
}
