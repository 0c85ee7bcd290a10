// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.neo4j.internal.kernel.api.TokenRead;
import org.neo4j.values.storable.LongArray;
import org.neo4j.values.storable.NumberValue;
import org.neo4j.values.storable.Value;
import org.eclipse.collections.api.map.primitive.IntObjectMap;

/**
 * What a reader may see: the ids of the pairs of label and distribution that they are cleared for, and the
 * moment as of which they look. Whatever is missing or odd is not seen.
 */
final class Sight {
    static final String WAYS = "_sec";
    static final String SINCE = "_from";
    static final String UNTIL = "_to";

    private final long[] allowed;
    private final long moment;
    private final int ways;
    private final int since;
    private final int until;

    private Sight(long[] allowed, long moment, TokenRead tokens) {
        this.allowed = allowed;
        this.moment = moment;
        this.ways = tokens.propertyKey(WAYS);
        this.since = tokens.propertyKey(SINCE);
        this.until = tokens.propertyKey(UNTIL);
    }

    /** From a procedure's argument: {allowed: [ids], moment: epoch milliseconds}; both must be there. */
    static Sight of(Map<String, Object> told, TokenRead tokens) {
        if (!(told.get("allowed") instanceof List<?> ids) || !(told.get("moment") instanceof Long moment)) {
            throw new GuardException("A sight has allowed ids and a moment: without either nothing is seen.");
        }
        long[] allowed = new long[ids.size()];
        for (int at = 0; at < allowed.length; at++) {
            if (!(ids.get(at) instanceof Long id)) {
                throw new GuardException("The allowed ids of a sight are whole numbers.");
            }
            allowed[at] = id;
        }
        Arrays.sort(allowed);
        return new Sight(allowed, moment, tokens);
    }

    /** As of when, in epoch milliseconds. */
    long moment() {
        return moment;
    }

    /** The keys of the properties that decide; none where the graph has never heard of one of them. */
    int[] keys() {
        return ways < 0 || since < 0 || until < 0 ? new int[0] : new int[] {ways, since, until};
    }

    /** Whether something with these properties is seen. */
    boolean shows(IntObjectMap<Value> said) {
        return shows(said.get(ways), said.get(since), said.get(until));
    }

    /** The same, of values read one by one; null where there is none. */
    boolean shows(Value known, Value from, Value to) {
        return to instanceof NumberValue end
                && end.longValue() > moment
                && known instanceof LongArray ids
                && from instanceof LongArray times
                && any(ids, times);
    }

    /** The key of the ways in which something is known. */
    int ways() {
        return ways;
    }

    /** The key of when it was known so. */
    int since() {
        return since;
    }

    private boolean any(LongArray ids, LongArray times) {
        int length = Math.min(ids.intSize(), times.intSize());
        for (int at = 0; at < length; at++) {
            if (times.longValue(at) <= moment && Arrays.binarySearch(allowed, ids.longValue(at)) >= 0) {
                return true;
            }
        }
        return false;
    }
}
