// SPDX-License-Identifier: MIT
#include "ui/window/feedback.h"

#include <SDL.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RATE        22050 // samples a second
#define TONE_MAX_MS 320
#define LOUDNESS    0.25f
#define LINGER_MS   50  // after the last sample
#define LATE_MS     500 // that it may come too late
#define SPEAKER     "spd-say"

struct feedback {
    pthread_t thread;
    pthread_mutex_t mutex; // of all that follows
    pthread_cond_t changed;
    bool stopped;
    bool gives, sound, vibration;
    enum feedback_kind kind;
    bool says;
    char language[8];
    char text[FEEDBACK_TEXT_MAX];
    pid_t speaker; // that runs; 0: none
    atomic_bool can_vibrate;
    bool can_speak;
};

// ---- tones ----

struct note {
    float hertz;
    int ms;
};

static const struct note *notes_of(enum feedback_kind kind, size_t *count)
{
    static const struct note found[] = {{880, 70}};
    static const struct note done[] = {{660, 90}, {990, 160}};
    static const struct note stop[] = {{330, 110}, {220, 200}};

    switch (kind) {
    case FEEDBACK_FOUND:
        *count = 1;
        return found;
    case FEEDBACK_DONE:
        *count = 2;
        return done;
    case FEEDBACK_STOP:
        break;
    }

    *count = 2;
    return stop;
}

// A sine that comes and goes softly, so that nothing clicks.
static size_t write_note(const struct note *note, float *out)
{
    size_t count = (size_t)note->ms * RATE / 1000, edge = RATE / 125;
    for (size_t i = 0; i < count; i++) {
        size_t to_end = count - i < i ? count - i : i;
        float softly = to_end < edge ? (float)to_end / (float)edge : 1;
        out[i] = LOUDNESS * softly * sinf(6.2831853f * note->hertz * (float)i / RATE);
    }
    return count;
}

// Where neither a card nor a sound server is, ALSA complains on standard error at each note.
static bool has_sound(void)
{
    static const char *const servers[] = {"pulse/native", "pipewire-0"};
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (SDL_GetHint(SDL_HINT_AUDIODRIVER) || getenv("PULSE_SERVER") ||
        access("/dev/snd", F_OK) == 0)
        return true;
    for (size_t i = 0; folder && i < sizeof(servers) / sizeof(servers[0]); i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof(path), "%s/%s", folder, servers[i]);
        if (access(path, F_OK) == 0)
            return true;
    }
    return false;
}

static void play(enum feedback_kind kind)
{
    static const SDL_AudioSpec wanted = {
        .freq = RATE, .format = AUDIO_F32SYS, .channels = 1, .samples = 512};
    if (!has_sound() || SDL_InitSubSystem(SDL_INIT_AUDIO) != 0)
        return;

    SDL_AudioDeviceID device = SDL_OpenAudioDevice(NULL, 0, &wanted, NULL, 0);
    if (device) {
        float samples[RATE * TONE_MAX_MS / 1000];
        size_t count, used = 0;
        const struct note *notes = notes_of(kind, &count);
        for (size_t i = 0; i < count; i++)
            used += write_note(&notes[i], samples + used);

        SDL_QueueAudio(device, samples, (Uint32)(used * sizeof(samples[0])));
        SDL_PauseAudioDevice(device, 0);
        SDL_Delay((Uint32)(used * 1000 / RATE));

        // A busy machine may be behind: what is still queued would be lost.
        for (int late = 0; late < LATE_MS && SDL_GetQueuedAudioSize(device) > 0; late += 10)
            SDL_Delay(10);
        SDL_Delay(LINGER_MS);
        SDL_CloseAudioDevice(device);
    }

    SDL_QuitSubSystem(SDL_INIT_AUDIO); // an open sound device is never at rest
}

// ---- vibration ----

static void look_for_motor(struct feedback *feedback)
{
    if (SDL_InitSubSystem(SDL_INIT_HAPTIC) != 0)
        return;
    atomic_store(&feedback->can_vibrate, SDL_NumHaptics() > 0);
    SDL_QuitSubSystem(SDL_INIT_HAPTIC);
}

static void vibrate(enum feedback_kind kind)
{
    if (SDL_InitSubSystem(SDL_INIT_HAPTIC) != 0)
        return;
    SDL_Haptic *motor = SDL_NumHaptics() > 0 ? SDL_HapticOpen(0) : NULL;
    Uint32 ms = kind == FEEDBACK_STOP ? 220 : kind == FEEDBACK_DONE ? 120 : 40;
    if (motor && SDL_HapticRumbleInit(motor) == 0 && SDL_HapticRumblePlay(motor, 0.8f, ms) == 0)
        SDL_Delay(ms);
    if (motor)
        SDL_HapticClose(motor);
    SDL_QuitSubSystem(SDL_INIT_HAPTIC);
}

// ---- speech ----

static bool is_installed(const char *program)
{
    const char *path = getenv("PATH");
    char file[4096];
    while (path && *path) {
        size_t size = strcspn(path, ":");
        int length = snprintf(file, sizeof(file), "%.*s/%s", (int)size, path, program);
        if (size > 0 && length < (int)sizeof(file) && access(file, X_OK) == 0)
            return true;
        path += size + (path[size] == ':');
    }
    return false;
}

// Its standard input is `input`; what it prints is nobody's concern.
static bool spawn_speaker(const char *language, int input, pid_t *child)
{
    char *arguments[] = {(char[]){SPEAKER},
                         (char[]){"-P"},
                         (char[]){"text"},
                         (char[]){"-e"},
                         (char[]){"-l"},
                         NULL,
                         NULL};
    char code[8];
    snprintf(code, sizeof(code), "%s", language);
    arguments[5] = code;

    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, pipe_signal;
    sigemptyset(&none);
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);

    if (posix_spawn_file_actions_init(&files) != 0)
        return false;
    bool ready = posix_spawnattr_init(&attributes) == 0;
    if (ready) {
        posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &pipe_signal);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        ready = posix_spawnp(child, SPEAKER, &files, &attributes, arguments, environ) == 0;
        posix_spawnattr_destroy(&attributes);
    }

    posix_spawn_file_actions_destroy(&files);
    return ready;
}

// A daemon that does not answer is waited for, until feedback_stop ends the speaker.
static void await_speaker(struct feedback *feedback, pid_t child)
{
    siginfo_t ended;
    pthread_mutex_lock(&feedback->mutex);
    feedback->speaker = child;
    if (feedback->stopped)
        kill(child, SIGTERM);
    pthread_mutex_unlock(&feedback->mutex);
    while (waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        continue;
    pthread_mutex_lock(&feedback->mutex); // its number is its own until here
    feedback->speaker = 0;
    waitpid(child, NULL, 0);
    pthread_mutex_unlock(&feedback->mutex);
}

static void speak(struct feedback *feedback, const char *language, const char *text)
{
    int ends[2];
    pid_t child;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return;
    bool spawned = spawn_speaker(language, ends[0], &child);
    close(ends[0]);
    // One write, smaller than a pipe: it never waits.
    if (spawned && write(ends[1], text, strlen(text)) < 0)
        spawned = true;
    close(ends[1]);
    if (spawned)
        await_speaker(feedback, child);
}

// ---- the thread ----

static void *work(void *argument)
{
    struct feedback *feedback = argument;
    char text[FEEDBACK_TEXT_MAX], language[8];

    look_for_motor(feedback);
    pthread_mutex_lock(&feedback->mutex);
    while (!feedback->stopped) {
        if (!feedback->gives && !feedback->says) {
            pthread_cond_wait(&feedback->changed, &feedback->mutex);
            continue;
        }

        bool gives = feedback->gives, says = feedback->says;
        bool sound = feedback->sound, vibration = feedback->vibration;
        enum feedback_kind kind = feedback->kind;
        memcpy(text, feedback->text, sizeof(text));
        memcpy(language, feedback->language, sizeof(language));
        feedback->gives = feedback->says = false;
        pthread_mutex_unlock(&feedback->mutex);

        if (gives && vibration)
            vibrate(kind);
        if (gives && sound)
            play(kind);
        if (says)
            speak(feedback, language, text);

        pthread_mutex_lock(&feedback->mutex);
    }
    pthread_mutex_unlock(&feedback->mutex);
    SDL_TLSCleanup(); // its messages of errors, of a thread that is not its own
    return NULL;
}

struct feedback *feedback_start(void)
{
    struct feedback *feedback = calloc(1, sizeof(*feedback));
    if (!feedback)
        return NULL;

    feedback->can_speak = is_installed(SPEAKER);
    if (pthread_mutex_init(&feedback->mutex, NULL) != 0)
        goto no_mutex;
    if (pthread_cond_init(&feedback->changed, NULL) != 0)
        goto no_condition;
    if (pthread_create(&feedback->thread, NULL, work, feedback) != 0)
        goto no_thread;
    return feedback;

no_thread:
    pthread_cond_destroy(&feedback->changed);
no_condition:
    pthread_mutex_destroy(&feedback->mutex);
no_mutex:
    free(feedback);
    return NULL;
}

void feedback_stop(struct feedback *feedback)
{
    if (!feedback)
        return;
    pthread_mutex_lock(&feedback->mutex);
    feedback->stopped = true;
    if (feedback->speaker > 0)
        kill(feedback->speaker, SIGTERM);
    pthread_cond_signal(&feedback->changed);
    pthread_mutex_unlock(&feedback->mutex);
    pthread_join(feedback->thread, NULL);
    pthread_cond_destroy(&feedback->changed);
    pthread_mutex_destroy(&feedback->mutex);
    free(feedback);
}

bool feedback_can_vibrate(struct feedback *feedback)
{
    return feedback && atomic_load(&feedback->can_vibrate);
}

bool feedback_can_speak(const struct feedback *feedback)
{
    return feedback && feedback->can_speak;
}

void feedback_give(struct feedback *feedback, enum feedback_kind kind, bool sound,
                   bool vibration)
{
    if (!feedback || (!sound && !vibration))
        return;
    pthread_mutex_lock(&feedback->mutex);
    feedback->gives = true;
    feedback->kind = kind;
    feedback->sound = sound;
    feedback->vibration = vibration;
    pthread_cond_signal(&feedback->changed);
    pthread_mutex_unlock(&feedback->mutex);
}

void feedback_say(struct feedback *feedback, const char *language, const char *text)
{
    if (!feedback || !feedback->can_speak)
        return;
    pthread_mutex_lock(&feedback->mutex);
    feedback->says = true;
    snprintf(feedback->language, sizeof(feedback->language), "%s", language);
    snprintf(feedback->text, sizeof(feedback->text), "%s", text);
    pthread_cond_signal(&feedback->changed);
    pthread_mutex_unlock(&feedback->mutex);
}
