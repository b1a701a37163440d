// SPDX-License-Identifier: MIT
// A main thread that does not come to its turn, as on a busy machine, once it has given the
// network thread something to do: the portal's answer is there before anything else is drawn.
// To be preloaded. It takes the place of the call that wakes the network thread.
#define _GNU_SOURCE // RTLD_NEXT
#include <curl/curl.h>
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#define LATE_MS 100

CURLMcode curl_multi_wakeup(CURLM *multi)
{
    union {
        void *found;
        CURLMcode (*call)(CURLM *multi);
    } next = {.found = dlsym(RTLD_NEXT, "curl_multi_wakeup")};
    CURLMcode woken = next.call(multi);

    if (gettid() == getpid())
        nanosleep(&(struct timespec){.tv_nsec = LATE_MS * 1000000L}, NULL);
    return woken;
}
