// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.model.Draft;
import io.mirrorcarp.ctl.importer.result.Translation;
import io.mirrorcarp.ctl.importer.source.Disk;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Protocol;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code carpctl import --keep-vrrp}: what was VRRP stays VRRP, such that keepalived obeys it. */
class KeepVrrpTest {
    @TempDir
    private Path directory;

    private static Translation translate(FakeMachine machine, String... files) {
        Draft draft = Importer.read(new Disk(), List.of(files), Optional.empty(), "fw-a", true);
        return Translation.of(draft, Map.of(), Samples.DIRECTORY, "carpd.toml", machine);
    }

    private Translation keepalived(String text) throws IOException {
        Path file = directory.resolve("keepalived.conf");
        Files.writeString(file, text);
        return translate(Samples.ROUTER, file.toString());
    }

    private static VirtualHostConfiguration onlyHost(Translation translation) {
        Configuration configuration = Samples.configuration(translation, Samples.ROUTER);
        assertThat(configuration.virtualHosts()).hasSize(1);
        return configuration.virtualHosts().get(0);
    }

    static List<String> samplesOfVrrp() {
        return Samples.all().stream()
                .filter(name -> name.startsWith("keepalived/") || name.startsWith("vyos/"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samplesOfVrrp")
    void everySamplePassesTheParserHereAndElsewhere(String sample) {
        for (FakeMachine machine : List.of(Samples.ROUTER, Samples.ELSEWHERE)) {
            Translation translation = translate(machine, Samples.path(sample));
            assertThat(translation.faults()).isEmpty();
            assertThat(translation.configuration() + translation.leftovers()).doesNotContain(Samples.MARK);
            assertThat(Samples.configuration(translation, machine).virtualHosts())
                    .isNotEmpty()
                    .allMatch(host -> host.vrrp().isPresent());
        }
    }

    @Test
    void version2HasItsPasswordAndWholeSeconds() throws IOException {
        Translation translation = keepalived("""
                vrrp_instance LAN {
                    interface lan0
                    virtual_router_id 51
                    priority 150
                    advert_int 2
                    authentication {
                        auth_type PASS
                        auth_pass s3cr-lan
                    }
                    unicast_src_ip 10.0.0.2
                    unicast_peer {
                        10.0.0.3
                    }
                    virtual_ipaddress {
                        10.0.0.1/24
                    }
                }
                """);
        VirtualHostConfiguration host = onlyHost(translation);
        assertThat(host.vrrp()).contains(new VrrpConfiguration(Protocol.VRRP2, 150, Duration.ofSeconds(2)));
        assertThat(Samples.pass(host)).isEqualTo("s3cr-lan");
        assertThat(host.attachment().peers()).map(AddressText::format).containsExactly("10.0.0.3");
        assertThat(translation.leftovers()).isEmpty();
    }

    @Test
    void version3HasHundredthsAndNoPassword() throws IOException {
        Translation translation = keepalived("""
                vrrp_instance LAN {
                    interface lan0
                    virtual_router_id 51
                    advert_int 0.25
                    authentication {
                        auth_type PASS
                        auth_pass s3cr-lan
                    }
                    virtual_ipaddress {
                        10.0.0.1/24
                    }
                    virtual_ipaddress_excluded {
                        10.0.0.9/24
                        2001:db8::1/64
                    }
                }
                global_defs {
                    vrrp_version 3
                }
                """);
        VirtualHostConfiguration host = onlyHost(translation);
        assertThat(host.vrrp()).contains(new VrrpConfiguration(Protocol.VRRP3, 100, Duration.ofMillis(250)));
        assertThat(Samples.addresses(host))
                .as("an advertisement of IPv4 lists what keepalived's does")
                .containsExactly("10.0.0.1/24", "2001:db8::1/64");
        assertThat(translation.leftovers())
                .map(Object::toString)
                .anyMatch(line -> line.endsWith(": the password: VRRP 3 has none"))
                .anyMatch(line -> line.contains(":13: 10.0.0.9/24: keepalived does not advertise it"))
                .hasSize(2);
    }

    @Test
    void whatAVersionCannotSayIsToldWithWhatItBecomes() throws IOException {
        Translation translation = keepalived("""
                vrrp_instance LAN {
                    interface lan0
                    virtual_router_id 51
                    version 2
                    advert_int 0.5
                    authentication {
                        auth_type AH
                        auth_pass s3cr-ah
                    }
                    virtual_ipaddress {
                        10.0.0.1/24
                        10.0.1.1/24 dev wan0
                        2001:db8::1/64
                    }
                }
                """);
        VirtualHostConfiguration host = onlyHost(translation);
        assertThat(host.vrrp()).contains(new VrrpConfiguration(Protocol.VRRP2, 100, Duration.ofSeconds(1)));
        assertThat(Samples.addresses(host)).containsExactly("10.0.0.1/24");
        assertThat(translation.leftovers())
                .map(leftover -> leftover.toString().replaceFirst("^[^:]*:", ""))
                .containsExactly(
                        "5: interval 0.5: interval = \"1s\": this version of VRRP has whole seconds, 1 to 255",
                        "7: auth_type AH: carpd has PASS alone: set that on all nodes first",
                        "12: 10.0.1.1/24 dev wan0: on another interface than lan0",
                        "13: 2001:db8::1/64: VRRP 2 has IPv4 addresses only: give it a virtual host with \"vrrp3\"");
    }

    @Test
    void vyosStaysInItsVersion() {
        Configuration configuration =
                Samples.configuration(translate(Samples.ROUTER, Samples.path("vyos/v3")), Samples.ROUTER);
        assertThat(Samples.host(configuration, "four").vrrp())
                .contains(new VrrpConfiguration(Protocol.VRRP3, 100, Duration.ofSeconds(1)));
        assertThat(Samples.addresses(Samples.host(configuration, "six")))
                .containsExactly("2001:db8:77::1/64", "10.77.0.1/24");
        Configuration before =
                Samples.configuration(translate(Samples.ROUTER, Samples.path("vyos/commands")), Samples.ROUTER);
        assertThat(Samples.host(before, "WAN").vrrp())
                .contains(new VrrpConfiguration(Protocol.VRRP2, 200, Duration.ofSeconds(1)));
        assertThat(Samples.pass(Samples.host(before, "WAN"))).isEqualTo("s3cr-vy");
    }

    @Test
    void carpStaysCarp() {
        Translation translation = translate(Samples.ROUTER, Samples.path("rc.conf/modern"));
        assertThat(Samples.configuration(translation, Samples.ROUTER).virtualHosts())
                .isNotEmpty()
                .allMatch(host -> host.vrrp().isEmpty());
    }
}
