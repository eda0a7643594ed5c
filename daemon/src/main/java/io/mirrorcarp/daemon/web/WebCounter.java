// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

/** What came to the pages, and what was refused. */
public enum WebCounter {
    REQUESTS("requests", "requests"),
    STREAMS("streams", "event streams opened"),
    LOGINS("logins", "logins"),
    BAD_REQUEST("badRequest", "refused: not HTTP, or too long"),
    BAD_HOST("badHost", "refused: called by a name that is not this host's"),
    BAD_PATH("badPath", "refused: no such page"),
    BAD_BODY("badBody", "refused: a body that is not what is asked for"),
    LARGE_BODY("largeBody", "refused: a body that is too large"),
    TOO_SLOW("tooSlow", "closed: too slow"),
    TOO_MANY("tooMany", "refused: too many connections or streams"),
    CROSS_SITE("crossSite", "refused: from a page of another site, or without its token"),
    NO_LOGIN("noLogin", "refused: needs a login"),
    WRONG_ROLE("wrongRole", "refused: the role does not allow it"),
    BAD_TOKEN("badToken", "refused: a token or session that is not valid"),
    BAD_LOGIN("badLogin", "refused: wrong name or password"),
    LOCKED("locked", "refused: too many wrong passwords before");

    private final String label;
    private final String help;

    WebCounter(String label, String help) {
        this.label = label;
        this.help = help;
    }

    /** As the JSON names it. */
    public String label() {
        return label;
    }

    /** As {@code netstat -s} would say it. */
    public String help() {
        return help;
    }
}
