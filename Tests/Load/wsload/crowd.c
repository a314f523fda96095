/* A crowd that stays: `wsload hold`. Opens its connections, answers pings, and does what standard
 * input says, a line each; answers each line with one JSON object.
 *
 *   status        how many are there, how many were lost without having asked for it
 *   cut N         shuts down N patients' sockets beneath TLS, and counts them as anybody's loss
 *   leave         all say goodbye and close
 *   return S      all who were lost come back within S seconds, full jitter, with the secrets that
 *                 they had; an unknown visit checks in anew; answers when the last is back
 *
 * Ends with the input: exit 0 only if nobody was lost. */
#define _GNU_SOURCE
#include "lethe.h"
#include "hist.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { UNKNOWN_VISIT = 4105, BACK_OFF_MS = 500, MOST_BACK_OFF_MS = 15000, GIVEN_UP_S = 120 };

static int crowd;
static long lost_count, unknown_count, refused_count;
static bool returning;
static struct { uint64_t due; int attempts; } *coming;   /* due 0: nothing to do */
static hist_t took;

static uint64_t milliseconds(uint64_t most) { return random_bits() % (most + 1) * 1000000ull; }

static void lost(conn *c, int code) {
    if (!returning) { lost_count++; return; }
    if (code == UNKNOWN_VISIT) {
        unknown_count++;
        lethe_begins_anew(c->id);
        coming[c->id].due = clock_ns();
        return;
    }
    refused_count++;
    uint64_t most = (uint64_t)BACK_OFF_MS << (coming[c->id].attempts < 5 ? coming[c->id].attempts : 5);
    coming[c->id].attempts++;
    coming[c->id].due = clock_ns() + milliseconds(most < MOST_BACK_OFF_MS ? most : MOST_BACK_OFF_MS);
}
static void status(void) {
    uint64_t heard = 0, most = 0;
    for (int i = 0; i < crowd; i++) {
        uint64_t h = connection(i)->heard;
        heard += h;
        if (h > most && !lethe_is_provider(i)) most = h;
    }
    printf("{\"ready\":%d,\"lost\":%ld,\"heard\":%llu,\"most_heard_by_a_patient\":%llu}\n", n_ready,
           lost_count, (unsigned long long)heard, (unsigned long long)most);
}
static void cut(int n) {
    for (int i = 0; n && i < crowd; i++) {
        conn *c = connection((int)((long)i * 97 % crowd));
        if (c->st != ST_READY || lethe_is_provider(c->id)) continue;
        if (shutdown(c->fd, SHUT_RDWR) == 0) n--;
    }
    uint64_t end = clock_ns() + 2000000000ull;
    while (clock_ns() < end) poll_once(20);
    status();
}
static void leave(void) {
    for (int i = 0; i < crowd; i++) conn_close(connection(i), true);
    status();
}
static void come_back(double seconds) {
    uint64_t began = clock_ns(), *since = calloc((size_t)crowd, sizeof *since);
    lethe.returns = returning = true;
    lethe_counts.resumed = 0;
    hist_reset(&took);
    for (int i = 0; i < crowd; i++) {
        if (connection(i)->st != ST_CLOSED) continue;
        coming[i].due = since[i] = began + milliseconds((uint64_t)(seconds * 1000));
    }
    while (n_ready < crowd && clock_ns() - began < GIVEN_UP_S * 1000000000ull) {
        uint64_t now = clock_ns();
        for (int i = 0; i < crowd; i++) {
            if (!coming[i].due || now < coming[i].due) continue;
            coming[i].due = 0;
            conn_start(connection(i), i);
        }
        poll_once(5);
        now = clock_ns();
        for (int i = 0; i < crowd; i++) {
            if (!since[i] || connection(i)->st != ST_READY) continue;
            hist_add(&took, now - since[i]);
            since[i] = 0;
        }
    }
    returning = false;
    printf("{\"back\":%d,\"seconds\":%.2f,\"resumed\":%llu,\"unknown\":%ld,\"tried_again\":%ld,"
           "\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"slowest_ms\":%.1f}\n", n_ready,
           (double)(clock_ns() - began) / 1e9, (unsigned long long)lethe_counts.resumed,
           unknown_count, refused_count, (double)hist_pct(&took, 50) / 1e6,
           (double)hist_pct(&took, 99) / 1e6, (double)took.max / 1e6);
    free(since);
}

int hold(int conns) {
    crowd = conns;
    coming = calloc((size_t)crowd, sizeof *coming);
    open_all(crowd, "hold");
    when_lost = lost;
    status();
    fflush(stdout);
    fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
    char line[256];
    size_t length = 0;
    for (;;) {
        poll_once(20);
        ssize_t n = read(0, line + length, 1);
        while (n == 1 && line[length] != '\n' && length + 2 < sizeof line) n = read(0, line + ++length, 1);
        if (n == 0) break;
        if (n < 0) continue;
        line[length] = 0;
        length = 0;
        if (!strcmp(line, "status")) status();
        else if (!strncmp(line, "cut ", 4)) cut(atoi(line + 4));
        else if (!strcmp(line, "leave")) leave();
        else if (!strncmp(line, "return ", 7)) come_back(atof(line + 7));
        else { fprintf(stderr, "wsload: hold: found “%s”\n", line); return 2; }
        fflush(stdout);
    }
    return lost_count ? 1 : 0;
}
