/*
 * The start program of an AppImage: the packed folder follows it in the same file. The first start unpacks that into the user's
 * cache, each later one finds it there; so no FUSE is needed, which many systems lack. Understands --appimage-offset and
 * --appimage-extract, as desktops expect.
 *
 * The folder is packed with zlib. The other ways that squashfuse knows are answered here, and so not linked: LZO comes under the
 * GPL, and the rest would be there for nothing.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <squashfuse/squashfuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOT_LINKED(name) \
  int name(void) { return -1; }
NOT_LINKED(lzo1x_decompress_safe)
NOT_LINKED(LZ4_decompress_safe)
NOT_LINKED(lzma_stream_buffer_decode)
NOT_LINKED(ZSTD_decompress)

/* Asked about the answer of the last one. */
unsigned ZSTD_isError(size_t code) { return code != 0; }

static int failed(const char *what) {
  fprintf(stderr, "AppImage: %s: %s\n", what, strerror(errno));
  return 127;
}

/* Where this program ends, and the packed folder begins. */
static long own_size(const char *file) {
  Elf64_Ehdr head;
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t got = read(fd, &head, sizeof head);
  close(fd);
  if (got != sizeof head) return -1;
  return (long)(head.e_shoff + (unsigned long)head.e_shentsize * head.e_shnum);
}

static int unpack_file(sqfs *image, sqfs_inode *inode, const char *to) {
  static char buffer[1 << 20];
  int fd = open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, inode->base.mode & 0777);
  if (fd < 0) return -1;
  uint64_t at = 0;
  while (at < inode->xtra.reg.file_size) {
    sqfs_off_t size = sizeof buffer;
    if (sqfs_read_range(image, inode, (sqfs_off_t)at, &size, buffer) || size <= 0) break;
    if (write(fd, buffer, (size_t)size) != size) break;
    at += (uint64_t)size;
  }
  int whole = at == inode->xtra.reg.file_size;
  return close(fd) || !whole ? -1 : 0;
}

static int unpack_entry(sqfs *image, sqfs_inode *inode, const char *to) {
  mode_t mode = inode->base.mode;
  if (S_ISDIR(mode)) return mkdir(to, (mode & 07777) | 0700) && errno != EEXIST ? -1 : 0;
  if (S_ISREG(mode)) return unpack_file(image, inode, to);
  if (S_ISLNK(mode)) {
    char target[PATH_MAX];
    size_t size = sizeof target;
    return sqfs_readlink(image, inode, target, &size) || symlink(target, to) ? -1 : 0;
  }
  return 0;
}

static int unpack(sqfs *image, const char *folder) {
  sqfs_traverse walk;
  sqfs_err error = SQFS_OK;
  if (sqfs_traverse_open(&walk, image, sqfs_inode_root(image))) return -1;
  while (sqfs_traverse_next(&walk, &error)) {
    char to[PATH_MAX];
    sqfs_inode inode;
    if (walk.dir_end) continue;
    if (snprintf(to, sizeof to, "%s/%s", folder, walk.path) >= (int)sizeof to) return -1;
    if (sqfs_inode_get(image, &inode, sqfs_dentry_inode(&walk.entry))) return -1;
    if (unpack_entry(image, &inode, to)) return -1;
  }
  sqfs_traverse_close(&walk);
  return error ? -1 : 0;
}

/* The folder of the cache, made; where there is no home, a private one per user below /tmp. */
static int cache_folder(char *folder, size_t size) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  char base[PATH_MAX];
  if (cache && *cache == '/') snprintf(base, sizeof base, "%s", cache);
  else if (home && *home == '/') snprintf(base, sizeof base, "%s/.cache", home);
  else snprintf(base, sizeof base, "/tmp/.cache-%ld", (long)getuid());
  if (mkdir(base, 0700) && errno != EEXIST) return -1;
  if (snprintf(folder, size, "%s/koubou-appimage", base) >= (int)size) return -1;
  if (mkdir(folder, 0700) && errno != EEXIST) return -1;
  struct stat about;
  if (lstat(folder, &about) || !S_ISDIR(about.st_mode) || about.st_uid != getuid()) {
    errno = EPERM;
    return -1;
  }
  return 0;
}

/* Two starts at the same time: one unpacks, the other waits for it. What was broken off has another name. */
static int unpack_once(const char *self, long offset, const char *folder) {
  char lock[PATH_MAX], draft[PATH_MAX];
  sqfs image;
  if (snprintf(lock, sizeof lock, "%s.lock", folder) >= (int)sizeof lock) return -1;
  if (snprintf(draft, sizeof draft, "%s.XXXXXX", folder) >= (int)sizeof draft) return -1;
  int fd = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 || flock(fd, LOCK_EX)) return -1;
  int done = access(folder, X_OK) == 0;
  if (!done) {
    done = mkdtemp(draft) && !sqfs_open_image(&image, self, (size_t)offset) &&
           !unpack(&image, draft) && !rename(draft, folder);
  }
  close(fd);
  return done ? 0 : -1;
}

int main(int argc, char **argv) {
  char self[PATH_MAX], cache[PATH_MAX], folder[PATH_MAX], program[PATH_MAX], here[PATH_MAX];
  struct stat about;
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length < 0) return failed("/proc/self/exe");
  self[length] = 0;
  long offset = own_size(self);
  if (offset < 0 || stat(self, &about)) return failed(self);
  if (argc > 1 && !strcmp(argv[1], "--appimage-offset")) return printf("%ld\n", offset) < 0;
  if (argc > 1 && !strcmp(argv[1], "--appimage-extract")) {
    sqfs image;
    if (sqfs_open_image(&image, self, (size_t)offset)) return failed(self);
    if (mkdir("squashfs-root", 0755) && errno != EEXIST) return failed("squashfs-root");
    return unpack(&image, "squashfs-root") ? failed("squashfs-root") : 0;
  }
  if (cache_folder(cache, sizeof cache)) return failed("the cache folder");
  int written = snprintf(folder, sizeof folder, "%s/%lx-%lx-%lx", cache, (long)about.st_ino,
                         (long)about.st_size, (long)about.st_mtime);
  if (written >= (int)sizeof folder) return failed(cache);
  if (unpack_once(self, offset, folder)) return failed(folder);
  if (snprintf(program, sizeof program, "%s/AppRun", folder) >= (int)sizeof program)
    return failed(folder);
  setenv("APPIMAGE", self, 1);
  setenv("APPDIR", folder, 1);
  setenv("ARGV0", argv[0], 1);
  if (getcwd(here, sizeof here)) setenv("OWD", here, 1);
  argv[0] = program;
  execv(program, argv);
  return failed(program);
}
