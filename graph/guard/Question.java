// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.neo4j.cypher.internal.CypherVersion;
import org.neo4j.cypher.internal.PreParser;
import org.neo4j.cypher.internal.ast.ImportingWithSubqueryCall;
import org.neo4j.cypher.internal.ast.ScopeClauseSubqueryCall;
import org.neo4j.cypher.internal.ast.Statement;
import org.neo4j.cypher.internal.ast.UnresolvedCall;
import org.neo4j.cypher.internal.config.CypherConfiguration;
import org.neo4j.cypher.internal.expressions.FunctionInvocation;
import org.neo4j.cypher.internal.parser.AstParserFactory;
import org.neo4j.cypher.internal.parser.Cypher25AstParserFactory$;
import org.neo4j.cypher.internal.parser.Cypher5AstParserFactory$;
import org.neo4j.cypher.internal.preparser.PreParsedQuery;
import org.neo4j.cypher.internal.util.Neo4jCypherExceptionFactory;
import scala.Option;
import scala.Product;
import scala.collection.Iterator;

/**
 * Sees, by Neo4j's own parser, that a query only reads the graph.
 *
 * Clauses, functions and procedures are refused that are not named in Allowed: what a later Neo4j brings is
 * not let through because nobody has thought of it. Expressions other than functions pass, whatever they are.
 */
final class Question {
    private static final String TREE = "org.neo4j.cypher.internal.ast.";
    private static final Pattern VERSION = Pattern.compile("(?i)\\s*(?:CYPHER\\s+(5|25))?\\s*");
    private static final int MOST_TEXT = 20_000;
    private static final int MOST_KEPT = 2_000;
    /** Longer texts are checked each time: whoever varies them would else fill the heap. */
    private static final int MOST_KEPT_TEXT = 2_000;

    /** Parts within parts, and CASEs: Neo4j's parser takes minutes for hundreds of them, whatever time it has. */
    private static final int MOST_DEPTH = 50;

    private static final Pattern PART = Pattern.compile(
            "'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\"|`[^`]*+`|//[^\\r\\n]*+|/\\*.*?\\*/"
                    + "|(?<open>[(\\[{])|(?<close>[)\\]}])|(?<case>\\bCASE\\b)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern ESCAPED = Pattern.compile("\\\\u+([0-9a-fA-F]{4})");

    private final PreParser options;
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    Question(CypherConfiguration configuration) {
        options = new PreParser(configuration);
    }

    /** The text to run, with nothing before it but its version of Cypher (25, if it says none); else a GuardException. */
    String checked(String text) {
        if (text.length() > MOST_TEXT) {
            throw new GuardException("The query is longer than " + MOST_TEXT + " characters.");
        }
        String known = seen.get(text);
        if (known == null) {
            known = check(text);
            keep(text, known);
        }
        return known;
    }

    private void keep(String text, String known) {
        if (text.length() > MOST_KEPT_TEXT) {
            return;
        }
        if (seen.size() >= MOST_KEPT) {
            seen.clear();
        }
        seen.put(text, known);
    }

    private String check(String text) {
        seeDepth(text);
        seeDepth(unescaped(text));
        PreParsedQuery parts = options.preParse(text);
        Matcher before = VERSION.matcher(parts.rawPreparserOptions());
        if (!before.matches()) {
            throw new GuardException("Nothing but CYPHER 5 or CYPHER 25 may stand before a query.");
        }
        CypherVersion version = "5".equals(before.group(1)) ? CypherVersion.Cypher5 : CypherVersion.Cypher25;
        walk(parse(parts.statement(), version));
        return "CYPHER " + (version == CypherVersion.Cypher5 ? "5" : "25") + " " + parts.statement();
    }

    private static void seeDepth(String text) {
        int depth = 0;
        int cases = 0;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            depth = Math.max(0, depth + (part.group("open") != null ? 1 : part.group("close") != null ? -1 : 0));
            cases += part.group("case") != null ? 1 : 0;
            if (depth > MOST_DEPTH || cases > MOST_DEPTH) {
                throw new GuardException("The query is nested too deeply.");
            }
        }
    }

    /** As Cypher 5 reads it: an escape may stand for any character, anywhere. */
    private static String unescaped(String text) {
        return ESCAPED.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }

    private static Statement parse(String statement, CypherVersion version) {
        AstParserFactory parsers = version == CypherVersion.Cypher5
                ? Cypher5AstParserFactory$.MODULE$
                : Cypher25AstParserFactory$.MODULE$;
        return parsers.apply(statement, new Neo4jCypherExceptionFactory(statement, Option.empty()), Option.empty())
                .singleStatement();
    }

    private static void walk(Object root) {
        Deque<Object> left = new ArrayDeque<>();
        left.add(root);
        while (!left.isEmpty()) {
            Object part = left.pop();
            see(part);
            Iterator<?> within = part instanceof scala.collection.Iterable<?> several
                    ? several.iterator()
                    : part instanceof Product product ? product.productIterator() : Iterator.empty();
            while (within.hasNext()) {
                Object each = within.next();
                if (each != null) {
                    left.push(each);
                }
            }
        }
    }

    private static void see(Object part) {
        String kind = part.getClass().getName();
        if (kind.startsWith(TREE)) {
            String name = kind.substring(TREE.length()).replace("$", "");
            if (!Allowed.CLAUSES.contains(name)) {
                throw new GuardException(name + " is no way of reading the graph.");
            }
        }
        if (part instanceof UnresolvedCall call) {
            allow(Allowed.PROCEDURES, call.fullName(), "procedure");
        } else if (part instanceof ImportingWithSubqueryCall call && call.inTransactionsParameters().isDefined()
                || part instanceof ScopeClauseSubqueryCall scoped && scoped.inTransactionsParameters().isDefined()) {
            throw new GuardException("CALL { … } IN TRANSACTIONS is no way of reading the graph.");
        } else if (part instanceof FunctionInvocation function) {
            seeFunction(function);
        }
    }

    private static void seeFunction(FunctionInvocation function) {
        String name = function.functionName().fullName();
        allow(Allowed.FUNCTIONS, name, "function");
        int least = Allowed.LEAST_ARGUMENTS.getOrDefault(name.toLowerCase(Locale.ROOT), 0);
        scala.collection.Seq<?> arguments = function.args();
        if (arguments.length() < least) {
            throw new GuardException(name + "() would read the clock: give it a value, such as $moment.");
        }
    }

    private static void allow(Set<String> allowed, String name, String what) {
        if (!allowed.contains(name.toLowerCase(Locale.ROOT))) {
            throw new GuardException("The " + what + " " + name + " is not for reading the graph.");
        }
    }
}
