// SPDX-License-Identifier: MIT
// Counts what a program asks of SDL: preloaded, it says at the end how many textures were
// uploaded and how many pictures were presented.

#include <SDL.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static unsigned long camera_uploads, overlay_uploads, presents;

// A function of the same name, behind this library.
static void find(void *out, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(out, &found, sizeof(found));
}

int SDL_UpdateYUVTexture(SDL_Texture *texture, const SDL_Rect *rect, const Uint8 *y,
                         int y_pitch, const Uint8 *u, int u_pitch, const Uint8 *v, int v_pitch)
{
    int (*real)(SDL_Texture *, const SDL_Rect *, const Uint8 *, int, const Uint8 *, int,
                const Uint8 *, int);
    find(&real, "SDL_UpdateYUVTexture");
    camera_uploads++;
    return real(texture, rect, y, y_pitch, u, u_pitch, v, v_pitch);
}

int SDL_UpdateNVTexture(SDL_Texture *texture, const SDL_Rect *rect, const Uint8 *y, int y_pitch,
                        const Uint8 *uv, int uv_pitch)
{
    int (*real)(SDL_Texture *, const SDL_Rect *, const Uint8 *, int, const Uint8 *, int);
    find(&real, "SDL_UpdateNVTexture");
    camera_uploads++;
    return real(texture, rect, y, y_pitch, uv, uv_pitch);
}

int SDL_UpdateTexture(SDL_Texture *texture, const SDL_Rect *rect, const void *pixels, int pitch)
{
    int (*real)(SDL_Texture *, const SDL_Rect *, const void *, int);
    Uint32 format = 0;
    find(&real, "SDL_UpdateTexture");
    SDL_QueryTexture(texture, &format, NULL, NULL, NULL);
    if (format == SDL_PIXELFORMAT_ARGB8888)
        overlay_uploads++;
    else
        camera_uploads++;
    return real(texture, rect, pixels, pitch);
}

// What the processor composed.
void SDL_UnlockTexture(SDL_Texture *texture)
{
    void (*real)(SDL_Texture *);
    find(&real, "SDL_UnlockTexture");
    camera_uploads++;
    real(texture);
}

void SDL_RenderPresent(SDL_Renderer *renderer)
{
    void (*real)(SDL_Renderer *);
    find(&real, "SDL_RenderPresent");
    presents++;
    real(renderer);
}

__attribute__((destructor)) static void tell(void)
{
    fprintf(stderr, "counted: %lu camera uploads, %lu overlay uploads, %lu presents\n",
            camera_uploads, overlay_uploads, presents);
}
