/* lethe.v1, as docs/protocol.md has it. A room has one provider's page and some patients' pages;
 * content is random bytes of a legal size class, which the relay cannot tell from sealed ones.
 * Every sequence is awaited, and every conversation is closed and begun anew after --renew
 * messages, so that retention and erasure are in what is measured. */
#define _GNU_SOURCE
#include "lethe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 24, CONTROL = 40, ACCEPTED = 1, DELIVERED = 2, SEEN = 3, UNREAD = 5, MESSAGE = 16 };
enum { PATIENT = 0, PROVIDER = 1 };

struct lethe_options lethe = { .renew = 1000 };
struct lethe_counts lethe_counts;

/* One conversation, kept at its patient's place. Both ends are in this process. */
typedef struct chat {
    uint32_t handle, epoch;
    uint32_t number[2], place[2];      /* of each side: its last number, the last sequence it has */
    uint32_t sent, arrived, accepted;
    bool closing, erased;
    uint64_t receipt_at[2];
} chat;

/* What a page keeps when its socket is lost. */
typedef struct page { char secret[44], key[88]; bool was_here; } page;

static chat *chats;
static page *pages;
static char **tokens;
static int per_room;

static bool is_provider(int id) { return !lethe.arrivals && id % per_room == 0; }
bool lethe_is_provider(int id) { return is_provider(id); }
static int side_of(const conn *c) { return is_provider(c->id) ? PROVIDER : PATIENT; }
static int first_of(int id) { return id / per_room * per_room; }

int lethe_room(int id) { return lethe.arrivals ? id % lethe.rooms : id / per_room; }
bool lethe_is_among(int id, int first) {
    return !is_provider(id) && id - id / per_room - 1 < first;
}
void lethe_begins_anew(int id) { pages[id].was_here = false; }
bool lethe_sends(int id) { return !is_provider(id) || (lethe.both && per_room == 2); }
int lethe_reader(int id) { return is_provider(id) ? id + 1 : first_of(id); }

void lethe_setup(int conns, int size) {
    if (!lethe.rooms) lethe.rooms = conns / 2;
    per_room = conns / lethe.rooms;
    if (size < 256 || size > 16384 || size & (size - 1)) {
        fprintf(stderr, "wsload: found --size %d, expected 256, 512, 1024, 2048, 4096, 8192 or "
                "16384 for lethe\n", size);
        exit(2);
    }
    if (!lethe.arrivals && (per_room < 2 || per_room * lethe.rooms != conns)) {
        fprintf(stderr, "wsload: found %d connections for %d rooms, expected the same number of "
                "them, at least 2, in each\n", conns, lethe.rooms);
        exit(2);
    }
    chats = calloc((size_t)conns, sizeof *chats);
    pages = calloc((size_t)conns, sizeof *pages);
    if (lethe.arrivals) return;
    FILE *f = lethe.tokens ? fopen(lethe.tokens, "r") : NULL;
    char line[8192];
    tokens = calloc((size_t)lethe.rooms, sizeof *tokens);
    for (int i = 0; i < lethe.rooms; i++) {
        if (!f || !fgets(line, sizeof line, f)) {
            fprintf(stderr, "wsload: found %d sign-in tokens in %s, expected %d in --tokens, one a "
                    "line\n", i, lethe.tokens ? lethe.tokens : "no file", lethe.rooms);
            exit(2);
        }
        line[strcspn(line, "\n")] = 0;
        tokens[i] = strdup(line);
    }
    fclose(f);
}

/* ---- commands ---------------------------------------------------------------------------- */
/* 6 n bits of base64url whose last character has no bit that is not used */
static void base64url(char *d, size_t n) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i + 1 < n; i++) d[i] = alphabet[random_bits() >> 20 & 63];
    d[n - 1] = 'A';
    d[n] = 0;
}
void lethe_opened(conn *c) {
    char b[8192 + 512];
    page *p = &pages[c->id];
    bool resumes = lethe.returns && p->was_here;
    if (!resumes) {
        base64url(p->secret, 43);
        base64url(p->key, 87);
        memcpy(p->key, "BA", 2);       /* a key's first byte is 4 */
        p->was_here = true;
    }
    chats[c->id] = (chat){0};
    const char *resume = resumes ? ",\"resume\":[]" : "";
    int n;
    if (is_provider(c->id))
        n = snprintf(b, sizeof b, "{\"type\":\"sign_in\",\"token\":\"%s\",\"session\":\"%s\","
                     "\"suite\":1,\"key\":\"%s\"%s}", tokens[lethe_room(c->id)], p->secret, p->key,
                     resume);
    else
        n = snprintf(b, sizeof b, "{\"type\":\"check_in\",\"session\":\"%s\",\"suite\":1,"
                     "\"key\":\"%s\"%s}", p->secret, p->key, resume);
    ws_send_text(c, b, (size_t)n);
}
void lethe_leave(conn *c) {
    const char *b = is_provider(c->id) ? "{\"type\":\"bye\"}" : "{\"type\":\"leave\"}";
    ws_send_text(c, b, strlen(b));
}
static void close_if_done(conn *patient) {
    chat *t = &chats[patient->id];
    uint32_t n = t->sent;
    if (!lethe.renew || t->closing || n < lethe.renew || t->arrived < n || t->accepted < n) return;
    char b[96];
    int k = snprintf(b, sizeof b, "{\"type\":\"close_chat\",\"conversation\":%u}", t->handle);
    t->closing = true;
    ws_send_text(connection(first_of(patient->id)), b, (size_t)k);
}

/* ---- frames ------------------------------------------------------------------------------ */
static conn *patient_of(conn *c) { return is_provider(c->id) ? connection(c->id + 1) : c; }

static void put(uint8_t *d, uint64_t v, int n) { while (n--) { d[n] = (uint8_t)v; v >>= 8; } }
static uint32_t get(const uint8_t *p, int n) { uint32_t v = 0; while (n--) v = v << 8 | *p++; return v; }

static void header(uint8_t *d, int kind, int side, const chat *t, uint32_t number) {
    memset(d, 0, HEADER);
    d[0] = 1; d[1] = (uint8_t)kind; d[2] = (uint8_t)side;
    put(d + 4, t->epoch, 2); put(d + 8, number, 8); put(d + 16, t->handle, 4);
}
bool lethe_may_send(conn *c) {
    const chat *t = &chats[patient_of(c)->id];
    return t->handle && !t->closing && (!lethe.renew || t->sent < lethe.renew);
}
size_t lethe_encode(conn *c, uint8_t *d, const uint8_t *m, size_t n) {
    chat *t = &chats[patient_of(c)->id];
    int side = side_of(c);
    header(d, MESSAGE, side, t, ++t->number[side]);
    memcpy(d + HEADER, m, n);
    t->sent++;
    return HEADER + n;
}
static void acknowledge(conn *c, chat *t, int side) {
    uint64_t now = clock_ns();
    if (!lethe.receipts_ms || now - t->receipt_at[side] < lethe.receipts_ms * 1000000ull) return;
    t->receipt_at[side] = now;
    for (int kind = DELIVERED; kind <= SEEN; kind++) {
        uint8_t b[CONTROL] = {0};
        header(b, kind, side, t, t->place[side]);
        ws_send(c, b, sizeof b);
    }
}
/* the conversation of this handle in which c takes part */
static conn *find(conn *c, uint32_t handle) {
    if (!is_provider(c->id)) return chats[c->id].handle == handle ? c : NULL;
    for (int i = c->id + 1; i < c->id + per_room; i++)
        if (chats[i].handle == handle) return connection(i);
    return NULL;
}
static void frame(conn *c, uint8_t *p, size_t n) {
    int side = side_of(c);
    if (n < CONTROL) { fail(c, "a frame that is too short"); return; }
    conn *patient = find(c, get(p + 16, 4));
    if (!patient) {
        /* The patient's end may be told of the next one while a receipt is on its way here. */
        if (side_of(c) == PROVIDER && p[1] != MESSAGE && p[1] != ACCEPTED) return;
        fail(c, "a frame of a conversation that is over");
        return;
    }
    chat *t = &chats[patient->id];
    uint32_t sequence = get(p + 20, 4);
    if (get(p + 4, 2) != t->epoch) { fail(c, "another epoch"); return; }
    switch (p[1]) {
    case MESSAGE: case ACCEPTED:
        if (sequence != t->place[side] + 1 || p[2] != (p[1] == MESSAGE ? !side : side)) {
            fail(c, "a sequence that is not the next");
            return;
        }
        t->place[side] = sequence;
        if (p[1] == ACCEPTED) { t->accepted++; lethe_counts.accepted++; }
        else {
            t->arrived++;
            acknowledge(c, t, side);
            deliver(c, p + HEADER, n - HEADER);
        }
        close_if_done(patient);
        break;
    case DELIVERED: case SEEN: lethe_counts.receipts++; break;
    case UNREAD: lethe_counts.unread++; break;
    default: fail(c, "a frame of an unknown kind");
    }
}

/* ---- notices ----------------------------------------------------------------------------- */
static uint32_t member(const uint8_t *p, size_t n, const char *name) {
    uint8_t *at = memmem(p, n, name, strlen(name));
    return at ? (uint32_t)strtoul((char *)at + strlen(name), NULL, 10) : 0;
}
static bool is(const uint8_t *p, size_t n, const char *type) {
    char b[64];
    int k = snprintf(b, sizeof b, "{\"type\":\"%s\"", type);
    return n >= (size_t)k && !memcmp(p, b, (size_t)k);
}
static void begun(conn *c, uint32_t handle, uint32_t epoch) {
    chat *t = &chats[c->id];
    if (t->handle == handle) return;
    if (t->handle) {
        if (!t->erased) { fail(c, "a new conversation before the erasure"); return; }
        lethe_counts.renewed++;
    }
    *t = (chat){ .handle = handle, .epoch = epoch };
    if (c->st == ST_SETUP) conn_ready(c);
    release(c);
    release(connection(first_of(c->id)));
}
static void erased(conn *c, const uint8_t *p, size_t n) {
    uint32_t handle = member(p, n, "\"conversation\":");
    conn *patient = find(c, handle);
    /* The provider's page may be told after the patient's has begun the next one. */
    if (!patient) { if (side_of(c) == PROVIDER) lethe_counts.erased++; return; }
    chat *t = &chats[patient->id];
    if (!t->closing || member(p, n, "\"messages\":") != t->sent) {
        fail(c, "an erasure that nobody asked for, or of another size");
        return;
    }
    if (side_of(c) == PATIENT) t->erased = true;
    lethe_counts.erased++;
}
static void notice(conn *c, uint8_t *p, size_t n) {
    if (is(p, n, "erased")) erased(c, p, n);
    else if (is(p, n, "refused")) {
        fprintf(stderr, "%.*s\n", (int)n, p);
        fail(c, "refused");
    } else if (is(p, n, "checked_in") || is(p, n, "signed_in")) {
        if (memmem(p, n, "\"resumed\":true", 14)) lethe_counts.resumed++;
        if (lethe.arrivals || lethe.returns) conn_ready(c);
    } else if (is(p, n, "ready")) conn_ready(c);
    else if (is(p, n, "conversation") && side_of(c) == PATIENT && !lethe.arrivals)
        begun(c, member(p, n, "\"conversation\":"), member(p, n, "\"epoch\":"));
}
/* A notice is an object; the first byte of a frame is its version, 1. */
void lethe_message(conn *c, uint8_t *p, size_t n) {
    if (n && p[0] == '{') {
        uint8_t last = p[n];          /* the next frame's, and back there before it is read */
        p[n] = 0;
        notice(c, p, n);
        p[n] = last;
    } else frame(c, p, n);
}
