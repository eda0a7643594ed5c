// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.Counter;
import java.util.EnumSet;
import java.util.Set;

/** What came to the pages, and what was refused. */
public enum WebCounter implements Counter {
    REQUESTS("requests", "requests", "Requests that came to the web pages"),
    STREAMS("streams", "event streams opened", "Event streams opened"),
    LOGINS("logins", "logins", "Logins with the right name and password"),
    BAD_REQUEST("badRequest", "refused: not HTTP, or too long", "Requests refused: not HTTP, or too long"),
    BAD_HOST(
            "badHost",
            "refused: called by a name that is not this host's",
            "Requests refused: this host was called by a name that is not its own"),
    BAD_PATH("badPath", "refused: no such page", "Requests refused: there is no such page"),
    BAD_QUERY(
            "badQuery",
            "refused: a parameter that is not what is asked for",
            "Requests refused: a parameter of the query is not what is asked for"),
    BAD_BODY(
            "badBody",
            "refused: a body that is not what is asked for",
            "Requests refused: the body is not what is asked for"),
    LARGE_BODY("largeBody", "refused: a body that is too large", "Requests refused: the body is too large"),
    TOO_SLOW("tooSlow", "closed: too slow", "Connections closed: the request took too long to come"),
    TOO_MANY(
            "tooMany",
            "refused: too many connections or streams",
            "Connections and streams refused: there are too many already"),
    CROSS_SITE(
            "crossSite",
            "refused: from a page of another site, or without its token",
            "Requests refused: from a page of another site, or without the token of the page"),
    NO_LOGIN("noLogin", "refused: needs a login", "Requests refused: nobody is logged in"),
    WRONG_ROLE("wrongRole", "refused: the role does not allow it", "Requests refused: the role does not allow them"),
    BAD_TOKEN(
            "badToken",
            "refused: a token or session that is not valid",
            "Requests refused: the token or the session is not valid"),
    BAD_LOGIN("badLogin", "refused: wrong name or password", "Logins refused: the name or the password is wrong"),
    LOCKED(
            "locked",
            "refused: too many wrong passwords before",
            "Logins refused: too many wrong passwords came before");

    private static final Set<WebCounter> WANTED = EnumSet.of(REQUESTS, STREAMS, LOGINS);

    private final String label;
    private final String words;
    private final String help;

    WebCounter(String label, String words, String help) {
        this.label = label;
        this.words = words;
        this.help = help;
    }

    /** Whether something was refused. */
    public boolean isRefusal() {
        return !WANTED.contains(this);
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public String help() {
        return help;
    }
}
