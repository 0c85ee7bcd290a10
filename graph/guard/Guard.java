// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.neo4j.configuration.Config;
import org.neo4j.cypher.internal.config.CypherConfiguration;
import org.neo4j.graphdb.QueryExecutionException;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.neo4j.internal.kernel.api.TokenRead;
import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.api.exceptions.Status;
import org.neo4j.kernel.internal.GraphDatabaseAPI;
import org.neo4j.memory.LimitedMemoryTracker;
import org.neo4j.procedure.Context;
import org.neo4j.procedure.Description;
import org.neo4j.procedure.Mode;
import org.neo4j.procedure.Name;
import org.neo4j.procedure.Procedure;

/** Runs a reader's query so that what they may not see does not exist in the answer. */
public final class Guard {
    /** Errors whose text tells of the query alone, which is the reader's own. */
    private static final Set<String> TOLD = Set.of(
            "Neo.ClientError.Statement.SyntaxError",
            "Neo.ClientError.Statement.SemanticError",
            "Neo.ClientError.Statement.TypeError",
            "Neo.ClientError.Statement.ArgumentError",
            "Neo.ClientError.Statement.ArithmeticError",
            "Neo.ClientError.Statement.ParameterMissing");

    private static final String TOO_MUCH_MEMORY = "The query needs more memory than one may have: ask for less.";

    /** How Neo4j writes the id of a node or relationship where it names a value: "got: (3)", "-[1]-". */
    private static final Pattern ID = Pattern.compile("(?<=[(\\[])\\d+(?=[)\\]])");

    private static volatile Question question;

    @Context
    public Transaction transaction;

    @Context
    public KernelTransaction kernel;

    @Context
    public GraphDatabaseAPI database;

    /** One part of an answer: "columns" first, then each "row"; "cut" after the most rows. */
    public static final class Part {
        public String kind;
        public List<Object> values;

        Part(String kind, List<Object> values) {
            this.kind = kind;
            this.values = values;
        }
    }

    @Procedure(name = "diurnal.read", mode = Mode.READ)
    @Description("Run a reading query as somebody sees the graph: {allowed: [ids], moment: ms, rows: n, bytes: n, memory: n}.")
    public Stream<Part> read(
            @Name("query") String query,
            @Name("parameters") Map<String, Object> parameters,
            @Name("sight") Map<String, Object> told) {
        try {
            return answer(query, parameters, told).stream();
        } catch (GuardException refused) {
            throw refused;
        } catch (StackOverflowError deep) {
            throw new GuardException("The query is nested too deeply.");
        } catch (OutOfMemoryError large) {
            throw new GuardException(TOO_MUCH_MEMORY);
        } catch (RuntimeException error) {
            throw explained(code(error), error);
        }
    }

    private static String code(RuntimeException error) {
        return switch (error) {
            case QueryExecutionException failed -> failed.getStatusCode();
            case Status.HasStatus told -> told.status().code().serialize();
            default -> Status.Statement.ExecutionFailed.code().serialize();
        };
    }

    /** Of an ended transaction it is said why; the text of any other error goes on only where it tells of the query alone. */
    private RuntimeException explained(String code, RuntimeException error) {
        Status ended = kernel.getReasonIfTerminated().orElse(null);
        if (ended != null && ended.code().serialize().contains(".Transaction.")) {
            return code.contains(".Transaction.") ? error : whyEnded(error);
        }
        if (code.contains("OutOfMemory")) {
            return new GuardException(TOO_MUCH_MEMORY);
        }
        return new GuardException(
                TOLD.contains(code) ? ID.matcher(error.getMessage()).replaceAll("…") : "The query cannot be run (" + code + ").");
    }

    private RuntimeException whyEnded(RuntimeException error) {
        try {
            kernel.assertOpen();
            return error;
        } catch (RuntimeException ended) {
            return ended;
        }
    }

    private List<Part> answer(String query, Map<String, Object> parameters, Map<String, Object> told) {
        TokenRead tokens = kernel.tokenRead();
        Sight seen = Sight.of(told, tokens);
        SightMode mode = new SightMode(kernel.securityContext().mode(), seen, hidden(tokens));
        long mostRows = limit(told, "rows");
        Rows rows = new Rows(limit(told, "bytes"), kernel.memoryTracker());
        String text = question().checked(query);
        if (!(kernel.memoryTracker() instanceof LimitedMemoryTracker tracker)) {
            throw new GuardException("Neo4j does not track the memory of queries, so none is run.");
        }
        tracker.setLimit(limit(told, "memory"));
        List<Part> parts = new ArrayList<>();
        try (Clock clock = Clock.stopped(kernel, seen.moment());
                KernelTransaction.Revertable sight = kernel.overrideWith(kernel.securityContext().withMode(mode));
                Result result = transaction.execute(text, parameters)) {
            rows.weighEach(result, transaction);
            List<String> columns = result.columns();
            parts.add(new Part("columns", new ArrayList<>(columns)));
            while (result.hasNext()) {
                if (parts.size() > mostRows) {
                    parts.add(new Part("cut", List.of()));
                    break;
                }
                parts.add(new Part("row", rows.row(columns, result.next())));
            }
        }
        return parts;
    }

    private Question question() {
        Question known = question;
        if (known == null) {
            Config config = database.getDependencyResolver().resolveDependency(Config.class);
            known = new Question(CypherConfiguration.fromConfig(config));
            question = known;
        }
        return known;
    }

    /** Properties whose names begin with "_" are Diurnal's own, and no reader's. */
    private static BitSet hidden(TokenRead tokens) {
        BitSet keys = new BitSet();
        tokens.propertyKeyGetAllTokens().forEachRemaining(token -> {
            if (token.name().startsWith("_")) {
                keys.set(token.id());
            }
        });
        return keys;
    }

    private static long limit(Map<String, Object> told, String name) {
        if (told.get(name) instanceof Long most && most > 0) {
            return most;
        }
        throw new GuardException("A sight has a limit of " + name + ".");
    }
}
