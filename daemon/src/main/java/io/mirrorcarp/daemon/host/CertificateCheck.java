// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.daemon.config.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a certificate and a private key are what they are said to be, and belong together. */
final class CertificateCheck {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);

    private CertificateCheck() {}

    /** What is wrong, and what would be right; nothing of the key is told. */
    static Optional<String> problem(Secret certificate, Secret key) {
        X509Certificate parsed;
        try {
            parsed = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.bytes()));
        } catch (CertificateException expected) {
            return Optional.of("the certificate is not one in PEM form; carpctl web cert makes one");
        }
        Matcher pem = KEY.matcher(new String(key.bytes(), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            return Optional.of("the key must be PEM with BEGIN PRIVATE KEY (PKCS #8, without a password): openssl pkcs8"
                    + " -topk8 -nocrypt turns others into it");
        }
        try {
            return belongTogether(parsed.getPublicKey(), Base64.getMimeDecoder().decode(pem.group(1)))
                    ? Optional.empty()
                    : Optional.of("the key is not that of the certificate");
        } catch (GeneralSecurityException | IllegalArgumentException expected) {
            return Optional.of("the key is not one for this certificate, or Java does not know its kind");
        }
    }

    private static boolean belongTogether(PublicKey certified, byte[] pkcs8) throws GeneralSecurityException {
        PrivateKey key =
                KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> certified.getAlgorithm();
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(PROBE);
        return signature.verify(signed);
    }
}
