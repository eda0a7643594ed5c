// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.TlsFiles;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The certificate that the pages are served with.
 *
 * @param pem empty for plain HTTP
 * @param names the DNS names in it
 */
record Certificate(Optional<PemKeyCertOptions> pem, Set<String> names) {
    /** The kind of a name in a certificate that is a DNS name: RFC 5280, 4.2.1.6. */
    private static final int DNS_NAME = 2;

    /** Reads the files. */
    static Certificate read(Optional<TlsFiles> files) throws IOException, CertificateException {
        if (files.isEmpty()) {
            return new Certificate(Optional.empty(), Set.of());
        }
        byte[] certificate = Files.readAllBytes(Path.of(files.get().certificate()));
        byte[] key = Files.readAllBytes(Path.of(files.get().key()));
        PemKeyCertOptions pem =
                new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key));
        return new Certificate(Optional.of(pem), names(certificate));
    }

    private static Set<String> names(byte[] certificate) throws CertificateException {
        X509Certificate parsed = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        Collection<List<?>> alternatives = parsed.getSubjectAlternativeNames();
        Set<String> names = new TreeSet<>();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0).equals(DNS_NAME)) {
                    names.add((String) alternative.get(1));
                }
            }
        }
        return names;
    }
}
