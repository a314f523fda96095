/* What the core and the adapter of lethe.v1 share. */
#ifndef LETHE_H
#define LETHE_H
#include "wsload.h"

extern struct lethe_options {
    const char *tokens;       /* a file: a sign-in token of the provider of each room, one a line */
    int rooms;                /* 0: half as many as connections */
    uint32_t renew;           /* messages after which a conversation is closed; 0: never */
    uint64_t receipts_ms;     /* at most one `delivered` and one `seen` in this time; 0: none */
    bool arrivals;            /* patients only, who check in and leave */
    bool both;                /* both ends write */
    bool returns;             /* pages that were here before the relay was restarted */
} lethe;
extern struct lethe_counts { uint64_t accepted, unread, receipts, renewed, erased, resumed; } lethe_counts;

void lethe_setup(int conns, int size);
int lethe_room(int id);
bool lethe_sends(int id);
bool lethe_is_provider(int id);
bool lethe_is_among(int id, int first);    /* of all patients' pages, the first */
void lethe_begins_anew(int id);            /* its visit is not known any longer */
int lethe_reader(int id);
void lethe_opened(conn *c);
bool lethe_may_send(conn *c);
size_t lethe_encode(conn *c, uint8_t *dst, const uint8_t *msg, size_t n);
void lethe_message(conn *c, uint8_t *p, size_t n);
void lethe_leave(conn *c);
#endif
