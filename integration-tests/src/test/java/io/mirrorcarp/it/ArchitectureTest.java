// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodReference;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The walls of the house, over the classes of every module: this one has them all on its class path. */
@AnalyzeClasses(packages = "io.mirrorcarp", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    /** Codecs, machines, mappings, configuration: what can be replayed from a seed. */
    private static final String[] CORE = {
        "io.mirrorcarp.address",
        "io.mirrorcarp.counter",
        "io.mirrorcarp.netio.netlink",
        "io.mirrorcarp.carp.packet",
        "io.mirrorcarp.carp.auth",
        "io.mirrorcarp.carp.election",
        "io.mirrorcarp.pfsync.message",
        "io.mirrorcarp.pfsync.flows",
        "io.mirrorcarp.pfsync.session",
        "io.mirrorcarp.pfsync.claims",
        "io.mirrorcarp.pfsync.equality",
        "io.mirrorcarp.pfsync.protocol",
        "io.mirrorcarp.pfsync.auth",
        "io.mirrorcarp.conntrack.entry",
        "io.mirrorcarp.conntrack.netlink",
        "io.mirrorcarp.conntrack.hold",
        "io.mirrorcarp.filter",
        "io.mirrorcarp.daemon.access",
        "io.mirrorcarp.daemon.config.."
    };

    private static final String CARP = "io.mirrorcarp.carp..";
    private static final String PFSYNC = "io.mirrorcarp.pfsync..";
    private static final String CONNTRACK = "io.mirrorcarp.conntrack..";
    private static final String VERTX = "io.vertx..";

    /** The interfaces through which replication and the kernel's table meet: one side calls them, the other implements them. */
    private static final Set<String> SEAM = Set.of(
            "io.mirrorcarp.pfsync.StateTable",
            "io.mirrorcarp.pfsync.StateEvents",
            "io.mirrorcarp.pfsync.ReplicatedTable");

    /** The part of it that the machine knows. */
    private static final String STATE_TABLE = "io.mirrorcarp.pfsync.StateTable";

    /** What is in the packages of {@link #PURE_JAVA} all the same, and reaches outside the process. */
    private static final Set<String> WORLDLY = Set.of(
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.security.SecureRandom",
            "java.util.Calendar",
            "java.util.Date",
            "java.util.GregorianCalendar",
            "java.util.Scanner",
            "java.util.Timer",
            "java.util.TimerTask");

    /** The methods of {@code java.net.InetAddress} that ask a name server or a host. */
    private static final Set<String> ASKS_THE_NETWORK = Set.of(
            "getAllByName",
            "getByName",
            "getCanonicalHostName",
            "getHostName",
            "getLocalHost",
            "getLoopbackAddress",
            "isReachable");

    /** The parts of the Java library that do not reach outside the process and do not wait. */
    private static final DescribedPredicate<JavaClass> PURE_JAVA = resideInAnyPackage(
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.math",
                    "java.nio",
                    "java.nio.charset",
                    "java.security",
                    "java.security.spec",
                    "java.time",
                    "java.util",
                    "java.util.concurrent.atomic",
                    "java.util.function",
                    "java.util.random",
                    "java.util.regex",
                    "java.util.stream",
                    "java.net")
            .and(describe("no thread", type -> !type.isAssignableTo(Thread.class) && !type.isAssignableTo(Clock.class)))
            .and(describe(
                    "nothing that tells the time, draws lots or starts programs",
                    type -> !WORLDLY.contains(type.getName())))
            .and(describe(
                    "an address or a name, where it is of java.net",
                    type -> !type.getPackageName().equals("java.net")
                            || type.getSimpleName()
                                    .matches("Inet[46]?Address|UnknownHostException|URI|URISyntaxException")))
            .or(describe("bytes in memory", type -> type.getName().equals("java.io.ByteArrayOutputStream")));

    @ArchTest
    static final ArchRule theCoreKnowsNothingOutsideItself = classes()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .onlyDependOnClassesThat(PURE_JAVA
                    .or(resideInAnyPackage(CORE))
                    .or(resideInAnyPackage(
                            "org.jspecify..", "org.agrona..", "org.bouncycastle.crypto..", "org.tomlj.."))
                    .or(describe("the table", type -> type.getFullName().equals(STATE_TABLE)))
                    .or(describe(
                            "a primitive or an array of them",
                            type -> type.getBaseComponentType().isPrimitive())))
            .because("a machine that asks nobody can be replayed");

    @ArchTest
    static final ArchRule onlyTheConfigurationReadsToml = noClasses()
            .that()
            .resideOutsideOfPackage("io.mirrorcarp.daemon.config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tomlj..");

    @ArchTest
    static final ArchRule theCoreReadsNoClockAndNoEnvironment = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .accessTargetWhere(describe("it reads a clock, chance or the environment", ArchitectureTest::readsTheWorld))
            .because("time comes in as nowNanos, chance as a RandomGenerator");

    /** Calls and method references, such as {@code System::nanoTime}. */
    private static boolean readsTheWorld(JavaAccess<?> call) {
        JavaClass owner = call.getTargetOwner();
        String method = call.getName();
        boolean clock = method.equals("now") && owner.getPackageName().equals("java.time");
        boolean chance = (owner.isEquivalentTo(Math.class) && method.equals("random"))
                || (owner.isEquivalentTo(UUID.class) && method.equals("randomUUID"))
                || (owner.getFullName().startsWith("java.util.random.")
                        && Set.of("getDefault", "of").contains(method))
                || (owner.isEquivalentTo(Random.class) && isWithoutSeed(call));
        // It gives literals only, which the resolver answers without asking anybody.
        boolean literal = call.getOriginOwner().getFullName().equals("io.mirrorcarp.address.AddressText");
        boolean network = owner.isAssignableTo(InetAddress.class) && ASKS_THE_NETWORK.contains(method) && !literal;
        boolean system = owner.isEquivalentTo(System.class)
                && !Set.of("arraycopy", "identityHashCode").contains(method);
        return clock || chance || network || system || (owner.isEquivalentTo(Instant.class) && method.equals("now"));
    }

    private static boolean isWithoutSeed(JavaAccess<?> call) {
        return call.getTarget() instanceof AccessTarget.ConstructorCallTarget constructor
                && constructor.getRawParameterTypes().isEmpty();
    }

    /** What the wall is to keep out. */
    static final class Worldly {
        final LongSupplier reference = System::nanoTime;
        final long call = System.nanoTime();
        final UUID name = UUID.randomUUID();
        final Random lots = new Random();
        final RandomGenerator chosen = RandomGenerator.getDefault();
    }

    @ArchTest
    static void theWorldIsFoundInCallsAndInReferences(JavaClasses everything) {
        Set<String> found = new TreeSet<>();
        for (JavaAccess<?> access :
                new ClassFileImporter().importClass(Worldly.class).getAccessesFromSelf()) {
            if (readsTheWorld(access)) {
                found.add((access instanceof JavaMethodReference ? "reference " : "call ") + access.getName());
            }
        }
        assertThat(found)
                .containsExactly(
                        "call <init>", "call getDefault", "call nanoTime", "call randomUUID", "reference nanoTime");
    }

    /** Every module is looked at. */
    @ArchTest
    static void everyModuleIsOnTheClassPath(JavaClasses everything) {
        for (String module : Set.of("netio", "carp", "pfsync", "conntrack", "lab", "daemon", "ctl", "bench")) {
            assertThat(everything.stream().filter(type -> type.getPackageName().startsWith("io.mirrorcarp." + module)))
                    .as(module)
                    .isNotEmpty();
        }
    }

    @ArchTest
    static final ArchRule carpAndPfsyncDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage(CARP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PFSYNC, CONNTRACK)
            .because("Wiring joins them");

    @ArchTest
    static final ArchRule pfsyncKnowsNeitherCarpNorTheKernelsTable = noClasses()
            .that()
            .resideInAPackage(PFSYNC)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CARP, CONNTRACK)
            .because("Wiring joins them");

    @ArchTest
    static final ArchRule theRoomsOfReplicationSeeOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("flows")
            .definedBy("io.mirrorcarp.pfsync.flows")
            .layer("session")
            .definedBy("io.mirrorcarp.pfsync.session")
            .layer("claims")
            .definedBy("io.mirrorcarp.pfsync.claims")
            .layer("equality")
            .definedBy("io.mirrorcarp.pfsync.equality")
            .layer("machine")
            .definedBy("io.mirrorcarp.pfsync.protocol")
            .whereLayer("flows")
            .mayNotAccessAnyLayer()
            .whereLayer("session")
            .mayOnlyAccessLayers("flows")
            .whereLayer("claims")
            .mayOnlyAccessLayers("flows", "session")
            .whereLayer("equality")
            .mayOnlyAccessLayers("flows", "session", "claims")
            .because("each field of a peer is in the room that writes it");

    @ArchTest
    static final ArchRule conntrackSeesRecordsAndNeverTheMachine = noClasses()
            .that()
            .resideInAPackage(CONNTRACK)
            .should()
            .dependOnClassesThat(resideInAnyPackage(CARP, PFSYNC)
                    .and(DescribedPredicate.not(resideInAnyPackage("io.mirrorcarp.pfsync.message")))
                    .and(describe("not the seam", type -> !SEAM.contains(type.getFullName()))));

    @ArchTest
    static final ArchRule onlyWiringSeesMoreThanOneFeaturesVerticle = classes()
            .that(describe("are not Wiring", type -> !outermost(type).equals("io.mirrorcarp.daemon.Wiring")))
            .should(new ArchCondition<>("see the verticle of one feature at most") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    Set<String> features = new TreeSet<>();
                    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                        JavaClass target = dependency.getTargetClass();
                        if (target.getSimpleName().endsWith("Verticle")
                                && resideInAnyPackage(CARP, PFSYNC, CONNTRACK).test(target)) {
                            features.add(target.getPackageName());
                        }
                    }
                    String sees = type.getFullName() + " sees the verticles of " + features;
                    events.add(new SimpleConditionEvent(type, features.size() <= 1, sees));
                }
            });

    @ArchTest
    static final ArchRule carpctlStartsWithoutVertx = noClasses()
            .that()
            .resideInAPackage("io.mirrorcarp.ctl..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(VERTX, "io.netty..", "org.slf4j..", "ch.qos.logback..")
                    .or(resideInAnyPackage("io.mirrorcarp.daemon", "io.mirrorcarp.daemon.control")
                            .and(describe(
                                    "more than numbers",
                                    type -> !type.getSimpleName().equals("ExitStatus")))));

    @ArchTest
    static final ArchRule onlyNetioCallsTheSystemDirectly = noClasses()
            .that()
            .resideOutsideOfPackage("io.mirrorcarp.netio..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai.jffi..");

    @ArchTest
    static final ArchRule noPackagesDependOnEachOtherInACircle = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    boolean ours = type.getPackageName().startsWith("io.mirrorcarp")
                            && !type.getPackageName().startsWith("io.mirrorcarp.proto");
                    if (!ours) {
                        return SliceIdentifier.ignore();
                    }
                    return SliceIdentifier.of(SEAM.contains(type.getFullName()) ? "seam" : type.getPackageName());
                }

                @Override
                public String getDescription() {
                    return "packages, and the seam between replication and the kernel's table";
                }
            })
            .should()
            .beFreeOfCycles();

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type.getFullName());
    }
}
