/* A clock that moves by $NANOSECONDS whenever it is read. To be preloaded. */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int64_t now = INT64_C(1000000000000);
  (void)clock;
  now += atoll(getenv("NANOSECONDS"));
  time->tv_sec = now / 1000000000;
  time->tv_nsec = now % 1000000000;
  return 0;
}
