// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.access.Sessions;
import io.mirrorcarp.daemon.access.Sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Login, logout, and what the page may show. */
final class SessionRoutes {
    private final WebSettings settings;
    private final Access access;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Optional<Login> login;
    private final CounterSet<WebCounter> counts;

    SessionRoutes(
            Vertx vertx,
            WebSettings settings,
            Access access,
            Accounts accounts,
            Sessions sessions,
            CounterSet<WebCounter> counts) {
        this.settings = settings;
        this.access = access;
        this.accounts = accounts;
        this.sessions = sessions;
        this.counts = counts;
        login = accounts.exist() ? Optional.of(new Login(vertx, accounts, sessions)) : Optional.empty();
    }

    List<Route> routes() {
        return List.of(
                Route.get(Api.ROOT + "session", this::show).open(),
                Route.post(Api.ROOT + "login", Role.NONE, this::logIn),
                Route.post(Api.ROOT + "logout", Role.NONE, this::logOut));
    }

    private Future<@Nullable String> show(Exchange exchange) {
        Caller caller = exchange.caller();
        return Future.succeededFuture(answer(caller.name(), caller.role(), caller.session()));
    }

    private String answer(String name, Role role, Optional<Session> session) {
        return new JsonObject()
                .put("schema", 1)
                .put("node", settings.node())
                .put("user", name)
                .put("role", role.text())
                .put("csrf", session.map(Session::csrf).orElse(null))
                .put("logins", accounts.exist())
                .encodePrettily();
    }

    private Future<@Nullable String> logIn(Exchange exchange) throws Refusal {
        if (login.isEmpty()) {
            throw new Refusal(403, WebCounter.NO_LOGIN, "nobody can log in: admin.authFile is not set");
        }
        HttpServerRequest request = exchange.request();
        access.sessionKey(request).ifPresent(sessions::end);
        return login.get().logIn(exchange.body(), exchange.address()).compose(session -> {
            counts.increment(WebCounter.LOGINS);
            request.response().addCookie(cookie(session.key()));
            return accounts.people().map(people -> {
                var user = people.users().get(session.user());
                return answer(session.user(), user == null ? Role.NONE : user.role(), Optional.of(session));
            });
        });
    }

    private Future<@Nullable String> logOut(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        access.sessionKey(request).ifPresent(sessions::end);
        request.response().addCookie(cookie("").setMaxAge(0));
        return Future.succeededFuture(new JsonObject().put("ok", true).encodePrettily());
    }

    private Cookie cookie(String value) {
        return Cookie.cookie(access.cookieName(), value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(settings.tls().isPresent())
                .setSameSite(CookieSameSite.STRICT);
    }

    void close() {
        login.ifPresent(Login::close);
    }
}
