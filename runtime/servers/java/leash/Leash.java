// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.util.Optional;

/**
 * Ends this JVM when the process that started it is gone, however it went: no server outlives its owner.
 *
 * <p>Two signs are watched, for each misses a case. Standard input is a pipe that only the owner holds
 * open: it ends at once, but not while a child that the owner forked still holds a copy. The parent's
 * process id changes, but is only seen by asking.
 */
final class Leash {
    private static final long ASK_EVERY_MS = 500;
    private static final long GRACE_MS = 10_000;

    private Leash() {}

    static void tie() {
        long owner = parent();
        daemon("leash-pipe", Leash::untilInputEnds);
        daemon("leash-parent", () -> untilParentChanges(owner));
    }

    private static void untilInputEnds() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever said on this pipe: only its end matters.
            }
        } catch (IOException broken) {
            // A broken pipe says the same as a closed one.
        }
        end();
    }

    private static void untilParentChanges(long owner) {
        while (parent() == owner) {
            try {
                Thread.sleep(ASK_EVERY_MS);
            } catch (InterruptedException stop) {
                return;
            }
        }
        end();
    }

    private static long parent() {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        return parent.map(ProcessHandle::pid).orElse(0L);
    }

    private static void end() {
        daemon("leash-halt", () -> {
            try {
                Thread.sleep(GRACE_MS);
            } catch (InterruptedException stop) {
                // The orderly end has run out of time either way.
            }
            Runtime.getRuntime().halt(1);
        });
        System.exit(0);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
