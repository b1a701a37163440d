// SPDX-License-Identifier: MIT
#include "scanner/camera/camera_sensor.h"

#include <linux/media.h>
#include <stdio.h>
#include <stdlib.h>

#define LINK_TYPE 0xf0000000u // MEDIA_LNK_FL_LINK_TYPE shifts a bit into the sign
#define STEPS_MAX 16u // entities between the node and its sensor; a phone has about five

struct graph {
    struct media_v2_topology is;
    struct media_v2_entity entity[SENSOR_PARTS_MAX];
    struct media_v2_interface interface[SENSOR_PARTS_MAX];
    struct media_v2_pad pad[SENSOR_PARTS_MAX];
    struct media_v2_link link[SENSOR_PARTS_MAX];
};

static uint64_t address(void *p)
{
    return (uint64_t)(uintptr_t)p;
}

static bool read_graph(const struct camera_io *io, const char *path, struct graph *graph)
{
    int fd = io->open(io->self, path);
    if (fd < 0)
        return false;

    graph->is = (struct media_v2_topology){.num_entities = 0};
    bool read = camera_ioctl(io, fd, MEDIA_IOC_G_TOPOLOGY, &graph->is) == 0 &&
                graph->is.num_entities <= SENSOR_PARTS_MAX &&
                graph->is.num_interfaces <= SENSOR_PARTS_MAX &&
                graph->is.num_pads <= SENSOR_PARTS_MAX &&
                graph->is.num_links <= SENSOR_PARTS_MAX;

    graph->is.ptr_entities = address(graph->entity);
    graph->is.ptr_interfaces = address(graph->interface);
    graph->is.ptr_pads = address(graph->pad);
    graph->is.ptr_links = address(graph->link);

    // It may have grown in between; then the driver says so.
    read = read && camera_ioctl(io, fd, MEDIA_IOC_G_TOPOLOGY, &graph->is) == 0;

    io->close(io->self, fd);
    return read;
}

static const struct media_v2_entity *entity_of(const struct graph *graph, uint32_t id)
{
    for (uint32_t i = 0; i < graph->is.num_entities; i++) {
        if (graph->entity[i].id == id)
            return &graph->entity[i];
    }
    return NULL;
}

// The entity that a pad belongs to; 0 if there is no such pad.
static uint32_t owner_of(const struct graph *graph, uint32_t pad)
{
    for (uint32_t i = 0; i < graph->is.num_pads; i++) {
        if (graph->pad[i].id == pad)
            return graph->pad[i].entity_id;
    }
    return 0;
}

static uint32_t type_of(const struct media_v2_link *link)
{
    return link->flags & LINK_TYPE;
}

// The entity that pictures of `sink` come from; 0 if none is linked to it.
static uint32_t before(const struct graph *graph, uint32_t sink)
{
    for (uint32_t i = 0; i < graph->is.num_links; i++) {
        const struct media_v2_link *link = &graph->link[i];
        if (type_of(link) == MEDIA_LNK_FL_DATA_LINK && (link->flags & MEDIA_LNK_FL_ENABLED) &&
            owner_of(graph, link->sink_id) == sink)
            return owner_of(graph, link->source_id);
    }
    return 0;
}

// The entity behind the node of these numbers; 0 if it is not of this graph.
static uint32_t entity_behind(const struct graph *graph, unsigned major, unsigned minor)
{
    for (uint32_t i = 0; i < graph->is.num_interfaces; i++) {
        const struct media_v2_interface *interface = &graph->interface[i];
        if (interface->devnode.major != major || interface->devnode.minor != minor)
            continue;
        for (uint32_t k = 0; k < graph->is.num_links; k++) {
            if (graph->link[k].source_id == interface->id)
                return graph->link[k].sink_id;
        }
    }
    return 0;
}

static bool node_of(const struct camera_io *io, const struct graph *graph, uint32_t entity,
                    char out[static CAMERA_PATH_MAX])
{
    for (uint32_t i = 0; i < graph->is.num_links; i++) {
        const struct media_v2_link *link = &graph->link[i];
        if (type_of(link) != MEDIA_LNK_FL_INTERFACE_LINK || link->sink_id != entity)
            continue;
        for (uint32_t k = 0; k < graph->is.num_interfaces; k++) {
            const struct media_v2_interface *interface = &graph->interface[k];
            if (interface->id == link->source_id)
                return io->path_of(io->self, interface->devnode.major, interface->devnode.minor,
                                   out, CAMERA_PATH_MAX);
        }
    }
    return false;
}

static bool find_in(const struct camera_io *io, const struct graph *graph, unsigned major,
                    unsigned minor, char out[static CAMERA_PATH_MAX])
{
    uint32_t at = entity_behind(graph, major, minor);
    for (unsigned step = 0; at != 0 && step < STEPS_MAX; step++) {
        const struct media_v2_entity *entity = entity_of(graph, at);
        if (entity && entity->function == MEDIA_ENT_F_CAM_SENSOR)
            return node_of(io, graph, at, out);
        at = before(graph, at);
    }
    return false;
}

bool camera_sensor_find(const struct camera_io *io, const char *path,
                        char out[static CAMERA_PATH_MAX])
{
    unsigned major, minor;
    if (!io->number_of(io->self, path, &major, &minor))
        return false;
    struct graph *graph = malloc(sizeof(*graph));
    bool found = false;
    for (unsigned i = 0; graph && !found && i < SENSOR_MEDIA_MAX; i++) {
        char media[CAMERA_PATH_MAX];
        snprintf(media, sizeof(media), "/dev/media%u", i);
        found = read_graph(io, media, graph) && find_in(io, graph, major, minor, out);
    }
    free(graph);
    return found;
}
