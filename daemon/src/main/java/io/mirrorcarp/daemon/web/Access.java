// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.access.Sessions;
import io.mirrorcarp.daemon.access.Sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds who sends a request, and whether that one may. */
final class Access {
    private static final String BEARER = "Bearer ";
    private static final String CSRF_HEADER = "X-CSRF-Token";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final WebSettings settings;
    private final Accounts accounts;
    private final Sessions sessions;

    Access(WebSettings settings, Accounts accounts, Sessions sessions) {
        this.settings = settings;
        this.accounts = accounts;
        this.sessions = sessions;
    }

    /** The name of the cookie. A browser sends cookies to every port of a host, so each node has its own. */
    String cookieName() {
        return (settings.tls().isPresent() ? "__Host-carpd-" : "carpd-") + settings.hostId();
    }

    /** Who it is; fails with a {@link Refusal} where it shows something that is not valid. */
    Future<Caller> callerOf(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        Optional<String> key = sessionKey(request);
        if (authorization == null && key.isEmpty()) {
            return Future.succeededFuture(anybody());
        }
        return accounts.people()
                .compose(people -> authorization != null
                        ? program(authorization, people)
                        : Future.succeededFuture(person(key.orElseThrow(), people)));
    }

    /** Reading needs no login where only this host can read. */
    private Caller anybody() {
        Role role = settings.address().isLoopback() ? Role.VIEW : Role.NONE;
        return new Caller("", role, Optional.empty(), () -> true);
    }

    private Future<Caller> program(String authorization, AuthFile people) {
        String bearer = authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : "";
        return people.tokenOf(bearer)
                .map(token -> Future.succeededFuture(
                        new Caller("token " + token.name(), token.role(), Optional.empty(), () -> true)))
                .orElseGet(() -> Future.failedFuture(
                        new Refusal(401, WebCounter.BAD_TOKEN, "this token is not valid; carpctl web token add NAME")));
    }

    private Caller person(String key, AuthFile people) {
        Optional<Session> session = sessions.find(key, System.nanoTime());
        AuthFile.User user =
                session.map(found -> people.users().get(found.user())).orElse(null);
        return user == null
                ? anybody()
                : new Caller(user.name(), user.role(), session, () -> sessions.isLive(key, System.nanoTime()));
    }

    Optional<String> sessionKey(HttpServerRequest request) {
        Cookie cookie = request.getCookie(cookieName());
        return cookie == null ? Optional.empty() : Optional.of(cookie.getValue());
    }

    /**
     * Refuses what another site's page may have sent: its browser tells where the request comes from. A link that leads here is none of that, as long as it
     * only reads.
     */
    void checkOrigin(HttpServerRequest request) throws Refusal {
        boolean changes = !READING.contains(request.method());
        boolean link = !changes && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
        if (isForeign(request, changes) && !link) {
            throw new Refusal(403, WebCounter.CROSS_SITE, "this request comes from a page of another site");
        }
        String type = request.getHeader("Content-Type");
        if (changes && (type == null || !isJson(type))) {
            throw Refusal.badBody("the body must be JSON: Content-Type: application/json");
        }
    }

    private boolean isForeign(HttpServerRequest request, boolean changes) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        String referer = request.getHeader("Referer");
        String own = ownOrigin(request);
        return (site != null && !site.equals("same-origin") && (changes || !site.equals("none")))
                || (origin != null && !origin.equals(own))
                || (changes && referer != null && !referer.startsWith(own + "/"));
    }

    private static boolean isJson(String type) {
        return type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    /** HTTP/2 has no Host header, but the same in another place. */
    private String ownOrigin(HttpServerRequest request) {
        String host = request.getHeader("Host");
        return (settings.tls().isPresent() ? "https://" : "http://") + (host == null ? request.authority() : host);
    }

    /** Refuses whoever may not do what needs this role. */
    void check(HttpServerRequest request, Caller caller, Role needed) throws Refusal {
        if (!caller.role().mayDo(needed)) {
            throw refusal(caller, needed);
        }
        Optional<Session> session = caller.session();
        if (session.isPresent() && !READING.contains(request.method())) {
            String told = request.getHeader(CSRF_HEADER);
            if (told == null || !session.get().isCsrf(told)) {
                throw new Refusal(
                        403, WebCounter.CROSS_SITE, CSRF_HEADER + " is missing or wrong; load the page again");
            }
        }
    }

    private Refusal refusal(Caller caller, Role needed) {
        if (!caller.name().isEmpty()) {
            return new Refusal(
                    403,
                    WebCounter.WRONG_ROLE,
                    caller.name() + " may only " + caller.role().text() + "; this needs the role " + needed.text());
        }
        return accounts.exist()
                ? new Refusal(401, WebCounter.NO_LOGIN, "log in first")
                : new Refusal(
                        403,
                        WebCounter.NO_LOGIN,
                        "these pages only show: set admin.authFile and restart, then carpctl web user add NAME");
    }
}
