/* wsload: an honest load generator for TLS WebSocket message relays.
 * One thread, epoll, OpenSSL; every message is one WebSocket frame in one TLS record in one
 * write(), carries its sender, a sequence number and its intended send time, and is checked on
 * arrival: right connection, right order, exactly once, right bytes.  See usage(). */
#define _GNU_SOURCE
#include "lethe.h"
#include "hist.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct {
    const char *mode, *host, *path, *subproto, *header, *ciphers, *groups, *label, *sni;
    const adapter *ad;
    int port, conns, window, size, par, cpu, npid, pid[64];
    double rate, duration, warmup, settle;
    bool poisson, bidir, resume, touch, release, tickets, verbose, rst, upgrade_only;
    int senders, step, upto; double report; bool sleeps;
} o = { .host = "127.0.0.1", .port = 9443, .conns = 200, .window = 1, .size = 200, .par = 64, .cpu = -1,
        .duration = 10, .warmup = 2, .settle = 3, .ciphers = "TLS_AES_128_GCM_SHA256", .groups = "X25519",
          .step = 200, .upto = 2000, .label = "", .sni = "localhost", .release = true, .tickets = true };

static conn *C;
static int ep;
static SSL_CTX *ctx;
static SSL_SESSION *sess;
static uint64_t now_, rng = 0x9E3779B97F4A7C15ull;
static uint8_t *pattern, *scratch;
#define SCRATCH (256 * 1024)
int n_ready, n_failed;
static int n_inflight, n_opened;
void (*when_lost)(conn *c, int code);
static int close_code;
static uint64_t n_handshakes, n_resumed, n_stray, n_dup, n_lost_order, n_corrupt, n_misrouted, n_sent, n_recv, w_recv, w_sent, n_readcalls, n_blocked;
static bool measuring, stopping, churn;
static uint64_t send_until = UINT64_MAX;
static hist_t lat, hs, recent;
static size_t queued, queued_max;

static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec; }
static uint64_t rnd(void) { rng ^= rng << 13; rng ^= rng >> 7; rng ^= rng << 17; return rng; }
uint64_t random_bits(void) { return rnd(); }
uint64_t clock_ns(void) { return now_ns(); }
conn *connection(int id) { return &C[id]; }
static int reader_of(int id) { return o.ad->reader ? o.ad->reader(id) : id ^ 1; }
static bool sends(int id) { if (o.senders && !lethe_is_among(id, o.senders)) return false; return o.ad->sends ? o.ad->sends(id) : o.bidir || !(id & 1); }
static void die(const char *m) { perror(m); exit(2); }

/* ---------------------------------------------------------------- the server's /proc figures */
typedef struct { double cpu_s, user_s, sched_s; long rss_kb, pss_kb, anon_kb; int threads, fds; uint64_t vcs, ivcs; } proc_t;
static long kb_field(const char *file, const char *key) {
    FILE *f = fopen(file, "r"); if (!f) return -1;
    char l[256]; long v = -1; size_t k = strlen(key);
    while (fgets(l, sizeof l, f)) if (!strncmp(l, key, k)) { v = atol(l + k); break; }
    fclose(f); return v;
}
static proc_t proc_read(bool mem) {
    proc_t r = {0}; char p[300], b[2048]; double hz = (double)sysconf(_SC_CLK_TCK);
    for (int i = 0; i < o.npid; i++) {
        snprintf(p, sizeof p, "/proc/%d/stat", o.pid[i]);
        FILE *f = fopen(p, "r"); if (!f) continue;
        size_t n = fread(b, 1, sizeof b - 1, f); b[n] = 0; fclose(f);
        char *q = strrchr(b, ')'); unsigned long ut = 0, st = 0;
        if (q) sscanf(q + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &ut, &st);
        r.cpu_s += (double)(ut + st) / hz; r.user_s += (double)ut / hz;
        snprintf(p, sizeof p, "/proc/%d/task", o.pid[i]);
        DIR *d = opendir(p); struct dirent *e;
        while (d && (e = readdir(d))) if (e->d_name[0] != '.') {
            snprintf(p, sizeof p, "/proc/%d/task/%s/schedstat", o.pid[i], e->d_name);
            unsigned long long ns = 0;
            if ((f = fopen(p, "r"))) { if (fscanf(f, "%llu", &ns) != 1) ns = 0; fclose(f); }
            r.sched_s += (double)ns / 1e9; r.threads++;
        }
        if (d) closedir(d);
        if (mem) {
            snprintf(p, sizeof p, "/proc/%d/smaps_rollup", o.pid[i]);
            r.pss_kb += kb_field(p, "Pss:"); r.anon_kb += kb_field(p, "Anonymous:");
            snprintf(p, sizeof p, "/proc/%d/status", o.pid[i]);      /* anybody may read it */
            r.rss_kb += kb_field(p, "VmRSS:");
        }
    }
    return r;
}
static double self_cpu(void) { struct rusage u; getrusage(RUSAGE_SELF, &u); return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6; }
static double steal_s(void) {
    FILE *f = fopen("/proc/stat", "r"); unsigned long long v[8] = {0};
    if (f) { if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v+1, v+2, v+3, v+4, v+5, v+6, v+7) != 8) v[7] = 0; fclose(f); }
    return (double)v[7] / (double)sysconf(_SC_CLK_TCK);
}

/* ---------------------------------------------------------------- connections */
static void want(conn *c, uint32_t ev) {
    if (c->events == ev) return;
    struct epoll_event e = { .events = ev, .data.ptr = c };
    if (epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e)) die("epoll_ctl");
    c->events = ev;
}
void conn_close(conn *c, bool clean) {
    if (c->st == ST_FREE || c->st == ST_CLOSED) return;
    if (clean && c->st == ST_READY && o.ad->leave && !o.upgrade_only) {
        o.ad->leave(c);
        if (c->st == ST_CLOSED) return;
    }
    if (c->st == ST_READY) n_ready--; else n_inflight--;
    queued -= c->out_len - c->out_off;
    if (c->ssl) { if (clean) SSL_shutdown(c->ssl); ERR_clear_error(); SSL_free(c->ssl); c->ssl = NULL; }
    if (!clean || o.rst) { struct linger l = { 1, 0 }; setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l); }
    close(c->fd); c->fd = -1;
    free(c->in); free(c->app); free(c->out); free(c->wait);
    c->in = c->app = c->out = NULL; c->wait = NULL;
    c->in_len = c->app_len = c->out_len = c->out_off = c->out_cap = c->wait_len = c->wait_cap = 0;
    c->st = ST_CLOSED;
}
void fail(conn *c, const char *why) {
    if (c->st == ST_CLOSED) return;
    if (when_lost) { conn_close(c, false); when_lost(c, close_code); close_code = 0; return; }
    if (!stopping || o.verbose) if (n_failed < 5) fprintf(stderr, "wsload: connection %d: %s (%s)\n", c->id, why, errno ? strerror(errno) : "-");
    n_failed++; conn_close(c, false);
}
void stray(conn *c, const uint8_t *p, size_t n) { (void)c; if (n_stray++ < 2 && o.verbose) fprintf(stderr, "stray %zu bytes: %.*s\n", n, (int)(n > 80 ? 80 : n), (const char *)p); }

static void put_raw(conn *c, const uint8_t *p, size_t n) {      /* TLS-write or queue */
    if (c->out_len > c->out_off) goto queue;
    while (n) {
        int k = SSL_write(c->ssl, p, (int)n);
        if (k > 0) { p += k; n -= (size_t)k; continue; }
        int e = SSL_get_error(c->ssl, k);
        if (e == SSL_ERROR_WANT_WRITE || e == SSL_ERROR_WANT_READ) { n_blocked++; break; }
        fail(c, "write"); return;
    }
    if (!n) return;
queue:
    if (c->out_len + n > c->out_cap) {
        if (c->out_off) { memmove(c->out, c->out + c->out_off, c->out_len - c->out_off); c->out_len -= c->out_off; c->out_off = 0; }
        if (c->out_len + n > c->out_cap) { c->out_cap = (c->out_len + n) * 2; c->out = realloc(c->out, c->out_cap); }
    }
    memcpy(c->out + c->out_len, p, n); c->out_len += n; queued += n;
    if (queued > queued_max) queued_max = queued;
    want(c, EPOLLIN | EPOLLOUT);
}
static void flush_out(conn *c) {
    while (c->out_off < c->out_len) {
        int k = SSL_write(c->ssl, c->out + c->out_off, (int)(c->out_len - c->out_off));
        if (k > 0) { c->out_off += (size_t)k; queued -= (size_t)k; continue; }
        int e = SSL_get_error(c->ssl, k);
        if (e == SSL_ERROR_WANT_WRITE || e == SSL_ERROR_WANT_READ) return;
        fail(c, "write"); return;
    }
    free(c->out); c->out = NULL; c->out_len = c->out_off = c->out_cap = 0;
    want(c, EPOLLIN);
}
static void ws_frame(conn *c, uint8_t op, const uint8_t *p, size_t n) {
    uint8_t b[65536 + 16]; size_t h = 2;
    if (n > 65535) { fail(c, "message too large"); return; }
    b[0] = 0x80 | op;
    if (n < 126) b[1] = 0x80 | (uint8_t)n; else { b[1] = 0x80 | 126; b[2] = (uint8_t)(n >> 8); b[3] = (uint8_t)n; h = 4; }
    uint32_t m = (uint32_t)rnd(); memcpy(b + h, &m, 4); h += 4;
    size_t i = 0; uint64_t m8 = (uint64_t)m << 32 | m, x;
    for (; i + 8 <= n; i += 8) { memcpy(&x, p + i, 8); x ^= m8; memcpy(b + h + i, &x, 8); }
    for (; i < n; i++) b[h + i] = p[i] ^ (uint8_t)(m >> (8 * (i & 3)));
    put_raw(c, b, h + n);
}
void ws_send(conn *c, const uint8_t *p, size_t n) { ws_frame(c, 2, p, n); }
void ws_send_text(conn *c, const char *p, size_t n) { ws_frame(c, 1, (const uint8_t *)p, n); }

/* message: "WSLD" sender(4) seq(8) intended-time(8) pattern... */
static void send_msg(conn *c, uint64_t intended) {
    uint8_t m[65536], e[65536 + 512]; size_t n = (size_t)o.size; uint32_t id = (uint32_t)c->id;
    memcpy(m, "WSLD", 4); memcpy(m + 4, &id, 4); memcpy(m + 8, &c->tx_seq, 8); memcpy(m + 16, &intended, 8);
    memcpy(m + 24, pattern, n - 24);
    c->tx_seq++; n_sent++; if (measuring) w_sent++;
    ws_send(c, e, o.ad->encode(c, e, m, n));
}
static void offer(conn *c, uint64_t intended) {
    if (c->st != ST_READY) return;
    if (!o.ad->may_send || o.ad->may_send(c)) { send_msg(c, intended); return; }
    if (c->wait_len == c->wait_cap) {
        c->wait_cap = c->wait_cap ? c->wait_cap * 2 : 8;
        c->wait = realloc(c->wait, c->wait_cap * sizeof *c->wait);
    }
    c->wait[c->wait_len++] = intended;
}
void release(conn *c) {
    size_t k = 0;
    while (!stopping && c->st == ST_READY && k < c->wait_len && o.ad->may_send(c))
        send_msg(c, c->wait[k++]);
    if (c->st == ST_CLOSED || !k) return;
    memmove(c->wait, c->wait + k, (c->wait_len - k) * sizeof *c->wait); c->wait_len -= k;
}
void deliver(conn *c, const uint8_t *m, size_t n) {
    uint32_t from; uint64_t seq, t;
    if (n != (size_t)o.size || memcmp(m, "WSLD", 4) || memcmp(m + 24, pattern, n - 24)) { n_corrupt++; return; }
    memcpy(&from, m + 4, 4); memcpy(&seq, m + 8, 8); memcpy(&t, m + 16, 8);
    if (from >= (uint32_t)o.conns || reader_of((int)from) != c->id) { n_misrouted++; return; }
    conn *s = &C[from];
    if (seq < s->rx_seq) n_dup++; else if (seq > s->rx_seq) n_lost_order += seq - s->rx_seq;
    if (seq >= s->rx_seq) s->rx_seq = seq + 1;
    n_recv++;
    if (measuring) { uint64_t x = now_ns(); w_recv++; hist_add(&lat, x > t ? x - t : 0); if (o.report > 0) hist_add(&recent, x > t ? x - t : 0); }
    if (o.window && o.rate <= 0 && !stopping && s->tx_seq < send_until) offer(s, now_ns());
}
void conn_ready(conn *c) {
    if (c->st == ST_READY) return;
    c->st = ST_READY; n_ready++; n_inflight--; n_opened++; n_handshakes++; n_resumed += (uint64_t)SSL_session_reused(c->ssl);
    hist_add(&hs, now_ns() - c->t0);
}

static void expand_path(char *d, size_t cap, const char *t, int id) {
    size_t k = 0;
    for (; *t && k + 24 < cap; t++) {
        if (*t != '%') { d[k++] = *t; continue; }
        switch (*++t) {
        case 'p': k += (size_t)sprintf(d + k, "%d", id / 2); break;
        case 's': d[k++] = id & 1 ? 'b' : 'a'; break;
        case 'i': k += (size_t)sprintf(d + k, "%d", id); break;
        case 'j': k += (size_t)sprintf(d + k, "%d", id ^ 1); break;
        case 'r': k += (size_t)sprintf(d + k, "%d", lethe_room(id)); break;
        default: d[k++] = *t;
        }
    }
    d[k] = 0;
}
void conn_start(conn *c, int id) {
    memset(c, 0, sizeof *c); c->id = id; c->t0 = now_ns();
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); if (c->fd < 0) die("socket");
    int one = 1; setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (o.conns > 500 || churn) {      /* spread over source addresses: more than one range of ports */
        struct sockaddr_in s = { .sin_family = AF_INET }; setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        s.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(rnd() >> 20) % 16); bind(c->fd, (struct sockaddr *)&s, sizeof s);
    }
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)o.port) };
    inet_pton(AF_INET, o.host, &a.sin_addr);
    c->st = ST_TCP; n_inflight++; c->events = EPOLLIN | EPOLLOUT;
    struct epoll_event e = { .events = c->events, .data.ptr = c };
    if (epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e)) die("epoll_ctl add");
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS) { fail(c, "connect"); return; }
    c->ssl = SSL_new(ctx); SSL_set_fd(c->ssl, c->fd); SSL_set_connect_state(c->ssl);
    SSL_set_tlsext_host_name(c->ssl, o.sni);
    if (o.resume && sess) {             /* a copy: OpenSSL marks a used TLS 1.3 session as spent */
        SSL_SESSION *d = SSL_SESSION_dup(sess);
        if (d) { SSL_set_session(c->ssl, d); SSL_SESSION_free(d); }
    }
}
static void http_request(conn *c) {
    char path[512], b[2048];
    expand_path(path, sizeof path, o.path, c->id);
    int n = snprintf(b, sizeof b, "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Origin: https://%s:%d\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s%s\r\n", path, o.sni, o.port, o.sni, o.port,
        o.subproto ? "Sec-WebSocket-Protocol: " : "", o.subproto ? o.subproto : "", o.subproto ? "\r\n" : "",
        o.header ? o.header : "", o.header ? "\r\n" : "");
    c->st = ST_HTTP; put_raw(c, (uint8_t *)b, (size_t)n);
}
/* parse what lies in p[0..n); returns bytes used */
static size_t consume(conn *c, uint8_t *p, size_t n) {
    size_t u = 0;
    if (c->st == ST_HTTP) {
        uint8_t *e = memmem(p, n, "\r\n\r\n", 4);
        if (!e) return 0;
        if (n < 12 || memcmp(p + 9, "101", 3)) { if (!when_lost) fprintf(stderr, "%.*s\n", (int)(n > 300 ? 300 : n), p); errno = 0; fail(c, "upgrade refused"); return n; }
        if (!memmem(p, (size_t)(e - p) + 2, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28)) { errno = 0; fail(c, "wrong Sec-WebSocket-Accept"); return n; }
        u = (size_t)(e - p) + 4;
        c->st = ST_SETUP; if (o.upgrade_only) conn_ready(c); else o.ad->opened(c);
    }
    while (c->st == ST_SETUP || c->st == ST_READY) {
        if (n - u < 2) break;
        uint8_t *f = p + u; size_t h = 2; uint64_t len = f[1] & 127;
        if (len == 126) { if (n - u < 4) break; len = (uint64_t)f[2] << 8 | f[3]; h = 4; }
        else if (len == 127) { if (n - u < 10) break; len = 0; for (int i = 0; i < 8; i++) len = len << 8 | f[2 + i]; h = 10; }
        if (n - u < h + len) break;
        u += h + (size_t)len; c->heard += h + len;
        switch (f[0] & 15) {
        case 0: case 1: case 2:
            if (o.ad->stream || (!c->app_len && (f[0] & 0x80))) { o.ad->message(c, f + h, (size_t)len); break; }
            c->app = realloc(c->app, c->app_len + (size_t)len + 1); memcpy(c->app + c->app_len, f + h, (size_t)len); c->app_len += (size_t)len;
            if (f[0] & 0x80) { uint8_t *m = c->app; size_t k = c->app_len; c->app = NULL; c->app_len = 0; o.ad->message(c, m, k); free(m); }
            break;
        case 8: errno = 0; close_code = len >= 2 ? f[h] << 8 | f[h + 1] : 0; if (o.verbose && len >= 2) fprintf(stderr, "close code %d\n", f[h] << 8 | f[h + 1]); fail(c, "close frame"); break;
        case 9: ws_frame(c, 10, f + h, (size_t)len); break;
        default: break;
        }
    }
    return u;
}
static void on_readable(conn *c) {
    for (;;) {
        size_t have = c->in_len;
        if (have) memcpy(scratch, c->in, have);
        int k = SSL_read(c->ssl, scratch + have, (int)(SCRATCH - have)); n_readcalls++;
        if (k <= 0) {
            int e = SSL_get_error(c->ssl, k);
            if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE) return;
            if (e == SSL_ERROR_SSL) { if (n_failed < 5 && !when_lost) ERR_print_errors_fp(stderr); ERR_clear_error(); }
            fail(c, "read / closed by the server"); return;
        }
        size_t n = have + (size_t)k, u = consume(c, scratch, n);
        if (c->st == ST_CLOSED) return;
        if (u < n) { if (n - u > have || !c->in) c->in = realloc(c->in, n - u); memcpy(c->in, scratch + u, n - u); c->in_len = n - u; }
        else if (c->in) { free(c->in); c->in = NULL; c->in_len = 0; }
        if (!SSL_has_pending(c->ssl)) return;
    }
}
static void handle(conn *c, uint32_t ev) {
    if (c->st == ST_FREE || c->st == ST_CLOSED) return;
    if (c->st == ST_TCP) {
        int e = 0; socklen_t l = sizeof e; getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l);
        if (e) { errno = e; fail(c, "connect"); return; }
        if (!(ev & EPOLLOUT)) return;
        c->st = ST_TLS;
    }
    if (c->st == ST_TLS) {
        ERR_clear_error();
        int k = SSL_do_handshake(c->ssl);
        if (k != 1) {
            int e = SSL_get_error(c->ssl, k);
            if (e == SSL_ERROR_WANT_READ) { want(c, EPOLLIN); return; }
            if (e == SSL_ERROR_WANT_WRITE) { want(c, EPOLLIN | EPOLLOUT); return; }
            if (n_failed < 5 && !when_lost) ERR_print_errors_fp(stderr);
            ERR_clear_error(); fail(c, "TLS handshake"); return;
        }
        want(c, EPOLLIN);
        http_request(c);
        if (c->st != ST_CLOSED && SSL_has_pending(c->ssl)) on_readable(c);
        return;
    }
    if ((ev & EPOLLOUT) && c->out_len > c->out_off) flush_out(c);
    if (c->st != ST_CLOSED && (ev & (EPOLLIN | EPOLLHUP | EPOLLERR))) on_readable(c);
}
static void poll_until(uint64_t due) {
    struct epoll_event ev[256];
    uint64_t now = now_ns(), wait = due > now ? due - now : 0;
    struct timespec t = { (time_t)(wait / 1000000000ull), (long)(wait % 1000000000ull) };
    int n = epoll_pwait2(ep, ev, 256, &t, NULL);
    for (int i = 0; i < n; i++) handle(ev[i].data.ptr, ev[i].events);
}
void poll_once(int timeout_ms) {
    struct epoll_event ev[256];
    int n = epoll_wait(ep, ev, 256, timeout_ms);
    for (int i = 0; i < n; i++) handle(ev[i].data.ptr, ev[i].events);
}
void open_all(int n, const char *what) {
    int next = 0; uint64_t t0 = now_ns(), last = t0; int seen = 0;
    while (n_opened < n) {
        while (n_inflight < o.par && next < n) { conn_start(&C[next], next); next++; }
        poll_once(100);
        if (n_opened != seen) { seen = n_opened; last = now_ns(); }
        if (n_failed) { fprintf(stderr, "wsload: %s: %d failed, %d of %d open\n", what, n_failed, n_opened, n); exit(1); }
        if (now_ns() - last > 20000000000ull) { fprintf(stderr, "wsload: stuck while opening: %d of %d (in flight %d)\n", n_opened, n, n_inflight); exit(1); }
    }
}
static void run_for(double s) { uint64_t e = now_ns() + (uint64_t)(s * 1e9); while (now_ns() < e) poll_once(20); }
static int on_new_session(SSL *s, SSL_SESSION *x) { (void)s; if (!sess) { sess = x; return 1; } return 0; }

static void usage(void) {
    fprintf(stderr,
"wsload MODE [options]      load generator for TLS WebSocket relays (loopback)\n"
"modes\n"
"  handshake   full TLS + upgrade, then close, --par at a time for --duration seconds\n"
"  idle        open --conns, wait --settle, read the server's memory (--pid); with --touch one\n"
"              message over every pair and read it again; then close all and read it again\n"
"  hold        open --conns, answer pings, and do what standard input says (crowd.c)\n"
"  fill        each sender writes --step messages at a time up to --upto, --window in flight:\n"
"              what a message costs where so many are held; one object for each step\n"
"  relay       --conns/2 pairs; --window W messages in flight per sender (closed loop), or\n"
"              --rate R messages/s in total (open loop; latency from the intended send time)\n"
"options\n"
"  --proto NAME      adapter (default raw):\n");
    adapters_usage();
    fprintf(stderr,
"  --host A --port P    (127.0.0.1 9443)      --path T   %%p pair  %%s side a|b  %%i own id  %%j peer id  %%r room\n"
"  --subproto S  --header 'Name: value'       --sni NAME\n"
"  --conns N (200)   --window W (1)   --rate R   --poisson   --bidir (both ends send)\n"
"  --size S (200; at least 24)   --duration s (10)   --warmup s (2)   --settle s (3)   --par N (64)\n"
"  --pid P[,P...]    server processes whose CPU and memory to read\n"
"  --cpu K           pin to this core          --ciphers S (TLS_AES_128_GCM_SHA256)  --groups S (X25519)\n"
"  --resume          resume TLS sessions       --no-tickets    --rst (close with RST)\n"
"  --touch           see idle                  --label S       --verbose\n"
"  --upgrade-only    a handshake ends with the 101\n"
"lethe only\n"
"  --rooms N (conns/2)   --tokens FILE (one a room)   --renew N (1000; messages of a conversation)\n"
"  --receipts MS (0: none; at most one of each kind in this time, as pages do)\n"
"  --senders N (all; only the first N patients write)   --report S (an object each S seconds)\n"
"  --sleeps (until the next message is due: a core is not taken for precision)\n"
"output: one JSON object on stdout; exit 0 only if every message arrived once, in order, intact\n");
    exit(2);
}
int main(int argc, char **argv) {
    static const struct option L[] = {
        {"proto",1,0,1},{"host",1,0,2},{"port",1,0,3},{"path",1,0,4},{"subproto",1,0,5},{"header",1,0,6},{"sni",1,0,7},
        {"conns",1,0,8},{"window",1,0,9},{"rate",1,0,10},{"poisson",0,0,11},{"bidir",0,0,12},{"size",1,0,13},{"duration",1,0,14},
        {"warmup",1,0,15},{"settle",1,0,16},{"par",1,0,17},{"pid",1,0,18},{"cpu",1,0,19},{"ciphers",1,0,20},{"groups",1,0,21},
        {"resume",0,0,22},{"no-tickets",0,0,23},{"touch",0,0,24},{"label",1,0,25},{"verbose",0,0,26},{"rst",0,0,27},
        {"upgrade-only",0,0,28},{"rooms",1,0,29},{"tokens",1,0,30},{"renew",1,0,31},{"receipts",1,0,32},
        {"senders",1,0,33},{"report",1,0,34},{"step",1,0,35},{"upto",1,0,36},{"sleeps",0,0,37},{0,0,0,0}};
    if (argc < 2) usage();
    o.mode = argv[1]; o.ad = adapter_find("raw");
    int k; optind = 2;
    while ((k = getopt_long(argc, argv, "", L, NULL)) != -1) switch (k) {
        case 1: if (!(o.ad = adapter_find(optarg))) usage(); break;
        case 2: o.host = optarg; break;             case 3: o.port = atoi(optarg); break;
        case 4: o.path = optarg; break;             case 5: o.subproto = optarg; break;
        case 6: o.header = optarg; break;           case 7: o.sni = optarg; break;
        case 8: o.conns = atoi(optarg) & ~1; break; case 9: o.window = atoi(optarg); break;
        case 10: o.rate = atof(optarg); break;      case 11: o.poisson = true; break;
        case 12: o.bidir = true; break;             case 13: o.size = atoi(optarg); break;
        case 14: o.duration = atof(optarg); break;  case 15: o.warmup = atof(optarg); break;
        case 16: o.settle = atof(optarg); break;    case 17: o.par = atoi(optarg); break;
        case 18: for (char *p = strtok(optarg, ","); p && o.npid < 64; p = strtok(NULL, ",")) o.pid[o.npid++] = atoi(p); break;
        case 19: o.cpu = atoi(optarg); break;       case 20: o.ciphers = optarg; break;
        case 21: o.groups = optarg; break;          case 22: o.resume = true; break;
        case 23: o.tickets = false; break;          case 24: o.touch = true; break;
        case 25: o.label = optarg; break;           case 26: o.verbose = true; break;
        case 27: o.rst = true; break;               case 28: o.upgrade_only = true; break;
        case 29: lethe.rooms = atoi(optarg); break; case 30: lethe.tokens = optarg; break;
        case 31: lethe.renew = (uint32_t)atoi(optarg); break;
        case 32: lethe.receipts_ms = strtoull(optarg, NULL, 10); break;
        case 33: o.senders = atoi(optarg); break;   case 34: o.report = atof(optarg); break;
        case 35: o.step = atoi(optarg); break;      case 36: o.upto = atoi(optarg); break;
        case 37: o.sleeps = true; break;
        default: usage();
    }
    if (!o.path) o.path = o.ad->path;
    if (!o.subproto) o.subproto = o.ad->subprotocol;
    if (o.size < 24 || o.size > 60000 || o.conns < 2 || o.par < 1) usage();
    if (!strcmp(o.ad->name, "lethe")) {
        lethe.arrivals = !strcmp(o.mode, "handshake"); lethe.both = o.bidir;
        lethe_setup(lethe.arrivals ? o.par : o.conns, o.size);
    } else if (o.senders) {
        fprintf(stderr, "wsload: found --senders with --proto %s, expected it with lethe, which has patients\n", o.ad->name); return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit rl; getrlimit(RLIMIT_NOFILE, &rl);
    rlim_t need = (rlim_t)o.conns + 256; if (rl.rlim_cur < need) { rl.rlim_cur = need; if (rl.rlim_max < need) rl.rlim_max = need; if (setrlimit(RLIMIT_NOFILE, &rl)) die("setrlimit"); }
    if (o.cpu >= 0) { cpu_set_t s; CPU_ZERO(&s); CPU_SET((unsigned)o.cpu, &s); if (sched_setaffinity(0, sizeof s, &s)) die("sched_setaffinity"); }
    ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
    if (!SSL_CTX_set_ciphersuites(ctx, o.ciphers) || !SSL_CTX_set1_groups_list(ctx, o.groups)) { ERR_print_errors_fp(stderr); return 2; }
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | (o.release ? SSL_MODE_RELEASE_BUFFERS : 0));
    SSL_CTX_set_read_ahead(ctx, 1);
    if (!o.tickets) SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    if (o.resume) { SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL); SSL_CTX_sess_set_new_cb(ctx, on_new_session); }
    else SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    pattern = malloc((size_t)o.size); for (int i = 0; i < o.size; i++) pattern[i] = (uint8_t)(rnd() >> 33);
    scratch = malloc(SCRATCH + 16);
    ep = epoll_create1(0);
    hist_reset(&lat); hist_reset(&hs); hist_reset(&recent);
    C = calloc((size_t)(o.conns > o.par ? o.conns : o.par), sizeof *C);
    proc_t p0, p1; double s0, c0; uint64_t t0;

    if (!strcmp(o.mode, "handshake")) {
        churn = true;
        proc_t a = {0}; uint64_t h0 = 0, end = 0; c0 = s0 = 0; t0 = now_ns(); uint64_t wu = t0 + (uint64_t)(o.warmup * 1e9);
        for (int i = 0; i < o.par; i++) conn_start(&C[i], i);
        for (;;) {
            poll_once(20); uint64_t t = now_ns();
            for (int i = 0; i < o.par; i++) if (C[i].st == ST_READY || C[i].st == ST_CLOSED) { if (C[i].st == ST_READY) conn_close(&C[i], true); conn_start(&C[i], i); }
            if (!end && t >= wu) { a = proc_read(false); c0 = self_cpu(); s0 = steal_s(); h0 = n_handshakes; t0 = now_ns(); end = t0 + (uint64_t)(o.duration * 1e9); hist_reset(&hs); }
            if (end && t >= end) break;
            if (n_failed > 100) return 1;
        }
        double dt = (double)(now_ns() - t0) / 1e9, cpu = 0, sch = 0; proc_t b = proc_read(false); uint64_t n = n_handshakes - h0;
        cpu = b.cpu_s - a.cpu_s; sch = b.sched_s - a.sched_s; stopping = true;
        printf("{\"label\":\"%s\",\"mode\":\"handshake\",\"par\":%d,\"resume\":%.3f,\"handshakes_per_s\":%.0f,\"server_cpu_us\":%.2f,\"server_sched_us\":%.2f,\"server_util\":%.3f,\"self_util\":%.3f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"n\":%llu,\"failed\":%d,\"steal_s\":%.2f}\n",
            o.label, o.par, n_handshakes ? (double)n_resumed / (double)n_handshakes : 0.0, (double)n / dt, 1e6 * cpu / (double)n, 1e6 * sch / (double)n, cpu / dt, (self_cpu() - c0) / dt, (double)hist_pct(&hs, 50) / 1e6, (double)hist_pct(&hs, 99) / 1e6, (unsigned long long)n, n_failed, steal_s() - s0);
        return n_failed ? 1 : 0;
    }
    if (!strcmp(o.mode, "idle")) {
        p0 = proc_read(true); t0 = now_ns();
        open_all(o.conns, "idle");
        double dt = (double)(now_ns() - t0) / 1e9; proc_t ph = proc_read(false);
        run_for(o.settle); p1 = proc_read(true);
        double n = o.conns; proc_t p2 = p1, p3;
        int touching = 0;
        if (o.touch) {
            o.window = 0;
            for (int i = 0; i < o.conns; i++) if (o.ad->sends ? sends(i) : true) { offer(&C[i], now_ns()); if (++touching % 64 == 63) poll_once(0); }
            run_for(o.settle); p2 = proc_read(true);
        }
        proc_t i0 = proc_read(false); run_for(5); proc_t i1 = proc_read(false);
        int open = n_ready; stopping = true;
        for (int i = 0; i < o.conns; i++) conn_close(&C[i], true);
        run_for(o.settle); p3 = proc_read(true);
        printf("{\"label\":\"%s\",\"mode\":\"idle\",\"conns\":%d,\"open\":%d,\"open_s\":%.2f,\"opened_per_s\":%.0f,\"open_cpu_us\":%.1f,\"base_pss_kb\":%ld,\"base_rss_kb\":%ld,\"pss_kb\":%ld,\"rss_kb\":%ld,\"pss_per_conn\":%.0f,\"rss_per_conn\":%.0f,\"touched_pss_per_conn\":%.0f,\"touched_rss_per_conn\":%.0f,\"after_close_pss_kb\":%ld,\"after_close_rss_kb\":%ld,\"idle_cpu_pct\":%.2f,\"delivered\":%llu,\"failed\":%d}\n",
            o.label, o.conns, open, dt, n / dt, 1e6 * (ph.cpu_s - p0.cpu_s) / n, p0.pss_kb, p0.rss_kb, p1.pss_kb, p1.rss_kb, 1024.0 * (double)(p1.pss_kb - p0.pss_kb) / n, 1024.0 * (double)(p1.rss_kb - p0.rss_kb) / n,
            o.touch ? 1024.0 * (double)(p2.pss_kb - p0.pss_kb) / n : -1.0, o.touch ? 1024.0 * (double)(p2.rss_kb - p0.rss_kb) / n : -1.0, p3.pss_kb, p3.rss_kb, 100 * (i1.sched_s - i0.sched_s) / 5, (unsigned long long)n_recv, n_failed);
        return n_failed || open != o.conns || (o.touch && n_recv != (uint64_t)touching) ? 1 : 0;
    }
    if (!strcmp(o.mode, "hold")) return hold(o.conns);
    if (!strcmp(o.mode, "fill")) {
        open_all(o.conns, "fill"); run_for(0.3);
        for (int held = 0; held < o.upto; held += o.step) {
            proc_t a = proc_read(false); uint64_t r0 = n_recv, dl = now_ns() + 60000000000ull; t0 = now_ns();
            send_until = (uint64_t)(held + o.step);
            for (int w = 0; w < o.window; w++) for (int i = 0; i < o.conns; i++) if (sends(i)) offer(&C[i], now_ns());
            uint64_t wanted = 0; for (int i = 0; i < o.conns; i++) if (sends(i)) wanted += send_until;
            while (n_recv < wanted && !n_failed && now_ns() < dl) poll_once(5);
            if (n_recv < wanted || n_failed || n_corrupt || n_dup || n_lost_order || n_misrouted) { fprintf(stderr, "wsload: fill: %llu of %llu arrived\n", (unsigned long long)n_recv, (unsigned long long)wanted); return 1; }
            run_for(0.1);              /* what is told of them later is theirs */
            proc_t b = proc_read(true);
            printf("{\"label\":\"%s\",\"mode\":\"fill\",\"held\":%d,\"messages\":%llu,\"server_sched_us\":%.3f,\"seconds\":%.3f,\"rss_kb\":%ld}\n", o.label, held, (unsigned long long)(n_recv - r0), 1e6 * (b.sched_s - a.sched_s) / (double)(n_recv - r0), (double)(now_ns() - t0) / 1e9, b.rss_kb);
            fflush(stdout);
        }
        return 0;
    }
    if (strcmp(o.mode, "relay")) usage();

    open_all(o.conns, "relay");
    run_for(0.3);
    int *sender = calloc((size_t)o.conns, sizeof *sender), senders = 0;
    for (int i = 0; i < o.conns; i++) if (sends(i)) sender[senders++] = i;
    proc_t a = {0}; c0 = s0 = 0; uint64_t start = now_ns(), begin = start + (uint64_t)(o.warmup * 1e9), end = begin + (uint64_t)(o.duration * 1e9), t1 = 0;
    double next = (double)start, gap = o.rate > 0 ? 1e9 / o.rate : 0; uint64_t rr = 0, late_max = 0, report_at = 0;
    if (o.rate <= 0) for (int w = 0; w < o.window; w++) for (int i = 0; i < senders; i++) offer(&C[sender[i]], now_ns());
    for (;;) {
        now_ = now_ns();
        if (!measuring && now_ >= begin) { a = proc_read(false); c0 = self_cpu(); s0 = steal_s(); hist_reset(&lat); w_recv = w_sent = 0; measuring = true; t1 = now_ns(); end = t1 + (uint64_t)(o.duration * 1e9); }
        if (measuring && now_ >= end) break;
        if (o.rate > 0) {
            int burst = 0;
            while (next <= (double)now_ && burst < 64) {
                if (measuring && now_ - (uint64_t)next > late_max) late_max = now_ - (uint64_t)next;
                int s = o.poisson ? (int)(rnd() % (uint64_t)senders) : (int)(rr++ % (uint64_t)senders);
                offer(&C[sender[s]], (uint64_t)next);
                next += o.poisson ? -log(((double)(rnd() >> 11) + 1) / 9007199254740993.0) * gap : gap;
                burst++;
            }
            if (o.sleeps) poll_until(next < (double)end ? (uint64_t)next : end); else poll_once(0);
        } else poll_once(5);
        if (n_failed) { fprintf(stderr, "wsload: a connection failed during the run\n"); return 1; }
        if (o.report > 0 && measuring && now_ >= report_at) {
            if (report_at) { printf("{\"second\":%.1f,\"messages\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"erased\":%llu}\n", (double)(now_ - t1) / 1e9, (unsigned long long)recent.n, (double)hist_pct(&recent, 50) / 1e3, (double)hist_pct(&recent, 99) / 1e3, (double)recent.max / 1e3, (unsigned long long)lethe_counts.erased); fflush(stdout); }
            hist_reset(&recent); report_at = (report_at ? report_at : now_) + (uint64_t)(o.report * 1e9);
        }
    }
    double dt = (double)(now_ns() - t1) / 1e9; proc_t b = proc_read(true); double sc = self_cpu() - c0, st = steal_s() - s0;
    measuring = false; stopping = true;
    uint64_t dl = now_ns() + 5000000000ull; while ((n_recv < n_sent || lethe_counts.erased < 2 * lethe_counts.renewed) && now_ns() < dl && !n_failed) poll_once(10);   /* drain */
    uint64_t missing = n_sent > n_recv ? n_sent - n_recv : 0;
    bool ok = lethe_counts.erased >= 2 * lethe_counts.renewed && !missing && !n_dup && !n_lost_order && !n_corrupt && !n_misrouted && !n_failed;
    double cpu = b.cpu_s - a.cpu_s, sch = b.sched_s - a.sched_s;
    printf("{\"label\":\"%s\",\"mode\":\"relay\",\"proto\":\"%s\",\"conns\":%d,\"window\":%d,\"rate\":%.0f,\"size\":%d,\"msgs_per_s\":%.0f,\"server_cpu_us\":%.3f,\"server_sched_us\":%.3f,\"server_user_us\":%.3f,\"server_util\":%.3f,\"self_util\":%.3f,\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"sent\":%llu,\"missing\":%llu,\"dup\":%llu,\"gap\":%llu,\"corrupt\":%llu,\"misrouted\":%llu,\"stray\":%llu,\"late_max_us\":%.0f,\"blocked\":%llu,\"queued_max\":%zu,\"steal_s\":%.2f,\"rss_kb\":%ld,\"accepted\":%llu,\"unread\":%llu,\"receipts\":%llu,\"erased\":%llu,\"ok\":%s}\n",
        o.label, o.ad->name, o.conns, o.window, o.rate, o.size, (double)w_recv / dt, 1e6 * cpu / (double)w_recv, 1e6 * sch / (double)w_recv, 1e6 * (b.user_s - a.user_s) / (double)w_recv, cpu / dt, sc / dt,
        (double)hist_pct(&lat, 50) / 1e3, (double)hist_pct(&lat, 90) / 1e3, (double)hist_pct(&lat, 99) / 1e3, (double)hist_pct(&lat, 99.9) / 1e3, (double)lat.max / 1e3,
        (unsigned long long)n_sent, (unsigned long long)missing, (unsigned long long)n_dup, (unsigned long long)n_lost_order, (unsigned long long)n_corrupt, (unsigned long long)n_misrouted,
        (unsigned long long)n_stray, (double)late_max / 1e3, (unsigned long long)n_blocked, queued_max, st, b.rss_kb,
        (unsigned long long)lethe_counts.accepted, (unsigned long long)lethe_counts.unread, (unsigned long long)lethe_counts.receipts, (unsigned long long)lethe_counts.erased, ok ? "true" : "false");
    return ok ? 0 : 1;
}
