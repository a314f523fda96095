/* Protocol adapters: how each server under test carries "a message from i to i ^ 1". */
#define _GNU_SOURCE
#include "lethe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- raw: what is sent on one end comes out of the other --------------------------------- */
static void raw_opened(conn *c) { conn_ready(c); }
static size_t raw_encode(conn *c, uint8_t *d, const uint8_t *m, size_t n) { (void)c; memcpy(d, m, n); return n; }
static void raw_message(conn *c, uint8_t *p, size_t n) { deliver(c, p, n); }

/* ---- nchan: the channel names are in the URL; publishers may get status texts back -------- */
static void nchan_message(conn *c, uint8_t *p, size_t n) {
    if (n >= 4 && !memcmp(p, "WSLD", 4)) deliver(c, p, n); else stray(c, p, n);
}

/* ---- NATS client protocol over WebSocket --------------------------------------------------- */
static void nats_opened(conn *c) {
    char b[256];
    int n = snprintf(b, sizeof b, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\nSUB c.%d 1\r\nPING\r\n", c->id);
    ws_send(c, (uint8_t *)b, (size_t)n);
}
static size_t nats_encode(conn *c, uint8_t *d, const uint8_t *m, size_t n) {
    size_t h = (size_t)sprintf((char *)d, "PUB c.%d %zu\r\n", c->id ^ 1, n);
    memcpy(d + h, m, n); memcpy(d + h + n, "\r\n", 2);
    return h + n + 2;
}
static size_t nats_parse(conn *c, uint8_t *p, size_t n) {       /* returns bytes used */
    size_t used = 0;
    while (used < n) {
        uint8_t *l = p + used, *e = memmem(l, n - used, "\r\n", 2);
        if (!e) break;
        size_t ll = (size_t)(e - l) + 2;
        if (!memcmp(l, "MSG ", 4)) {
            uint8_t *q = e; while (q > l && q[-1] != ' ') q--;
            size_t sz = strtoul((char *)q, NULL, 10);
            if (n - used < ll + sz + 2) break;
            deliver(c, l + ll, sz);
            used += ll + sz + 2;
            continue;
        }
        if (!memcmp(l, "PING", 4)) ws_send(c, (const uint8_t *)"PONG\r\n", 6);
        else if (!memcmp(l, "PONG", 4)) { if (c->st == ST_SETUP) conn_ready(c); }
        else if (!memcmp(l, "-ERR", 4)) { fprintf(stderr, "%.*s", (int)ll, l); fail(c, "nats -ERR"); return n; }
        used += ll;
    }
    return used;
}

/* ---- MQTT 3.1.1 over WebSocket, QoS 0 ------------------------------------------------------ */
static void mqtt_opened(conn *c) {
    uint8_t b[64]; char id[24];
    int idn = snprintf(id, sizeof id, "w%d", c->id);
    uint8_t *q = b;
    *q++ = 0x10; *q++ = (uint8_t)(10 + 2 + idn);
    memcpy(q, "\0\4MQTT\4\2\0\0", 10); q += 10;                   /* clean session, keepalive 0 */
    *q++ = 0; *q++ = (uint8_t)idn; memcpy(q, id, (size_t)idn); q += idn;
    ws_send(c, b, (size_t)(q - b));
}
static size_t mqtt_encode(conn *c, uint8_t *d, const uint8_t *m, size_t n) {
    char t[24]; size_t tn = (size_t)snprintf(t, sizeof t, "c/%d", c->id ^ 1), rem = 2 + tn + n, k = 0;
    d[k++] = 0x30;
    for (size_t r = rem; ; ) { uint8_t x = r & 127; r >>= 7; d[k++] = x | (r ? 128 : 0); if (!r) break; }
    d[k++] = 0; d[k++] = (uint8_t)tn; memcpy(d + k, t, tn); k += tn;
    memcpy(d + k, m, n);
    return k + n;
}
static size_t mqtt_parse(conn *c, uint8_t *p, size_t n) {
    size_t used = 0;
    while (n - used >= 2) {
        uint8_t *l = p + used; size_t rem = 0, k = 1; int sh = 0; bool whole = false;
        while (k < n - used && k < 5) { rem |= (size_t)(l[k] & 127) << sh; sh += 7; if (!(l[k++] & 128)) { whole = true; break; } }
        if (!whole || n - used < k + rem) break;
        switch (l[0] >> 4) {
        case 2: {                                                 /* CONNACK: subscribe */
            if (l[k + 1]) { fail(c, "mqtt CONNACK refused"); return n; }
            uint8_t b[64]; char t[24]; int tn = snprintf(t, sizeof t, "c/%d", c->id);
            b[0] = 0x82; b[1] = (uint8_t)(2 + 2 + tn + 1); b[2] = 0; b[3] = 1; b[4] = 0; b[5] = (uint8_t)tn;
            memcpy(b + 6, t, (size_t)tn); b[6 + tn] = 0;
            ws_send(c, b, (size_t)(7 + tn));
            break; }
        case 9: conn_ready(c); break;                             /* SUBACK */
        case 3: { size_t tn = (size_t)(l[k] << 8 | l[k + 1]) + 2; deliver(c, l + k + tn, rem - tn); break; }
        default: break;
        }
        used += k + rem;
    }
    return used;
}

/* keep what a stream parser could not use yet */
static void stream_message(conn *c, uint8_t *p, size_t n, size_t (*parse)(conn *, uint8_t *, size_t)) {
    if (c->app_len) {
        c->app = realloc(c->app, c->app_len + n);
        memcpy(c->app + c->app_len, p, n); c->app_len += n;
        size_t u = parse(c, c->app, c->app_len);
        if (c->st == ST_CLOSED) return;
        memmove(c->app, c->app + u, c->app_len - u); c->app_len -= u;
        if (!c->app_len) { free(c->app); c->app = NULL; }
        return;
    }
    size_t u = parse(c, p, n);
    if (c->st != ST_CLOSED && u < n) { c->app = malloc(n - u); memcpy(c->app, p + u, n - u); c->app_len = n - u; }
}
static void nats_message(conn *c, uint8_t *p, size_t n) { stream_message(c, p, n, nats_parse); }
static void mqtt_message(conn *c, uint8_t *p, size_t n) { stream_message(c, p, n, mqtt_parse); }

static const adapter all[] = {
    { .name = "lethe", .path = "/r/room%r/socket", .subprotocol = "lethe.v1",
      .help = "lethe.v1: a provider and patients in each room", .opened = lethe_opened,
      .encode = lethe_encode, .message = lethe_message, .sends = lethe_sends,
      .reader = lethe_reader, .may_send = lethe_may_send, .leave = lethe_leave },
    { "raw",   "/ws?pair=%p&side=%s", NULL,   "bytes sent by side a come out at side b and back", raw_opened, raw_encode, raw_message, false },
    { "nats",  "/",                   NULL,   "NATS client protocol; subjects c.<id>",            nats_opened, nats_encode, nats_message, true },
    { "mqtt",  "/mqtt",               "mqtt", "MQTT 3.1.1 QoS 0; topics c/<id>",                   mqtt_opened, mqtt_encode, mqtt_message, true },
    { "nchan", "/ps/c%j/c%i",         NULL,   "nchan_pubsub: publishes to c<peer>, receives c<id>", raw_opened, raw_encode, nchan_message, false },
};
const adapter *adapter_find(const char *name) {
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) if (!strcmp(all[i].name, name)) return &all[i];
    return NULL;
}
void adapters_usage(void) {
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        fprintf(stderr, "    %-6s %s (path %s)\n", all[i].name, all[i].help, all[i].path);
}
