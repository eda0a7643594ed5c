// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

/** The counters of {@code netstat -s -p carp}, in its order, with their names in camel case. */
public enum CarpCounter {
    PACKETS_RECEIVED("packetsReceived", "packets received (IPv4)"),
    PACKETS_RECEIVED6("packetsReceived6", "packets received (IPv6)"),
    BAD_INTERFACE("badInterface", "discarded because packet received on bad interface"),
    BAD_TTL("badTtl", "discarded for wrong TTL"),
    SHORT_HEADER("shortHeader", "packets shorter than header"),
    BAD_SUM("badSum", "discarded for bad checksum"),
    BAD_VERSION("badVersion", "discarded with a bad version"),
    BAD_LENGTH("badLength", "discarded because packet too short"),
    BAD_AUTH("badAuth", "discarded for bad authentication"),
    BAD_VHID("badVhid", "discarded for bad vhid"),
    REPLAYED("replayed", "discarded as a copy of an earlier advertisement"),
    UNVERIFIED("unverified", "discarded unverified, too many to verify"),
    PACKETS_SENT("packetsSent", "packets sent (IPv4)"),
    PACKETS_SENT6("packetsSent6", "packets sent (IPv6)"),
    SEND_ERRORS("sendErrors", "send failed"),
    PREEMPTED("preempted", "transitions to master"),
    ADDRESSES_PUT_BACK("addressesPutBack", "times that addresses were put back which somebody else had taken away");

    private final String label;
    private final String meaning;

    CarpCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The stable name in JSON. */
    public String label() {
        return label;
    }

    /** The words of netstat. */
    public String meaning() {
        return meaning;
    }

    public static CarpCounter received(AddressFamily family) {
        return family == AddressFamily.IPV4 ? PACKETS_RECEIVED : PACKETS_RECEIVED6;
    }

    public static CarpCounter sent(AddressFamily family) {
        return family == AddressFamily.IPV4 ? PACKETS_SENT : PACKETS_SENT6;
    }
}
