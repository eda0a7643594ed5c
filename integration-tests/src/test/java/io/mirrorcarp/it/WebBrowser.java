// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;

/** Debian's chromium on a host of the lab. What its pages complain of is kept: {@link #complaints}. */
final class WebBrowser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    /** Starts it on a host; needs Debian's package chromium. */
    WebBrowser(LabHost host) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "needs chromium: apt-get install chromium");
        Path start = host.directory().resolve("chromium");
        Files.writeString(
                start,
                "#!/bin/sh\nexec " + String.join(" ", host.namespace().inside(CHROMIUM.toString())) + " \"$@\"\n");
        Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions().setExecutablePath(start).setHeadless(true));
    }

    /** A window of a person of its own. */
    Page open(int width, int height, ColorScheme scheme) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setIgnoreHTTPSErrors(true));
        Page page = context.newPage();
        page.setDefaultTimeout(20_000);
        page.onConsoleMessage(this::keep);
        page.onPageError(error -> complaints.add("error: " + error));
        return page;
    }

    Page open() {
        return open(1400, 900, ColorScheme.LIGHT);
    }

    private void keep(ConsoleMessage message) {
        if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.type() + ": " + message.text());
        }
    }

    /** Errors and warnings on the console of all pages. */
    List<String> complaints() {
        return complaints;
    }

    /** What axe finds to be in the way of people with a screen reader, a keyboard or weak eyes. */
    static List<String> barriers(Page page) {
        return new AxeBuilder(page)
                .analyze().getViolations().stream()
                        .map(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes())
                        .toList();
    }

    /** Keeps a picture under {@code integration-tests/target/pages}. */
    static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Checkout.home().resolve("integration-tests/target/pages/" + name + ".png"))
                .setFullPage(true));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
