// A disk that fails as it is told, for one process: loaded with LD_PRELOAD, it stands between the process and its C library.
//
// FAULTY_DISK_ROOT     only files below this folder are touched
// FAULTY_DISK_CONTROL  a file of int32: [0] ms that each sync takes, [1] errno of writes, [2] errno of syncs, [3] errno of changes to
//                      names (open to write, rename, unlink, mkdir), [4] ms that each write takes, [5] s by which the wall clock is set
// FAULTY_DISK_JOURNAL  optional: what happened, a line each, so that test/support/power-cut.ts can make the disk of any moment:
//                      C ino path (made) | W ino size | S ino size (synced) | D path (folder synced) | R ino from to | U ino path | T ino size
//                      A text (what the process said on its output)
// FAULTY_DISK_GRAVE    a folder that keeps a link to each file that is unlinked or renamed over, named by its inode

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SYNC_MS, WRITE_ERRNO, SYNC_ERRNO, NAME_ERRNO, WRITE_MS, CLOCK_S, CONTROLS };
enum { MAX_FD = 65536 };

static const char *root, *grave;
static size_t root_length;
static volatile int32_t *control;
static int journal = -1;
static unsigned char tracked[MAX_FD];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
  root = getenv("FAULTY_DISK_ROOT");
  const char *file = getenv("FAULTY_DISK_CONTROL");
  const char *log = getenv("FAULTY_DISK_JOURNAL");
  grave = getenv("FAULTY_DISK_GRAVE");
  if (root == NULL) return;
  root_length = strlen(root);
  if (file != NULL) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR, 0);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, CONTROLS * sizeof(int32_t), PROT_READ, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) control = map;
    if (fd >= 0) syscall(SYS_close, fd);
  }
  if (log != NULL) journal = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int ours(const char *path) {
  return root != NULL && path != NULL && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/** Not every close is seen here, so a number may be a socket's by now. */
static int ours_fd(int fd) {
  struct stat now;
  if (root == NULL || fd < 0 || fd >= MAX_FD || !tracked[fd]) return 0;
  return fstat(fd, &now) == 0 && (S_ISREG(now.st_mode) || S_ISDIR(now.st_mode));
}

static int told(int which) { return control == NULL ? 0 : control[which]; }

static void pause_ms(int which) {
  // In small steps, so that a disk can be told to come back while it is waited for.
  for (int waited = 0; waited < told(which); waited += 5) {
    struct timespec step = {0, 5000000};
    nanosleep(&step, NULL);
  }
}

static void note(const char *format, ...) {
  if (journal < 0) return;
  char line[2 * PATH_MAX + 64];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (length > 0 && (size_t)length < sizeof line) syscall(SYS_write, journal, line, (size_t)length);
}

/** The C library's own. */
#define REAL(name) \
  static __typeof__(name) *call; \
  if (call == NULL) call = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

// The clock on the wall; the one that nobody can set is left alone.

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  REAL(gettimeofday);
  int result = call(now, zone);
  if (result == 0 && now != NULL) now->tv_sec += told(CLOCK_S);
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(clock_gettime);
  int result = call(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += told(CLOCK_S);
  return result;
}

static int opened(const char *path, int flags, mode_t mode, int (*call)(const char *, int, ...)) {
  int mine = ours(path);
  int writes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
  if (mine && writes && told(NAME_ERRNO) != 0) {
    errno = told(NAME_ERRNO);
    return -1;
  }
  struct stat before, after;
  int is_new = mine && (flags & O_CREAT) != 0 && stat(path, &before) != 0;
  pthread_mutex_lock(&lock);
  int fd = call(path, flags, mode);
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = (unsigned char)mine;
  if (fd >= 0 && mine && (is_new || (flags & O_TRUNC) != 0) && fstat(fd, &after) == 0)
    note(is_new ? "C\t%lu\t%s\n" : "T\t%lu\t0\n", (unsigned long)after.st_ino, path);
  pthread_mutex_unlock(&lock);
  return fd;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
      va_list values; \
      va_start(values, flags); \
      mode = (mode_t)va_arg(values, int); \
      va_end(values); \
    } \
    return opened(path, flags, mode, call); \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = 0;
  return call(fd);
}

static int fails(int which) {
  int code = told(which);
  if (code != 0) errno = code;
  return code != 0;
}

static void grew(int fd) {
  struct stat now;
  if (journal >= 0 && fstat(fd, &now) == 0) note("W\t%lu\t%ld\n", (unsigned long)now.st_ino, (long)now.st_size);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  if (!ours_fd(fd)) {
    if (fd == 1 && journal >= 0) note("A\t%.*s", (int)count, (const char *)bytes);
    return call(fd, bytes, count);
  }
  pause_ms(WRITE_MS);
  if (told(WRITE_ERRNO) != 0) {
    // A disk that fills up takes what still fits, and then nothing.
    if (told(WRITE_ERRNO) == ENOSPC && count > 1 && (count & 1) != 0) return call(fd, bytes, count / 2);
    return fails(WRITE_ERRNO), -1;
  }
  ssize_t done = call(fd, bytes, count);
  if (done > 0) grew(fd);
  return done;
}

#define PWRITE(name, offset_type) \
  ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) { \
    REAL(name); \
    if (!ours_fd(fd)) return call(fd, bytes, count, offset); \
    pause_ms(WRITE_MS); \
    if (fails(WRITE_ERRNO)) return -1; \
    ssize_t done = call(fd, bytes, count, offset); \
    if (done > 0) grew(fd); \
    return done; \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(writev);
  if (!ours_fd(fd)) return call(fd, parts, count);
  pause_ms(WRITE_MS);
  if (fails(WRITE_ERRNO)) return -1;
  ssize_t done = call(fd, parts, count);
  if (done > 0) grew(fd);
  return done;
}

static int synced(int fd, int (*call)(int)) {
  if (!ours_fd(fd)) return call(fd);
  struct stat before;
  char link[64], path[PATH_MAX];
  int known = fstat(fd, &before) == 0;
  pause_ms(SYNC_MS);
  if (fails(SYNC_ERRNO)) return -1;
  int result = call(fd);
  if (result != 0 || !known || journal < 0) return result;
  if (S_ISDIR(before.st_mode)) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0) note("D\t%.*s\n", (int)length, path);
  } else note("S\t%lu\t%ld\n", (unsigned long)before.st_ino, (long)before.st_size);
  return result;
}

int fsync(int fd) {
  REAL(fsync);
  return synced(fd, call);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return synced(fd, call);
}

static void bury(const char *path, struct stat *found) {
  char kept[PATH_MAX];
  if (grave == NULL || lstat(path, found) != 0 || !S_ISREG(found->st_mode)) return;
  snprintf(kept, sizeof kept, "%s/%lu", grave, (unsigned long)found->st_ino);
  syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  if (!ours(from)) return call(from, to);
  if (fails(NAME_ERRNO)) return -1;
  struct stat moved, over;
  int known = lstat(from, &moved) == 0;
  bury(to, &over);
  pthread_mutex_lock(&lock);
  int result = call(from, to);
  if (result == 0 && known) note("R\t%lu\t%s\t%s\n", (unsigned long)moved.st_ino, from, to);
  pthread_mutex_unlock(&lock);
  return result;
}

int unlink(const char *path) {
  REAL(unlink);
  if (!ours(path)) return call(path);
  // A full disk still deletes.
  if (told(NAME_ERRNO) != ENOSPC && fails(NAME_ERRNO)) return -1;
  struct stat gone;
  memset(&gone, 0, sizeof gone);
  bury(path, &gone);
  pthread_mutex_lock(&lock);
  int result = call(path);
  if (result == 0) note("U\t%lu\t%s\n", (unsigned long)gone.st_ino, path);
  pthread_mutex_unlock(&lock);
  return result;
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  if (ours(path) && fails(NAME_ERRNO)) return -1;
  return call(path, mode);
}

static int cut(int fd, long size, int result) {
  struct stat now;
  if (result == 0 && ours_fd(fd) && fstat(fd, &now) == 0) note("T\t%lu\t%ld\n", (unsigned long)now.st_ino, size);
  return result;
}

int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  return ours_fd(fd) && fails(WRITE_ERRNO) ? -1 : cut(fd, (long)size, call(fd, size));
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  return ours_fd(fd) && fails(WRITE_ERRNO) ? -1 : cut(fd, (long)size, call(fd, size));
}

// LevelDB writes its files through the C library's streams.

static FILE *stream(const char *path, const char *mode, FILE *(*call)(const char *, const char *)) {
  int mine = ours(path);
  int writes = mode[0] == 'w' || mode[0] == 'a';
  if (mine && writes && fails(NAME_ERRNO)) return NULL;
  struct stat before, after;
  int is_new = mine && writes && stat(path, &before) != 0;
  pthread_mutex_lock(&lock);
  FILE *file = call(path, mode);
  int fd = file == NULL ? -1 : fileno(file);
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = (unsigned char)(mine && writes);
  if (fd >= 0 && mine && (is_new || mode[0] == 'w') && fstat(fd, &after) == 0)
    note(is_new ? "C\t%lu\t%s\n" : "T\t%lu\t0\n", (unsigned long)after.st_ino, path);
  pthread_mutex_unlock(&lock);
  return file;
}

#undef fwrite_unlocked

FILE *fopen(const char *path, const char *mode) {
  REAL(fopen);
  return stream(path, mode, call);
}

FILE *fopen64(const char *path, const char *mode) {
  REAL(fopen64);
  return stream(path, mode, call);
}

size_t fwrite_unlocked(const void *bytes, size_t size, size_t count, FILE *file) {
  REAL(fwrite_unlocked);
  if (!ours_fd(fileno(file))) return call(bytes, size, count, file);
  if (told(WRITE_ERRNO) == ENOSPC && size * count > 16) {
    // A disk that fills up takes what still fits: half a record.
    call(bytes, 1, size * count / 2, file);
    fflush_unlocked(file);
  }
  if (fails(WRITE_ERRNO)) return 0;
  return call(bytes, size, count, file);
}

int fflush_unlocked(FILE *file) {
  REAL(fflush_unlocked);
  if (file == NULL || !ours_fd(fileno(file))) return call(file);
  pause_ms(WRITE_MS);
  if (told(WRITE_ERRNO) != 0 && told(WRITE_ERRNO) != ENOSPC) return fails(WRITE_ERRNO), EOF;
  int result = call(file);
  if (result == 0) grew(fileno(file));
  return fails(WRITE_ERRNO) ? EOF : result;
}

int fclose(FILE *file) {
  REAL(fclose);
  int fd = fileno(file);
  int mine = ours_fd(fd);
  if (mine && told(WRITE_ERRNO) != 0) __fpurge(file);
  else if (mine) {
    fflush(file);
    grew(fd);
  }
  if (fd >= 0 && fd < MAX_FD) tracked[fd] = 0;
  return call(file);
}
