// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_remote.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scanner/pipewire/pipewire_property.h"

#define ANSWER_MS     2000 // how long a daemon may take to list its cameras
#define GRANT_MS      2000 // how long a sandbox waits to be shown any
#define PROGRAM_BYTES 512

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct pipewire_camera *camera_of(struct pipewire_remote *remote, uint32_t id)
{
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++) {
        if (remote->cameras[i].id == id)
            return &remote->cameras[i];
    }
    return NULL;
}

// ---- cameras ----

static void name_camera(struct pipewire_remote *remote, struct pipewire_camera *camera,
                        const struct spa_dict *properties)
{
    char name[PIPEWIRE_TEXT_MAX - 8];
    char numbered[PIPEWIRE_TEXT_MAX];
    pipewire_property_copy(name, sizeof(name), properties, PW_KEY_NODE_NAME);
    snprintf(numbered, sizeof(numbered), "%s", name);
    for (unsigned n = 2; n <= PIPEWIRE_CAMERAS_MAX; n++) {
        bool taken = false;
        for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++)
            taken = taken || (remote->cameras[i].id != SPA_ID_INVALID &&
                              strcmp(remote->cameras[i].name, numbered) == 0);
        if (!taken)
            break;
        snprintf(numbered, sizeof(numbered), "%s#%u", name, n);
    }
    memcpy(camera->name, numbered, sizeof(numbered));
}

static void add_camera(struct pipewire_remote *remote, uint32_t id,
                       const struct spa_dict *properties)
{
    struct pipewire_camera *camera = camera_of(remote, SPA_ID_INVALID);
    if (!camera || !pipewire_property_is(properties, PW_KEY_MEDIA_CLASS, "Video/Source") ||
        !pipewire_property_is(properties, PW_KEY_MEDIA_ROLE, "Camera"))
        return;

    *camera = (struct pipewire_camera){
        .remote = remote, .id = SPA_ID_INVALID, .port = SPA_ID_INVALID};
    pipewire_property_copy(camera->serial, sizeof(camera->serial), properties,
                           PW_KEY_OBJECT_SERIAL);
    pipewire_property_copy(camera->description, sizeof(camera->description), properties,
                           PW_KEY_NODE_DESCRIPTION);
    name_camera(remote, camera, properties);

    // What else there is to know comes with the node's own information.
    camera->node =
        pw_registry_bind(remote->registry, id, PW_TYPE_INTERFACE_Node, PW_VERSION_NODE, 0);
    if (!camera->node)
        return;
    camera->id = id;
    pipewire_camera_listen(camera);
    remote->news = true;
}

void pipewire_remote_tune(struct pipewire_remote *remote, uint32_t id)
{
    struct pipewire_camera *camera = id == SPA_ID_INVALID ? NULL : camera_of(remote, id);
    if (camera)
        pipewire_camera_tune(camera);
}

static void remove_camera(struct pipewire_camera *camera)
{
    spa_hook_remove(&camera->listener);
    camera->remote->library.proxy_destroy(camera->node);
    camera->node = NULL;
    camera->id = SPA_ID_INVALID;
}

static void add_port(struct pipewire_remote *remote, uint32_t id,
                     const struct spa_dict *properties)
{
    uint32_t node;
    if (!pipewire_property_number(properties, PW_KEY_NODE_ID, &node))
        return;
    if (pipewire_property_is(properties, PW_KEY_PORT_DIRECTION, "in")) {
        size_t at = remote->next_port++ % PIPEWIRE_PORTS_MAX;
        remote->ports[at].node = node;
        remote->ports[at].port = id;
        return;
    }
    struct pipewire_camera *camera = camera_of(remote, node);
    if (camera && camera->port == SPA_ID_INVALID)
        camera->port = id;
}

// ---- the link to our own stream ----

static void on_link_info(void *userdata, const struct pw_link_info *info)
{
    struct pipewire_remote *remote = userdata;
    if (info->state != PW_LINK_STATE_ERROR || remote->link_failed)
        return;
    remote->link_failed = true;
    snprintf(remote->error, sizeof(remote->error), "%.*s", (int)sizeof(remote->error) - 1,
             info->error ? info->error : "the link failed");
}

static const struct pw_link_events link_events = {PW_VERSION_LINK_EVENTS, .info = on_link_info};

static void drop_link(struct pipewire_remote *remote)
{
    if (!remote->link)
        return;
    spa_hook_remove(&remote->link_listener);
    remote->library.proxy_destroy(remote->link);
    remote->link = NULL;
}

static void add_link(struct pipewire_remote *remote, uint32_t id,
                     const struct spa_dict *properties)
{
    uint32_t node;
    if (!pipewire_property_number(properties, PW_KEY_LINK_INPUT_NODE, &node) ||
        node != remote->node)
        return;

    drop_link(remote);
    union {
        void *in;
        struct pw_link *out;
    } link = {.in = pw_registry_bind(remote->registry, id, PW_TYPE_INTERFACE_Link,
                                     PW_VERSION_LINK, 0)};
    remote->link = link.in;
    if (remote->link)
        pw_link_add_listener(link.out, &remote->link_listener, &link_events, remote);
}

void pipewire_remote_expect(struct pipewire_remote *remote, uint32_t node)
{
    drop_link(remote);
    remote->node = node;
    remote->link_failed = false;
    remote->refused = SPA_ID_INVALID;
}

// ---- what the daemon tells ----

static void on_global(void *userdata, uint32_t id, uint32_t permissions, const char *type,
                      uint32_t version, const struct spa_dict *properties)
{
    struct pipewire_remote *remote = userdata;
    (void)permissions;
    (void)version;
    if (!properties || id == SPA_ID_INVALID)
        return;
    if (strcmp(type, PW_TYPE_INTERFACE_Node) == 0)
        add_camera(remote, id, properties);
    else if (strcmp(type, PW_TYPE_INTERFACE_Port) == 0)
        add_port(remote, id, properties);
    else if (strcmp(type, PW_TYPE_INTERFACE_Link) == 0)
        add_link(remote, id, properties);
    else if (strcmp(type, "PipeWire:Interface:Metadata") == 0)
        // Session managers keep the defaults of streams there.
        remote->managed =
            remote->managed || pipewire_property_is(properties, "metadata.name", "default");
}

static void on_global_remove(void *userdata, uint32_t id)
{
    struct pipewire_remote *remote = userdata;
    struct pipewire_camera *camera = id == SPA_ID_INVALID ? NULL : camera_of(remote, id);
    if (camera)
        remove_camera(camera);

    // Numbers are used again.
    for (size_t i = 0; i < PIPEWIRE_PORTS_MAX; i++) {
        if (remote->ports[i].port == id)
            remote->ports[i].node = SPA_ID_INVALID;
    }
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++) {
        if (remote->cameras[i].port == id)
            remote->cameras[i].port = SPA_ID_INVALID;
    }
}

static const struct pw_registry_events registry_events = {
    PW_VERSION_REGISTRY_EVENTS, .global = on_global, .global_remove = on_global_remove};

static void on_done(void *userdata, uint32_t id, int sequence)
{
    struct pipewire_remote *remote = userdata;
    if (id != PW_ID_CORE || sequence != remote->sync)
        return;
    remote->synced++;
    if (remote->synced == 1) // the cameras are bound; their information comes before the next
        remote->sync = pw_core_sync(remote->core, PW_ID_CORE, 0);
}

static void on_error(void *userdata, uint32_t id, int sequence, int result, const char *message)
{
    struct pipewire_remote *remote = userdata;
    (void)sequence;
    snprintf(remote->error, sizeof(remote->error), "%.*s", (int)sizeof(remote->error) - 1,
             message ? message : "");
    if (id == PW_ID_CORE && result == -EPIPE)
        remote->broken = true;
    else
        remote->refused = id;
}

static const struct pw_core_events core_events = {PW_VERSION_CORE_EVENTS, .done = on_done,
                                                  .error = on_error};

// ---- the connection ----

static bool is_sandboxed(void)
{
    char program[PROGRAM_BYTES] = "";
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    program[n > 0 ? n : 0] = '\0';
    return pipewire_portal_needed("/", getenv("SNAP"), program);
}

void pipewire_remote_init(struct pipewire_remote *remote)
{
    *remote = (struct pipewire_remote){
        .node = SPA_ID_INVALID, .refused = SPA_ID_INVALID, .sandboxed = is_sandboxed()};
    pipewire_portal_init(&remote->portal);
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++)
        remote->cameras[i].id = SPA_ID_INVALID;
}

void pipewire_remote_disconnect(struct pipewire_remote *remote)
{
    pipewire_remote_expect(remote, SPA_ID_INVALID);
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++) {
        if (remote->cameras[i].id != SPA_ID_INVALID)
            remove_camera(&remote->cameras[i]);
    }

    union {
        struct pw_registry *in;
        struct pw_proxy *out;
    } registry = {.in = remote->registry};
    if (remote->registry) {
        spa_hook_remove(&remote->registry_listener);
        remote->library.proxy_destroy(registry.out);
    }
    if (remote->core) {
        spa_hook_remove(&remote->core_listener);
        remote->library.core_disconnect(remote->core);
    }

    remote->registry = NULL;
    remote->core = NULL;
    remote->broken = remote->managed = remote->news = false;
    remote->synced = 0;
    remote->next_port = 0;
    memset(remote->ports, 0, sizeof(remote->ports));
}

void pipewire_remote_destroy(struct pipewire_remote *remote)
{
    pipewire_remote_disconnect(remote);
    if (remote->context)
        remote->library.context_destroy(remote->context);
    if (remote->loop)
        remote->library.loop_destroy(remote->loop);
    pipewire_portal_destroy(&remote->portal);
    pipewire_library_close(&remote->library);
    pipewire_remote_init(remote);
}

static void enter(struct pipewire_remote *remote)
{
    if (!remote->entered)
        pw_loop_enter(remote->loop);
    remote->entered = true;
}

void pipewire_remote_leave(struct pipewire_remote *remote)
{
    if (remote->entered)
        pw_loop_leave(remote->loop);
    remote->entered = false;
}

enum pipewire_run pipewire_remote_run(struct pipewire_remote *remote, int wake, int timeout_ms)
{
    struct pollfd fds[2] = {{.fd = wake, .events = POLLIN},
                            {.fd = pw_loop_get_fd(remote->loop), .events = POLLIN}};
    poll(fds, 2, timeout_ms); // a wait that a signal ends is one that was short

    if (fds[1].revents) {
        bool entered = remote->entered;
        enter(remote);
        pw_loop_iterate(remote->loop, 0);
        if (!entered)
            pipewire_remote_leave(remote);
    }
    if (fds[0].revents)
        return PIPEWIRE_WOKEN;
    return remote->broken ? PIPEWIRE_BROKEN : PIPEWIRE_RAN;
}

static bool prepare(struct pipewire_remote *remote, struct fault *fault)
{
    const struct pipewire_library *library = &remote->library;
    if (!pipewire_library_open(&remote->library, fault))
        return false;
    if (!remote->loop)
        remote->loop = library->loop_new(NULL);
    if (remote->loop && !remote->context)
        remote->context = library->context_new(remote->loop, NULL, 0);
    if (remote->loop)
        enter(remote);
    if (!remote->context)
        return fault_set(fault, FAILURE_PIPEWIRE_LIBRARY, "pw_context_new: %s",
                         strerror(errno));
    return true;
}

static bool start(struct pipewire_remote *remote, int wake, struct fault *fault)
{
    const struct pipewire_library *library = &remote->library;
    int fd = -1; // the library's once it is given to it
    if (remote->sandboxed && !pipewire_portal_open(&remote->portal, wake, &fd, fault))
        return false;

    remote->managed = remote->sandboxed;
    remote->core = remote->sandboxed ? library->context_connect_fd(remote->context, fd, NULL, 0)
                                     : library->context_connect(remote->context, NULL, 0);
    if (!remote->core) {
        enum failure failure = errno == EACCES || errno == EPERM ? FAILURE_CAMERA_PERMISSION
                                                                 : FAILURE_PIPEWIRE_DAEMON;
        return fault_set(fault, failure, "pw_context_connect: %s", strerror(errno));
    }
    pw_core_add_listener(remote->core, &remote->core_listener, &core_events, remote);

    remote->registry = pw_core_get_registry(remote->core, PW_VERSION_REGISTRY, 0);
    if (!remote->registry)
        return fault_set(fault, FAILURE_MEMORY, "PipeWire's registry");
    pw_registry_add_listener(remote->registry, &remote->registry_listener, &registry_events,
                             remote);
    remote->sync = pw_core_sync(remote->core, PW_ID_CORE, 0);
    return true;
}

// Runs until the cameras are known.
static bool listen_to(struct pipewire_remote *remote, int wake, struct fault *fault)
{
    int64_t until = now_ms() + ANSWER_MS;
    while (remote->synced < 2) {
        int64_t left = until - now_ms();
        if (remote->broken)
            return fault_set(fault, FAILURE_PIPEWIRE_DAEMON, "%s", remote->error);
        if (left <= 0)
            return fault_set(fault, FAILURE_PIPEWIRE_DAEMON, "it does not answer");
        if (pipewire_remote_run(remote, wake, (int)left) == PIPEWIRE_WOKEN)
            return fault_set(fault, FAILURE_INTERRUPTED, "while PipeWire was asked");
    }
    return true;
}

static bool listen_again(struct pipewire_remote *remote, int wake, struct fault *fault)
{
    remote->synced = 1;
    remote->sync = pw_core_sync(remote->core, PW_ID_CORE, 0);
    return listen_to(remote, wake, fault);
}

// What a sandbox may see, the session manager says only once the connection stands.
static void await_grant(struct pipewire_remote *remote, int wake)
{
    int64_t until = now_ms() + GRANT_MS;
    int64_t left = GRANT_MS;
    while (left > 0 && pipewire_remote_count(remote) == 0 &&
           pipewire_remote_run(remote, wake, (int)left) == PIPEWIRE_RAN)
        left = until - now_ms();
}

bool pipewire_remote_connect(struct pipewire_remote *remote, int wake, struct fault *fault)
{
    bool standing = remote->core && remote->synced >= 2 && !remote->broken;
    bool connected;
    if (standing) { // what a camera that has just come is, is told before this is answered
        enter(remote);
        connected = listen_again(remote, wake, fault);
    } else {
        pipewire_remote_disconnect(remote);
        connected = prepare(remote, fault) && start(remote, wake, fault) &&
                    listen_to(remote, wake, fault);
        if (connected && remote->sandboxed) {
            await_grant(remote, wake);
            connected = listen_again(remote, wake, fault);
        }
    }
    if (connected)
        return true;
    pipewire_remote_disconnect(remote);
    pipewire_remote_leave(remote);
    return false;
}

// ---- looking up ----

static bool answers_to(const struct pipewire_camera *camera, const char *id)
{
    if (camera->id == SPA_ID_INVALID)
        return false;
    if (strcmp(id, "front") == 0)
        return camera->facing == CAMERA_FACING_FRONT;
    if (strcmp(id, "back") == 0)
        return camera->facing == CAMERA_FACING_BACK;
    return (camera->name[0] && strcmp(camera->name, id) == 0) ||
           (camera->path[0] && strcmp(camera->path, id) == 0) ||
           (camera->video[0] && strcmp(camera->video, id) == 0);
}

const struct pipewire_camera *pipewire_remote_find(const struct pipewire_remote *remote,
                                                   const char *id)
{
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++) {
        if (answers_to(&remote->cameras[i], id))
            return &remote->cameras[i];
    }
    return NULL;
}

const struct pipewire_camera *pipewire_remote_best(const struct pipewire_remote *remote)
{
    static const unsigned worth[] = {
        [CAMERA_FACING_FRONT] = 1, [CAMERA_FACING_UNKNOWN] = 2, [CAMERA_FACING_BACK] = 3};
    const struct pipewire_camera *best = NULL;
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++) {
        const struct pipewire_camera *camera = &remote->cameras[i];
        if (camera->id != SPA_ID_INVALID &&
            (!best || worth[camera->facing] > worth[best->facing]))
            best = camera;
    }
    return best;
}

const struct pipewire_camera *pipewire_remote_next(const struct pipewire_remote *remote,
                                                   const char *name)
{
    size_t from = 0;
    while (from < PIPEWIRE_CAMERAS_MAX && !answers_to(&remote->cameras[from], name))
        from++;
    for (size_t step = 1; step <= PIPEWIRE_CAMERAS_MAX; step++) {
        size_t at = (from + step) % PIPEWIRE_CAMERAS_MAX;
        if (at != from && remote->cameras[at].id != SPA_ID_INVALID)
            return &remote->cameras[at];
    }
    return NULL;
}

size_t pipewire_remote_count(const struct pipewire_remote *remote)
{
    size_t count = 0;
    for (size_t i = 0; i < PIPEWIRE_CAMERAS_MAX; i++)
        count += remote->cameras[i].id != SPA_ID_INVALID;
    return count;
}

const struct pipewire_camera *pipewire_remote_camera(const struct pipewire_remote *remote,
                                                     uint32_t id)
{
    for (size_t i = 0; id != SPA_ID_INVALID && i < PIPEWIRE_CAMERAS_MAX; i++) {
        if (remote->cameras[i].id == id)
            return &remote->cameras[i];
    }
    return NULL;
}

bool pipewire_remote_unreadable(const struct pipewire_remote *remote, uint32_t id)
{
    const struct pipewire_camera *camera = pipewire_remote_camera(remote, id);
    return camera && camera->modes.offered && !camera->modes.readable;
}

uint32_t pipewire_remote_input_port(const struct pipewire_remote *remote, uint32_t node)
{
    size_t held =
        remote->next_port < PIPEWIRE_PORTS_MAX ? remote->next_port : PIPEWIRE_PORTS_MAX;
    for (size_t i = 0; i < held; i++) {
        if (remote->ports[i].node == node)
            return remote->ports[i].port;
    }
    return SPA_ID_INVALID;
}
