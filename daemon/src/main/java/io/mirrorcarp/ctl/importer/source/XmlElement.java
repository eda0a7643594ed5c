// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.source;

import io.mirrorcarp.ctl.importer.model.ImportFault;
import io.mirrorcarp.ctl.importer.model.Place;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** An element of an XML file, its attributes left out. */
public final class XmlElement {
    /** A firewall's configuration is some eight deep. */
    private static final int MAXIMUM_DEPTH = 64;

    private final String name;
    private final Place place;
    private final StringBuilder text = new StringBuilder();
    private final List<XmlElement> children = new ArrayList<>();

    private XmlElement(String name, Place place) {
        this.name = name;
        this.place = place;
    }

    /**
     * Reads a whole file. A DOCTYPE is refused, so that no entity of the file's own is ever expanded or fetched.
     *
     * @throws ImportFault when it is not well-formed
     */
    public static XmlElement parse(SourceFile file) {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(file.text()));
            try {
                return read(file, reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            throw new ImportFault(file.at(line), "not well-formed XML: is the file cut off?");
        }
    }

    private static XmlElement read(SourceFile file, XMLStreamReader reader) throws XMLStreamException {
        Deque<XmlElement> open = new ArrayDeque<>();
        XmlElement root = null;
        while (reader.hasNext()) {
            int event = reader.next();
            Place here = file.at(Math.max(1, reader.getLocation().getLineNumber()));
            if (event == XMLStreamConstants.START_ELEMENT) {
                XmlElement element = new XmlElement(reader.getLocalName(), here);
                if (open.isEmpty()) {
                    root = element;
                } else {
                    open.element().children.add(element);
                }
                open.push(element);
                if (open.size() > MAXIMUM_DEPTH) {
                    throw new ImportFault(here, "elements are nested deeper than " + MAXIMUM_DEPTH);
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                open.pop();
            } else if (event == XMLStreamConstants.DTD) {
                throw new ImportFault(here, "has a DOCTYPE, which no such file needs: remove it");
            } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw new ImportFault(here, "has an entity that is not XML's own: write the text itself");
            } else if ((event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA)
                    && !open.isEmpty()) {
                open.element().text.append(reader.getText());
            }
        }
        if (root == null) {
            throw new ImportFault(file.name(), "an XML file without an element");
        }
        return root;
    }

    public String name() {
        return name;
    }

    public Place place() {
        return place;
    }

    /** Its text, without blanks around it; that of its children is not part of it. */
    public String text() {
        return text.toString().strip();
    }

    public List<XmlElement> children() {
        return List.copyOf(children);
    }

    /** Those of its children that have a name. */
    public List<XmlElement> children(String wanted) {
        return children.stream().filter(child -> child.name.equals(wanted)).toList();
    }

    /** The first element at the end of a path of names. */
    public Optional<XmlElement> find(String... path) {
        XmlElement element = this;
        for (String step : path) {
            List<XmlElement> next = element.children(step);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            element = next.get(0);
        }
        return Optional.of(element);
    }

    /** The text of a child; empty where it has no such child. */
    public String value(String child) {
        return find(child).map(XmlElement::text).orElse("");
    }
}
