// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * The certificate of the web pages.
 *
 * @param certificate the absolute path of a PEM file, the node's own certificate first
 * @param key the absolute path of a PEM file with its private key, in PKCS #8
 */
public record TlsFiles(String certificate, String key) {}
