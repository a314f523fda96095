/* wsload: shared declarations of the core (wsload.c) and the protocol adapters (adapters.c). */
#ifndef WSLOAD_H
#define WSLOAD_H
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum state { ST_FREE, ST_TCP, ST_TLS, ST_HTTP, ST_SETUP, ST_READY, ST_CLOSED };

typedef struct conn {
    int fd, id;                 /* id: 0..N-1; its messages go to reader_of(id)                */
    enum state st;
    uint32_t events;
    SSL *ssl;
    uint8_t *in;  size_t in_len;                 /* an incomplete WebSocket frame               */
    uint8_t *app; size_t app_len;                /* an incomplete message of the inner protocol */
    uint8_t *out; size_t out_len, out_off, out_cap;
    uint64_t tx_seq, rx_seq;                     /* next to send; next that its reader expects  */
    uint64_t *wait; size_t wait_len, wait_cap;   /* intended times of what may not be sent yet  */
    uint64_t t0;                                 /* when connect() was called                   */
    uint64_t heard;                              /* bytes of frames that it was sent            */
} conn;

/* One way of carrying an opaque message from connection i to another one, by default i ^ 1. */
typedef struct adapter {
    const char *name, *path, *subprotocol, *help;
    void (*opened)(conn *c);                      /* the upgrade is done; call conn_ready in the end */
    size_t (*encode)(conn *c, uint8_t *dst, const uint8_t *msg, size_t n);  /* dst has n + 512 bytes */
    void (*message)(conn *c, uint8_t *p, size_t n);   /* one WebSocket message (or frame: see stream) */
    bool stream;                                  /* the inner protocol is a byte stream over frames */
    /* The rest may be NULL. */
    bool (*sends)(int id);                        /* default: the even ones, or all with --bidir      */
    int (*reader)(int id);
    bool (*may_send)(conn *c);                    /* if not, it calls release() once it may            */
    void (*leave)(conn *c);                       /* says goodbye before a clean close                 */
} adapter;

const adapter *adapter_find(const char *name);
void adapters_usage(void);

/* what an adapter may call */
void conn_ready(conn *c);                         /* c can carry messages now                        */
void ws_send(conn *c, const uint8_t *p, size_t n);    /* one masked binary frame                    */
void ws_send_text(conn *c, const char *p, size_t n);  /* one masked text frame                      */
void release(conn *c);                            /* c may send what waited                          */
conn *connection(int id);
uint64_t random_bits(void);
uint64_t clock_ns(void);
void deliver(conn *c, const uint8_t *msg, size_t n);  /* one application message arrived on c        */
void stray(conn *c, const uint8_t *p, size_t n);      /* something else arrived (counted)            */
void fail(conn *c, const char *why);

/* what a mode in a file of its own may call */
extern void (*when_lost)(conn *c, int code);      /* instead of a failure, which ends the others */
extern int n_ready, n_failed;
void conn_start(conn *c, int id);
void conn_close(conn *c, bool is_clean);
void poll_once(int timeout_ms);
void open_all(int n, const char *what);
int hold(int conns);                              /* crowd.c */
#endif
