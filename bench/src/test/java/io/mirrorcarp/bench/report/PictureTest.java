// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PictureTest {
    private static final Path SVG = Path.of("out.svg");

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static double number(Element element, String attribute) {
        return element.hasAttribute(attribute) ? Double.parseDouble(element.getAttribute(attribute)) : 0;
    }

    @Test
    void theLengthsOfTheBarsAreInTheRatioOfTheReadings() throws Exception {
        List<Element> bars = elements(parse(Picture.of(List.of(Samples.COST), SVG)), "rect");
        // The first one is the background.
        double peer = number(bars.get(1), "width");
        double ours = number(bars.get(2), "width");
        assertThat(ours / peer).isEqualTo(12.04 / 48, within(0.01));
        assertThat(bars.get(1).getAttribute("fill")).isNotEqualTo(bars.get(2).getAttribute("fill"));
    }

    @Test
    void theTargetIsALineAtItsPlaceOnTheScale() throws Exception {
        Document picture = parse(Picture.of(List.of(Samples.COST), SVG));
        Element target = elements(picture, "line").get(0);
        Element peer = elements(picture, "rect").get(1);
        double scale = number(peer, "width") / 48;
        assertThat(number(target, "x1") - number(peer, "x")).isEqualTo(10 * scale, within(0.2));
    }

    @Test
    void aRemarkDoesNotStretchTheScale() throws Exception {
        Result result = Result.of(
                "failover",
                "gap",
                List.of(Figure.cost(
                        "stop",
                        "ms",
                        List.of(new Reading("ucarp", Role.REMARK, 4000), new Reading("carpd", Role.OURS, 10)),
                        null)),
                List.of(),
                Map.of());
        List<Element> bars = elements(parse(Picture.of(List.of(result), SVG)), "rect");
        assertThat(number(bars.get(1), "width")).isEqualTo(number(bars.get(2), "width"));
    }

    @Test
    void namesOfLinesThatMeetDoNotCoverEachOther() throws Exception {
        List<Reading> equal = List.of(new Reading("a", Role.PEER, 10), new Reading("b", Role.OURS, 10));
        Result result = new Result(
                "size", "by size", List.of(Figure.cost("10", "us", equal, null)), "flows", List.of(), Map.of());
        List<Element> names = elements(parse(Picture.of(List.of(result), SVG)), "text").stream()
                .filter(text -> List.of("a", "b").contains(text.getTextContent()))
                .toList();
        assertThat(number(names.get(1), "y") - number(names.get(0), "y")).isGreaterThan(10);
    }

    @Test
    void aLineRisesWithItsValues() throws Exception {
        List<Element> dots = elements(parse(Picture.of(List.of(Samples.SIZES), SVG)), "circle");
        assertThat(dots).hasSize(2);
        assertThat(number(dots.get(1), "cx")).isGreaterThan(number(dots.get(0), "cx"));
        assertThat(number(dots.get(1), "cy")).isLessThan(number(dots.get(0), "cy"));
    }

    @Test
    void everythingIsWithinThePicture() throws Exception {
        Document picture = parse(Picture.of(List.of(Samples.COST, Samples.SIZES), SVG));
        double height = number(picture.getDocumentElement(), "height");
        assertThat(elements(picture, "text"))
                .allSatisfy(text -> assertThat(number(text, "y")).isLessThan(height));
        assertThat(elements(picture, "rect"))
                .allSatisfy(bar ->
                        assertThat(number(bar, "x") + number(bar, "width")).isLessThanOrEqualTo(Svg.WIDTH));
    }

    @Test
    void thePageHoldsThePictureAndTheTableAndLoadsNothing() {
        String page = Picture.of(List.of(Samples.COST), Path.of("out.HTML"));
        assertThat(page).contains("<svg", "carpd / best peer", "a note &amp; &lt;more&gt;");
        assertThat(page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "")).doesNotContain("http", "src=", "href=");
    }

    @Test
    void aPictureIsSvgOrHtml() {
        assertThat(Picture.hasKnownFormat(Path.of("a/b.svg"))).isTrue();
        assertThat(Picture.hasKnownFormat(Path.of("b.html"))).isTrue();
        assertThat(Picture.hasKnownFormat(Path.of("b.png"))).isFalse();
    }
}
