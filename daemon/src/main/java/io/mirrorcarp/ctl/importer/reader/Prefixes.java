// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;

/** Addresses with the length of their prefix in all the forms that people write. */
final class Prefixes {
    private Prefixes() {}

    /** {@code ADDRESS}, {@code ADDRESS/LENGTH} or {@code ADDRESS/MASK}; a zone after {@code %} is dropped. Without a length: the one given, or one host. */
    static Optional<AddressPrefix> parse(String text, OptionalInt otherwise) {
        int slash = text.indexOf('/');
        String host = (slash < 0 ? text : text.substring(0, slash)).replaceFirst("%.*", "");
        Optional<InetAddress> address = AddressText.parse(host);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int whole = address.get().getAddress().length * 8;
        OptionalInt length = slash < 0
                ? OptionalInt.of(Math.min(whole, otherwise.orElse(whole)))
                : length(text.substring(slash + 1), whole);
        return length.isEmpty() ? Optional.empty() : Optional.of(new AddressPrefix(address.get(), length.getAsInt()));
    }

    /** The length of {@code 24}, {@code 255.255.255.0} or {@code 0xffffff00}; empty when it is none, or above what the family has. */
    static OptionalInt length(String text, int whole) {
        if (text.matches("\\d{1,3}")) {
            int length = Integer.parseInt(text);
            return length <= whole ? OptionalInt.of(length) : OptionalInt.empty();
        }
        long mask;
        if (text.matches("0x[0-9a-fA-F]{8}")) {
            mask = Long.parseLong(text.substring(2), 16);
        } else if (whole == 32 && text.contains(".") && AddressText.parse(text).isPresent()) {
            byte[] bytes = AddressText.parse(text).get().getAddress();
            mask = (bytes[0] & 0xffL) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        } else {
            return OptionalInt.empty();
        }
        int length = Long.bitCount(mask);
        boolean contiguous = mask == (0xffffffffL << (32 - length) & 0xffffffffL);
        return contiguous ? OptionalInt.of(length) : OptionalInt.empty();
    }

    /** The network that the prefix is in. */
    static AddressPrefix network(AddressPrefix prefix) {
        byte[] bytes = prefix.address().getAddress();
        for (int bit = prefix.length(); bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return new AddressPrefix(InetAddress.getByAddress(bytes), prefix.length());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }
}
