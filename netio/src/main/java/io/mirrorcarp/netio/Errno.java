// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.util.Locale;

/** The kernel's error numbers by their names; the numbers are those of the generic Linux ABI, which x86_64 and aarch64 share. */
public final class Errno {

    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file or directory. */
    public static final int ENOENT = 2;

    /** No such process. */
    public static final int ESRCH = 3;

    /** Interrupted system call. */
    public static final int EINTR = 4;

    /** No such device or address. */
    public static final int ENXIO = 6;

    /** Try again. */
    public static final int EAGAIN = 11;

    /** Out of memory. */
    public static final int ENOMEM = 12;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** Device or resource busy. */
    public static final int EBUSY = 16;

    /** File exists. */
    public static final int EEXIST = 17;

    /** No such device. */
    public static final int ENODEV = 19;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** No space left on device. */
    public static final int ENOSPC = 28;

    /** Math result not representable. */
    public static final int ERANGE = 34;

    /** Function not implemented. */
    public static final int ENOSYS = 38;

    /** Timer expired. */
    public static final int ETIME = 62;

    /** Message too long. */
    public static final int EMSGSIZE = 90;

    /** Protocol error: of an IPv6 packet, that the other end knows no such protocol. */
    public static final int EPROTO = 71;

    /** Protocol not available: of an IPv4 packet, that the other end knows no such protocol. */
    public static final int ENOPROTOOPT = 92;

    /** Operation not supported on transport endpoint. */
    public static final int EOPNOTSUPP = 95;

    /** Address family not supported by protocol. */
    public static final int EAFNOSUPPORT = 97;

    /** Address already in use. */
    public static final int EADDRINUSE = 98;

    /** Cannot assign requested address. */
    public static final int EADDRNOTAVAIL = 99;

    /** Network is down. */
    public static final int ENETDOWN = 100;

    /** Network is unreachable. */
    public static final int ENETUNREACH = 101;

    /** No buffer space available. */
    public static final int ENOBUFS = 105;

    /** Connection timed out. */
    public static final int ETIMEDOUT = 110;

    /** No route to host. */
    public static final int EHOSTUNREACH = 113;

    private static final String[] NAMES =
            ("- EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK "
                            + "EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE "
                            + "EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM "
                            + "ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT "
                            + "- EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP "
                            + "EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ "
                            + "ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT "
                            + "ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH "
                            + "ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT "
                            + "ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM "
                            + "EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED "
                            + "EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON ")
                    .split(" ");

    private Errno() {}

    /** The name of an error number, such as {@code ENOBUFS}; for one without a name, an E with the number. */
    public static String name(int errno) {
        boolean known = errno > 0 && errno < NAMES.length && NAMES[errno].length() > 1;
        return known ? NAMES[errno] : "E" + errno;
    }

    /** Name and meaning, such as {@code ENOBUFS (no buffer space available)}. */
    public static String describe(int errno) {
        String meaning = Libc.CALLS.strerror(errno);
        String lower = meaning.substring(0, 1).toLowerCase(Locale.ROOT) + meaning.substring(1);
        return name(errno) + " (" + lower + ")";
    }
}
