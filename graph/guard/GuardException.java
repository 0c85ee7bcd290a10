// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

/** Why the guard does not answer; its text goes to the reader, and tells of the question only. The name is known outside. */
final class GuardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GuardException(String message) {
        super(message);
    }
}
