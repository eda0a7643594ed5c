// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.StandingLab;
import io.mirrorcarp.lab.traffic.Download;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The pages in a real browser beside a real daemon. One pair serves all tests; the one that cuts its power is the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PagesIT {
    private static final List<String> PAGES =
            List.of("Status", "State sync", "Events", "Diagnostics", "States", "Settings");

    private static WebPair web;
    private static WebBrowser browser;

    @BeforeAll
    static void start() throws IOException {
        web = WebPair.inSync();
        browser = new WebBrowser(web.pair.b.host());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (web != null) {
            web.close();
        }
    }

    @AfterEach
    void nothingIsOnTheConsole() {
        // A refused login is one: the browser notes each answer with status 401 or 429. And it runs on a router that
        // takes addresses.
        assertThat(browser.complaints())
                .allMatch(line -> line.contains("status of 4") || line.contains("net::ERR_NETWORK_CHANGED"));
        browser.complaints().clear();
    }

    private static Page open() {
        Page page = browser.open();
        page.navigate(WebPair.URL);
        return page;
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void logIn(Page page, String user, String password) {
        if (page.locator("#user").count() == 0) {
            button(page, "Log in").click();
        }
        page.locator("#user").fill(user);
        page.locator("#password").fill(password);
        page.locator("#password").press("Enter");
    }

    @Test
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "looks at every page in every way for a minute: bin/test --load")
    @Order(1)
    void eachPageIsReadableOnAPhoneAndAWideScreenInTheDarkAndInTheLight() {
        for (int width : new int[] {390, 1400}) {
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                Page page = browser.open(width, 900, scheme);
                page.navigate(WebPair.URL);
                logIn(page, "alice", WebPair.PASSWORD);
                for (String name : PAGES) {
                    page.getByRole(
                                    AriaRole.LINK,
                                    new Page.GetByRoleOptions().setName(name).setExact(true))
                            .click();
                    assertThat(page.locator("main .card").first()).isVisible();
                    assertThat(page.locator("main")).not().containsText("Asking");
                    assertThat(page.locator("main")).not().containsText("Looking");
                    WebBrowser.picture(
                            page,
                            (name + "-" + width + "-" + scheme)
                                    .toLowerCase(Locale.ROOT)
                                    .replace(' ', '-'));
                    assertThat(WebBrowser.barriers(page))
                            .as(name + " at " + width)
                            .isEmpty();
                    int needed = ((Number) page.evaluate("document.documentElement.scrollWidth")).intValue();
                    assertThat(needed).as(name + " fits " + width).isLessThanOrEqualTo(width);
                }
                page.context().close();
            }
        }
    }

    @Test
    @Order(2)
    void thePageIsSmallAndThereSoon() {
        Page page = open();
        assertThat(page.locator("main .card").first()).isVisible();
        Number bytes = (Number) page.evaluate("performance.getEntriesByType('resource').concat("
                + "performance.getEntriesByType('navigation')).reduce((sum, one) => sum + one.encodedBodySize, 0)");
        assertThat(bytes.intValue()).isLessThan(150_000);
        Number paint = (Number)
                page.evaluate("performance.getEntriesByName('first-contentful-paint').map(one => one.startTime)[0]");
        System.out.printf("page: %d bytes, first paint after %.0f ms%n", bytes.intValue(), paint.doubleValue());
    }

    @Test
    @Order(3)
    void bothNodesStandSideBySide() {
        Page page = open();
        assertThat(page.locator("h1")).hasText("fw-b");
        assertThat(page.getByText("Ready to fail over")).isVisible();
        assertThat(page.getByText("fw-a (peer)")).isVisible();
        Locator row = page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName("wan@1"));
        assertThat(row).containsText("BACKUP");
        assertThat(row).containsText("▶ MASTERfw-a, since");
        assertThat(row).containsText("203.0.113.1/24");
    }

    @Test
    @Order(4)
    void nobodyChangesAnythingBeforeALogin() {
        Page page = open();
        assertThat(button(page, "Enter persistent CARP maintenance mode")).isDisabled();
        logIn(page, "bob", WebPair.PASSWORD);
        assertThat(page.getByText("bob (view)")).isVisible();
        assertThat(button(page, "Enter persistent CARP maintenance mode")).isDisabled();
    }

    @Test
    @Order(5)
    void maintenanceIsEnteredAndLeft() {
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        button(page, "Enter persistent CARP maintenance mode").click();
        page.locator("#dialog-reason").fill("new disk");
        button(page, "Enter maintenance mode").click();
        assertThat(button(page, "Leave persistent CARP maintenance mode")).isVisible();
        assertThat(web.pair.b.status().path("maintenance").asBoolean()).isTrue();
        assertThat(page.locator("main")).containsText("this node is demoted: new disk");
        button(page, "Leave persistent CARP maintenance mode").click();
        assertThat(button(page, "Enter persistent CARP maintenance mode")).isVisible();
        assertThat(web.pair.b.status().path("maintenance").asBoolean()).isFalse();
    }

    @Test
    @Order(6)
    void aCancelledQuestionChangesNothing() {
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        button(page, "Temporarily disable CARP").click();
        button(page, "Cancel").click();
        assertThat(page.locator("dialog")).isHidden();
        button(page, "Temporarily disable CARP").click();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isHidden();
        assertThat(web.pair.b.status().path("demotionSources").findValuesAsText("source"))
                .doesNotContain("allow");
    }

    /** Two people, two browsers: what one does the other sees. */
    @Test
    @Order(7)
    void whatOneDoesTheOtherSees() throws IOException {
        try (WebBrowser second = new WebBrowser(web.pair.b.host())) {
            Page watcher = second.open();
            watcher.navigate(WebPair.URL);
            Page operator = open();
            logIn(operator, "alice", WebPair.PASSWORD);
            button(operator, "Temporarily disable CARP").click();
            button(operator, "Disable CARP").click();
            assertThat(watcher.locator("main")).containsText("■ INIT 2 of 2");
            button(operator, "Enable CARP").click();
            assertThat(watcher.locator("main")).containsText("BACKUP 2 of 2");
            assertThat(second.complaints()).isEmpty();
        }
    }

    @Test
    @Order(8)
    void theKeyboardIsEnough() {
        Page page = open();
        assertThat(page.locator("main .card").first()).isVisible();
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to the content");
        tabTo(page, "Log in");
        page.keyboard().press("Enter");
        tabTo(page, "#user");
        page.keyboard().type("alice");
        page.keyboard().press("Tab");
        page.keyboard().type(WebPair.PASSWORD);
        page.keyboard().press("Enter");
        assertThat(page.getByText("alice (operate)")).isVisible();
        tabTo(page, "Enter persistent CARP maintenance mode");
        page.keyboard().press("Enter");
        assertThat(page.locator("#dialog-reason")).isFocused();
        page.keyboard().press("Enter");
        assertThat(button(page, "Leave persistent CARP maintenance mode")).isVisible();
        tabTo(page, "Leave persistent CARP maintenance mode");
        page.keyboard().press("Space");
        assertThat(button(page, "Enter persistent CARP maintenance mode")).isVisible();
        tabTo(page, "Settings");
        page.keyboard().press("Enter");
        assertThat(page.locator("#toml")).isVisible();
    }

    private static void tabTo(Page page, String wanted) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            Object there =
                    page.evaluate("document.activeElement.textContent.trim() + ' #' + document.activeElement.id");
            if (there.toString().equals(wanted + " #") || there.toString().endsWith(" " + wanted)) {
                return;
            }
        }
        throw new AssertionError("the Tab key does not reach " + wanted);
    }

    @Test
    @Order(9)
    void aConfigurationIsCheckedWhileItIsTyped() {
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        assertThat(page.getByText("alice (operate)")).isVisible();
        page.navigate(WebPair.URL + "#/settings");
        Locator text = page.locator("#toml");
        assertThat(text).isVisible();
        String good = text.inputValue();
        text.fill(good.replace("vhid     = 1\n", "vhid     = 1000\n"));
        assertThat(page.locator("#check-result")).containsText("vhid must be a whole number from 1 to 255, not 1000");
        text.fill(good);
        assertThat(page.locator("#check-result")).containsText("No fault");
        assertThat(button(page, "Apply")).isDisabled();
    }

    /** Balancing takes vhids in the place of the one; the daemon's own check finds no fault in what the page makes of it, there and back. */
    @Test
    @Order(0)
    void balancingIsChosenAndTakenBack() {
        Page page = settingsOfAlice();
        Locator mode = page.locator("#carp-lan-balancing");
        assertThat(mode).hasValue("off");
        mode.selectOption("ip-stealth");
        assertThat(page.locator("#carp-lan-carpnodes")).hasValue(Pattern.compile("\\{ 2 = \\d+, 3 = 0 }"));
        assertThat(page.locator("#carp-lan-vhid")).hasCount(0);
        assertThat(page.locator(".diff")).containsText("+ balancing = \"ip-stealth\"");
        assertThat(page.locator("#check-result")).containsText("No fault");
        mode.selectOption("off");
        assertThat(page.locator("#carp-lan-vhid")).hasValue("2");
        assertThat(page.locator(".diff")).not().containsText("ip-stealth");
        assertThat(page.locator("#check-result")).containsText("No fault");
    }

    /** A field writes its key of the file; the daemon takes it, and gives it back by itself. */
    @Test
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "waits for half a minute: bin/test --load")
    @Order(10)
    void aChangeThatNobodyKeepsGoesBack() throws IOException {
        Path file = web.pair.b.carpd().configFile();
        String before = Files.readString(file);
        Page page = settingsOfAlice();
        page.locator("#carp-lan-advskew").fill("120");
        page.locator("#carp-lan-advskew").press("Tab");
        assertThat(page.locator(".diff")).containsText("+ advskew  = 120");
        button(page, "Apply").click();
        assertThat(page.getByText("more seconds")).isVisible();
        WebBrowser.picture(page, "settings-tried");
        assertThat(advskewOfLan()).isEqualTo(120);
        assertThat(page.getByText("more seconds")).isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(45_000));
        Awaitility.await("the daemon and the file are as before")
                .until(() -> advskewOfLan() == 100 && Files.readString(file).equals(before));
    }

    @Test
    @Order(11)
    void aChangeThatIsKeptStays() throws IOException {
        Page page = settingsOfAlice();
        page.locator("#carp-lan-advskew").fill("101");
        page.locator("#carp-lan-advskew").press("Tab");
        button(page, "Apply").click();
        button(page, "Keep the change").click();
        assertThat(page.getByText("The change stays")).isVisible();
        assertThat(Files.readString(web.pair.b.carpd().configFile())).contains("advskew  = 101");
        assertThat(advskewOfLan()).isEqualTo(101);
    }

    private static int advskewOfLan() {
        return web.pair.b.status().path("vhids").get(1).path("advskew").asInt();
    }

    private static Page settingsOfAlice() {
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        assertThat(page.getByText("alice (operate)")).isVisible();
        page.navigate(WebPair.URL + "#/settings");
        assertThat(page.locator("#toml")).isVisible();
        return page;
    }

    /** A connection through the pair is found by its untranslated address, with its translation, and deleted. */
    @Test
    @Order(12)
    void statesAreFoundAndDeleted() {
        web.pair.download(Duration.ofSeconds(3)).join();
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        assertThat(page.getByText("alice (operate)")).isVisible();
        page.navigate(WebPair.URL + "#/states");
        page.locator("#find-address").fill("10.0.0.100");
        page.locator("#find-proto").selectOption("tcp");
        page.locator("#find-proto").press("Enter");
        button(page, "Search").click();
        Locator rows = page.locator("table tbody tr");
        assertThat(rows.first()).containsText("source as 203.0.113.1:");
        int count = rows.count();
        WebBrowser.picture(page, "states-found");
        rows.first().getByRole(AriaRole.BUTTON).click();
        page.locator("dialog")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Delete"))
                .click();
        assertThat(page.locator("#said")).containsText("deleted 1 state");
        assertThat(rows).hasCount(count - 1);
    }

    @Test
    @Order(13)
    void allStatesAreDeletedAfterAQuestion() {
        web.pair.download(Duration.ofSeconds(3)).join();
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        assertThat(page.getByText("alice (operate)")).isVisible();
        page.navigate(WebPair.URL + "#/states");
        button(page, "Delete all states").click();
        button(page, "Cancel").click();
        assertThat(page.locator("#said")).not().containsText("deleted");
        assertThat(web.pair.b.status().path("conntrack").path("entries").asInt())
                .isPositive();
        button(page, "Delete all states").click();
        button(page, "Delete all").click();
        // The page's own connection is among those that are forgotten.
        assertThat(page.locator("#said"))
                .containsText(
                        Pattern.compile("deleted [1-9]\\d* state"),
                        new LocatorAssertions.ContainsTextOptions().setTimeout(20_000));
        for (Firewall firewall : List.of(web.pair.a, web.pair.b)) {
            firewall.await("no download", status -> isWithoutTcp(firewall), Pair.ROLE_LIMIT);
        }
    }

    private static boolean isWithoutTcp(Firewall firewall) {
        return firewall.carpd()
                .carpctl("states", "--proto", "tcp", "--src", "10.0.0.100")
                .out()
                .isBlank();
    }

    @Test
    @Order(14)
    void aLogoutEndsItAndALockoutSaysHowLong() {
        Page page = open();
        logIn(page, "alice", WebPair.PASSWORD);
        button(page, "Log out").click();
        assertThat(button(page, "Enter persistent CARP maintenance mode")).isDisabled();
        button(page, "Log in").click();
        for (int i = 0; i < 5; i++) {
            logIn(page, "alice", "wrong password");
            assertThat(page.getByRole(AriaRole.ALERT)).containsText("the name or the password is wrong");
            assertThat(page.locator("#password")).hasValue("");
        }
        logIn(page, "alice", WebPair.PASSWORD);
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("too many wrong passwords: try again in");
    }

    /** One time line of both nodes, each entry with the node that it is of. */
    @Test
    @Order(14)
    void theEventsAreThoseOfBothNodes() {
        Page page = open();
        page.navigate(WebPair.URL + "#/events");
        Locator ofPeer = page.locator(".events li").filter(new Locator.FilterOptions().setHasText("fw-a carp"));
        assertThat(ofPeer.filter(new Locator.FilterOptions().setHasText("VHID 1@wan0: BACKUP -> MASTER"))
                        .first())
                .isVisible();
        page.getByRole(
                        AriaRole.COMBOBOX,
                        new Page.GetByRoleOptions().setName("On").setExact(true))
                .selectOption("fw-b");
        assertThat(ofPeer).hasCount(0);
        assertThat(page.locator(".events")).containsText("fw-b carp");
    }

    /** The switches keep the nodes from one another; that both are masters they hear by the state channel. */
    @Test
    @Order(14)
    void twoMastersAreTheFirstThingToBeSeen() {
        Page page = open();
        Locator clash = page.getByRole(AriaRole.ALERT).filter(new Locator.FilterOptions().setHasText("Two masters"));
        assertThat(page.getByLabel("This node, fw-b")).containsText("BACKUP 2 of 2");
        assertThat(clash).hasCount(0);
        setApart(true);
        try {
            assertThat(clash)
                    .containsText(
                            "answer for wan, lan", new LocatorAssertions.ContainsTextOptions().setTimeout(20_000));
            WebBrowser.picture(page, "two-masters");
        } finally {
            setApart(false);
        }
        assertThat(clash).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(20_000));
        web.pair.awaitPreferredRoles("in-sync");
    }

    private static void setApart(boolean apart) {
        StandingLab lab = StandingLab.find(web.pair.lab.id());
        for (String host : List.of("fw-a", "fw-b")) {
            lab.isolate("lan", host, apart);
            lab.isolate("wan", host, apart);
        }
    }

    /** Two virtual hosts that are taken one after the other: the answer that is under way was read between them. */
    @Test
    @Order(14)
    void whatChangesWhileAnAnswerIsUnderWayIsShownAtOnce() {
        Page page = browser.open();
        page.addInitScript("""
                const real = window.fetch;
                window.fetch = async (...what) => {
                  const answer = await real(...what);
                  if (window.hold && what[0].endsWith('/status')) await new Promise(done => { window.release = done; });
                  return answer;
                };
                window.EventSource = class extends EventSource {
                  constructor(...what) { super(...what); this.addEventListener('message', () => { window.heard = (window.heard || 0) + 1; }); }
                };
                """);
        page.navigate(WebPair.URL);
        Locator thisNode = page.getByLabel("This node, fw-b");
        assertThat(thisNode).containsText("Demotion0");
        page.evaluate("window.hold = true");
        awaitTrue(page, "!!window.release");
        page.evaluate("window.before = window.heard || 0");
        try {
            web.pair.b.carpctl("demote", "7", "--reason", "test").orThrow();
            awaitTrue(page, "window.heard > window.before");
            page.evaluate("window.hold = false; window.release()");
            // Sooner than the next answer that would be asked for in any case.
            assertThat(thisNode)
                    .containsText("Demotion7", new LocatorAssertions.ContainsTextOptions().setTimeout(2_000));
        } finally {
            web.pair.b.carpctl("demote", "--reset").orThrow();
        }
        web.pair.awaitPreferredRoles("in-sync");
    }

    /** Not by the page's own means, since its policy forbids text that becomes code. */
    private static void awaitTrue(Page page, String expression) {
        Awaitility.await(expression)
                .pollInSameThread()
                .atMost(Duration.ofSeconds(10))
                .until(() -> (Boolean) page.evaluate(expression));
    }

    /** With a download through the pair, on the page of the node that takes over. */
    @Test
    @Order(15)
    void aPowerLossIsSeenToHappen() {
        Page page = open();
        Locator thisNode = page.getByLabel("This node, fw-b");
        assertThat(thisNode).containsText("BACKUP 2 of 2");
        assertThat(page.getByLabel("Peer fw-a")).containsText("▶ MASTER 2 of 2");
        Download download = web.pair.download(Duration.ofSeconds(12));
        web.pair.a.powerLoss();
        assertThat(thisNode).containsText("▶ MASTER 2 of 2");
        assertThat(page.locator("main")).containsText("Not ready to fail over");
        assertThat(page.locator("main")).containsText("lost");
        WebBrowser.picture(page, "power-loss");
        page.navigate(WebPair.URL + "#/events");
        assertThat(page.locator(".events")).containsText("VHID 1@wan0: BACKUP -> MASTER");
        web.pair.assertSurvived(download, Duration.ofSeconds(4));
    }
}
