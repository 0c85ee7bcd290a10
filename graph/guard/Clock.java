// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import org.neo4j.kernel.api.KernelTransaction;
import org.neo4j.kernel.impl.api.TransactionClockContext;

/**
 * The clock that a query reads, stopped at the moment as of which it looks.
 *
 * The list of functions keeps most of them from the clock. What is left cannot be told from the text: a map
 * with nothing but a time zone, or a word that stands for an argument left out, may come as a parameter.
 */
final class Clock implements AutoCloseable {
    /** The last millisecond of the year 9999, which every client can write: what is current has no moment of its own. */
    private static final long LAST = 253_402_300_799_999L;

    private final TransactionClockContext clocks;
    private final long before;

    private Clock(TransactionClockContext clocks) {
        this.clocks = clocks;
        this.before = clocks.transactionClock().millis();
    }

    static Clock stopped(KernelTransaction kernel, long moment) {
        Clock clock = new Clock((TransactionClockContext) kernel.clocks());
        clock.set(Math.clamp(moment, 0, LAST));
        return clock;
    }

    private void set(long time) {
        clocks.initializeTransaction(time);
        clocks.initializeStatement();
    }

    @Override
    public void close() {
        set(before);
    }
}
