// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

/**
 * One thing to look at.
 *
 * @param code names the kind, the same in each version: small letters and hyphens
 * @param text what is wrong, one sentence without a full stop
 * @param todo what to do about it, one sentence without a full stop
 */
public record Diagnosis(String code, Severity severity, String text, String todo) {
    /** Something that does not work now. */
    public static Diagnosis error(String code, String text, String todo) {
        return new Diagnosis(code, Severity.ERROR, text, todo);
    }

    /** Something that will not work in a case that may come. */
    public static Diagnosis warning(String code, String text, String todo) {
        return new Diagnosis(code, Severity.WARNING, text, todo);
    }
}
