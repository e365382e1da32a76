// Closed-loop HTTPS load through an HTTP CONNECT proxy: one blocking thread a connection, keep-alive.
//
// usage: mitmload PROXYHOST PROXYPORT|0 TARGETHOST TARGETPORT CONNS REQS_PER_CONN METHOD PATH BODYFILE|- [AUTH|-] [reconnect]
//
// PROXYPORT 0 goes straight to 127.0.0.1:TARGETPORT. A `%d` in PATH or TARGETHOST becomes a number that no other request
// of this run has (START in the environment sets the first one). With `reconnect` each request has a connection of its own.
// Prints one JSON object: requests, errors, seconds, requests and megabytes a second, latency percentiles in microseconds.
// Certificates are not checked: this is a load, and what it measures is the proxy.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (1 << 18)

static const char *proxy_host, *target_host, *method, *path, *authorization;
static int proxy_port, target_port, connections, requests, reconnect_each;
static char *body;
static long body_length;
static SSL_CTX *context;
static atomic_long counter;

typedef struct {
  uint32_t *latency;
  int done;
  long errors;
  long long bytes;
  char last_error[120];
} Worker;

typedef struct {
  SSL *ssl;
  int fd;
  char host[256];
} Connection;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

// Copies `from`, with its first %d replaced by the next number.
static void numbered(char *to, size_t size, const char *from) {
  const char *mark = strstr(from, "%d");
  if (!mark) snprintf(to, size, "%s", from);
  else snprintf(to, size, "%.*s%ld%s", (int)(mark - from), from, atomic_fetch_add(&counter, 1), mark + 2);
}

static int dial(void) {
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(proxy_port ? proxy_port : target_port)};
  struct timeval limit = {30, 0};
  inet_pton(AF_INET, proxy_port ? proxy_host : "127.0.0.1", &a.sin_addr);
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(s, (void *)&a, sizeof a) == 0) return s;
  close(s);
  return -1;
}

static int tunnel(int s, const char *host, char *error) {
  char b[4096];
  int n = snprintf(b, sizeof b, "CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n%s%s%s\r\n", host, target_port, host, target_port,
                   authorization ? "Proxy-Authorization: " : "", authorization ? authorization : "", authorization ? "\r\n" : "");
  if (write(s, b, n) != n) return strcpy(error, "connect-write"), -1;
  int got = 0;
  while (got < 4000) {
    // Byte by byte: what follows the answer belongs to TLS.
    if (read(s, b + got, 1) <= 0) return strcpy(error, "connect-read"), -1;
    got++;
    if (got >= 4 && !memcmp(b + got - 4, "\r\n\r\n", 4)) break;
  }
  b[got] = 0;
  if (strstr(b, " 200")) return 0;
  snprintf(error, 100, "CONNECT: %.60s", b);
  for (char *c = error; *c; c++) if (*c == '\r' || *c == '\n' || *c == '"') *c = ' ';
  return -1;
}

static void hang_up(Connection *c) {
  if (!c->ssl) return;
  SSL_shutdown(c->ssl);
  SSL_free(c->ssl);
  close(c->fd);
  c->ssl = NULL;
}

static int open_connection(Connection *c, char *error) {
  int s = dial();
  if (s < 0) return strcpy(error, "connect"), -1;
  numbered(c->host, sizeof c->host, target_host);
  if (proxy_port && tunnel(s, c->host, error) < 0) return close(s), -1;
  c->fd = s;
  c->ssl = SSL_new(context);
  SSL_set_fd(c->ssl, s);
  SSL_set_tlsext_host_name(c->ssl, c->host);
  if (SSL_connect(c->ssl) == 1) return 0;
  strcpy(error, "tls");
  SSL_free(c->ssl);
  c->ssl = NULL;
  close(s);
  return -1;
}

static long long read_chunked(SSL *ssl, char *buf, long long have, char *error) {
  long long total = have;
  while (!(have >= 5 && !memcmp(buf + have - 5, "0\r\n\r\n", 5))) {
    if (have > 16) memmove(buf, buf + have - 16, 16), have = 16;
    int r = SSL_read(ssl, buf + have, BUFFER - 1 - have);
    if (r <= 0) return strcpy(error, "chunk"), -1;
    have += r;
    total += r;
  }
  return total;
}

static long long read_counted(SSL *ssl, char *buf, long long have, long long need, char *error) {
  while (have < need) {
    int r = SSL_read(ssl, buf, BUFFER - 1);
    if (r <= 0) return strcpy(error, "body"), -1;
    have += r;
  }
  return have;
}

// 0: answered 2xx; 1: another status; -1: the connection is of no more use.
static int exchange(SSL *ssl, const char *request, int length, char *buf, Worker *w) {
  if (SSL_write(ssl, request, length) <= 0) return strcpy(w->last_error, "write"), -1;
  if (body_length && SSL_write(ssl, body, body_length) <= 0) return strcpy(w->last_error, "write body"), -1;
  int got = 0;
  char *head = NULL;
  while (got < BUFFER - 1 && !head) {
    int r = SSL_read(ssl, buf + got, BUFFER - 1 - got);
    if (r <= 0) return strcpy(w->last_error, "read"), -1;
    got += r;
    buf[got] = 0;
    head = strstr(buf, "\r\n\r\n");
  }
  if (!head) return strcpy(w->last_error, "no head"), -1;
  int status = atoi(buf + 9), chunked = 0;
  long long need = -1, have = got - (head + 4 - buf);
  *head = 0;
  for (char *l = strstr(buf, "\r\n"); l; l = strstr(l + 2, "\r\n")) {
    if (!strncasecmp(l + 2, "content-length:", 15)) need = atoll(l + 17);
    if (!strncasecmp(l + 2, "transfer-encoding: chunked", 26)) chunked = 1;
  }
  if (!chunked && need < 0) return strcpy(w->last_error, "no length"), -1;
  if (chunked) memmove(buf, head + 4, have), buf[have] = 0;
  long long size = chunked ? read_chunked(ssl, buf, have, w->last_error) : read_counted(ssl, buf, have, need, w->last_error);
  if (size < 0) return -1;
  w->bytes += size;
  if (status >= 200 && status < 300) return 0;
  snprintf(w->last_error, 100, "status %d", status);
  return 1;
}

static int write_head(char *to, size_t size, const char *host) {
  char target[1024];
  numbered(target, sizeof target, path);
  int n = snprintf(to, size, "%s %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: mitmload\r\nAccept: */*\r\n", method, target, host, target_port);
  if (body_length)
    n += snprintf(to + n, size - n,
                  "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer sk_test_x\r\nContent-Length: %ld\r\n", body_length);
  return n + snprintf(to + n, size - n, "\r\n");
}

static void *run(void *p) {
  Worker *w = p;
  Connection c = {0};
  char *buf = malloc(BUFFER), head[4096];
  for (int i = 0; i < requests; i++) {
    double started = now();
    if (!c.ssl && open_connection(&c, w->last_error) < 0) {
      w->errors++;
      usleep(1000);
      continue;
    }
    int length = write_head(head, sizeof head, c.host);
    if (!reconnect_each) started = now();
    int result = exchange(c.ssl, head, length, buf, w);
    if (result == 0) w->latency[w->done++] = (now() - started) * 1e6;
    else w->errors++;
    if (result < 0 || reconnect_each) hang_up(&c);
  }
  hang_up(&c);
  free(buf);
  return 0;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void report(Worker *workers, double seconds) {
  long done = 0, errors = 0, k = 0;
  long long bytes = 0;
  const char *last_error = "";
  for (int i = 0; i < connections; i++) {
    done += workers[i].done;
    errors += workers[i].errors;
    bytes += workers[i].bytes;
    if (workers[i].last_error[0]) last_error = workers[i].last_error;
  }
  uint32_t *all = calloc(done + 1, sizeof *all);
  for (int i = 0; i < connections; i++) {
    memcpy(all + k, workers[i].latency, sizeof *all * workers[i].done);
    k += workers[i].done;
  }
  qsort(all, done, sizeof *all, ascending);
#define AT(q) (done ? all[(long)((done - 1) * (q))] : 0)
  printf("{\"ok\":%ld,\"errors\":%ld,\"seconds\":%.3f,\"rps\":%.0f,\"mbps\":%.1f,\"p50_us\":%u,\"p90_us\":%u,\"p99_us\":%u,"
         "\"p999_us\":%u,\"last_error\":\"%s\"}\n",
         done, errors, seconds, done / seconds, bytes / seconds / 1e6, AT(.5), AT(.9), AT(.99), AT(.999), last_error);
  free(all);
}

static void read_body(const char *file) {
  FILE *f = fopen(file, "rb");
  if (!f) {
    fprintf(stderr, "mitmload: cannot read %s\n", file);
    exit(2);
  }
  fseek(f, 0, SEEK_END);
  body_length = ftell(f);
  rewind(f);
  body = malloc(body_length);
  if (fread(body, 1, body_length, f) != (size_t)body_length) exit(2);
  fclose(f);
}

int main(int argc, char **argv) {
  if (argc < 10) return fprintf(stderr, "usage: see the head of mitmload.c\n"), 2;
  proxy_host = argv[1];
  proxy_port = atoi(argv[2]);
  target_host = argv[3];
  target_port = atoi(argv[4]);
  connections = atoi(argv[5]);
  requests = atoi(argv[6]);
  method = argv[7];
  path = argv[8];
  if (strcmp(argv[9], "-")) read_body(argv[9]);
  if (argc > 10 && strcmp(argv[10], "-")) authorization = argv[10];
  reconnect_each = argc > 11;
  if (getenv("START")) atomic_store(&counter, atol(getenv("START")));
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, 0);
  Worker *workers = calloc(connections, sizeof *workers);
  pthread_t *threads = calloc(connections, sizeof *threads);
  for (int i = 0; i < connections; i++) workers[i].latency = malloc(sizeof(uint32_t) * requests);
  double started = now();
  for (int i = 0; i < connections; i++) pthread_create(&threads[i], 0, run, &workers[i]);
  for (int i = 0; i < connections; i++) pthread_join(threads[i], 0);
  report(workers, now() - started);
  return 0;
}
