// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a reading query may be made of; names are those of Neo4j's syntax tree, functions in small letters. */
final class Allowed {
    private Allowed() {}

    /** Clauses, and the parts of them that lie in the same package of the syntax tree. */
    static final Set<String> CLAUSES = words(
            "SingleQuery UnionAll UnionDistinct TopLevelBraces NextStatement PartQuery",
            "ConditionalQueryWhen ConditionalQueryBranch",
            "Match With Return Unwind Finish Where OrderBy AscSortItem DescSortItem Skip Limit",
            "ReturnItems AliasedReturnItem UnaliasedReturnItem",
            "FreeProjection AdditiveProjection StrictlyAdditiveProjection",
            "UnresolvedCall ProcedureResult ProcedureResultItem",
            "ImportingWithSubqueryCall ScopeClauseSubqueryCall",
            "ExistsExpression CountExpression CollectExpression",
            "IsTyped IsNotTyped IsNormalized IsNotNormalized",
            "DefaultWith DefaultReturn ParsedAsLet ParsedAsFilter ParsedAsLimit ParsedAsOrderBy ParsedAsSkip ParsedAsYield",
            "GroupBy ExplicitGroupingElements GroupingElements GroupingAll GroupingNone",
            "UsingIndexHint UsingScanHint UsingJoinHint UsingIndexHintSeekOnly UsingIndexHintSeekOrScan",
            "UsingIndexHintUsingAnyIndexType UsingIndexHintUsingRangeIndexType",
            "UsingIndexHintUsingTextIndexType UsingIndexHintUsingPointIndexType",
            "Optional NonOptional");

    static final Set<String> PROCEDURES = Set.of("diurnal.search");

    /** Neither ids of elements, nor the clock, nor what the server, other graphs or files hold. */
    static final Set<String> FUNCTIONS = words(
            "count sum avg min max collect stdev stdevp percentilecont percentiledisc",
            "percentile_cont percentile_disc stdev_pop stdev_samp",
            "coalesce head last size length type startnode endnode properties nullif valuetype",
            "tointeger tofloat toboolean tostring tointegerornull tofloatornull tobooleanornull tostringornull",
            "char_length character_length isempty exists path_length cardinality",
            "keys labels nodes relationships range reduce reverse tail",
            "tobooleanlist tofloatlist tointegerlist tostringlist",
            "abs ceil ceiling floor round sign isnan rand log ln log10 exp sqrt e pi",
            "sin cos tan asin acos atan atan2 cot coth sinh cosh tanh haversin degrees radians",
            "left right ltrim rtrim btrim trim lower upper tolower toupper replace split substring normalize",
            "date datetime localdatetime localtime time duration zoned_datetime local_datetime zoned_time local_time",
            "date.truncate datetime.truncate localdatetime.truncate localtime.truncate time.truncate",
            "datetime.fromepoch datetime.fromepochmillis",
            "duration.between duration.inmonths duration.indays duration.inseconds duration_between",
            "point point.distance point.withinbbox",
            "vector.similarity.cosine vector.similarity.euclidean",
            "allreduce randomuuid");

    /** With fewer arguments these read the clock. */
    static final Map<String, Integer> LEAST_ARGUMENTS = Map.ofEntries(
            Map.entry("date", 1),
            Map.entry("datetime", 1),
            Map.entry("localdatetime", 1),
            Map.entry("localtime", 1),
            Map.entry("time", 1),
            Map.entry("zoned_datetime", 1),
            Map.entry("local_datetime", 1),
            Map.entry("zoned_time", 1),
            Map.entry("local_time", 1),
            Map.entry("date.truncate", 2),
            Map.entry("datetime.truncate", 2),
            Map.entry("localdatetime.truncate", 2),
            Map.entry("localtime.truncate", 2),
            Map.entry("time.truncate", 2));

    private static Set<String> words(String... lines) {
        return Arrays.stream(lines).flatMap(line -> Arrays.stream(line.split(" "))).collect(Collectors.toUnmodifiableSet());
    }
}
